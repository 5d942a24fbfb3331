"""Celery's door to the sweep."""

from celery import shared_task

from portal import work


@shared_task(name="portal.sweep")
def sweep() -> None:
    work.sweep()
