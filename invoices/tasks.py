"""Celery tasks of this app. They take ids, and may run twice without harm."""

from typing import Any

from celery import shared_task
from celery.signals import worker_process_init

from invoices.documents.pdf import isolation
from invoices.lifecycle import delivery, mergers, scheduling


@worker_process_init.connect
def make_documents_in_this_process(**_signal: Any) -> None:
    """Make documents in the process of the worker. It has one thread and limits of Celery, and may start no child."""
    isolation.render_in_this_process()


@shared_task(name="invoices.deliver")
def deliver(document_id: str) -> None:
    """See invoices.lifecycle.delivery.deliver."""
    delivery.deliver(document_id)


@shared_task(name="invoices.issue_scheduled")
def issue_scheduled(row_id: str) -> None:
    """See invoices.lifecycle.scheduling.issue_due."""
    scheduling.issue_due(row_id)


@shared_task(name="invoices.move_to_successor")
def move_to_successor(merger_id: str) -> None:
    """See invoices.lifecycle.mergers.move_to_successor."""
    mergers.move_to_successor(merger_id)
