"""Celery tasks of this app."""

from celery import shared_task

from suppliers import register


@shared_task(name="suppliers.look_up_registration")
def look_up_registration(lookup_id: str) -> None:
    """See suppliers.register.look_up."""
    register.look_up(lookup_id)
