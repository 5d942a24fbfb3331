"""Celery tasks of this app."""

from celery import shared_task

from accounts import mail


@shared_task(name="accounts.send_mail")
def send_mail(mail_id: str) -> None:
    """See accounts.mail.send."""
    mail.send(mail_id)
