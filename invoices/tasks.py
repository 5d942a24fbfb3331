"""Celery's doors into this app: thin, by name, with ids, and safe to run twice."""

from celery import shared_task

from invoices.lifecycle import delivery


@shared_task(name="invoices.deliver")
def deliver(document_id: str) -> None:
    delivery.deliver(document_id)
