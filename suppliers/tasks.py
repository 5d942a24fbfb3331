"""Celery's doors into this app."""

from celery import shared_task

from suppliers import register


@shared_task(name="suppliers.look_up_registration")
def look_up_registration(lookup_id: str) -> None:
    register.look_up(lookup_id)
