"""Celery's doors into this app: thin, by name, with ids, and safe to run twice."""

from typing import Any

from celery import shared_task
from celery.signals import worker_process_init

from invoices.documents.pdf import isolation
from invoices.lifecycle import delivery, scheduling


@worker_process_init.connect
def make_documents_in_this_process(**_signal: Any) -> None:
    """A worker's process has one thread and Celery's limits, and may have no child of its own."""
    isolation.render_in_this_process()


@shared_task(name="invoices.deliver")
def deliver(document_id: str) -> None:
    delivery.deliver(document_id)


@shared_task(name="invoices.issue_scheduled")
def issue_scheduled(row_id: str) -> None:
    scheduling.issue_due(row_id)
