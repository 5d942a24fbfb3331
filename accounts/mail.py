"""The mail outbox: a mail is a row that commits with its cause and is sent as pending work."""

from collections.abc import Sequence
from email.utils import make_msgid
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import OutgoingMail
from portal.lib.jobs import perform, run_soon


def queue(*, recipient: str, subject: str, body: str) -> OutgoingMail:
    """Put a mail into the outbox, to be sent after the transaction around this call."""
    subject = " ".join(subject.split())[:255]
    host = urlsplit(settings.PORTAL_URL).hostname or "localhost"
    mail = OutgoingMail.objects.create(
        recipient=recipient, subject=subject, body=body, message_id=make_msgid(domain=host)
    )
    run_soon(mail)
    return mail


def send(mail_id: UUID | str) -> bool:
    """Send one mail of the outbox: at least once, under the same Message-ID over every attempt.

    Returns:
        Whether this call sent it.
    """
    return perform(OutgoingMail, mail_id, _send)


def _send(mail: OutgoingMail) -> None:
    EmailMessage(
        subject=mail.subject,
        body=mail.body,
        to=[mail.recipient],
        headers={"Message-ID": mail.message_id},
        connection=get_connection(settings.MAIL_TRANSPORT),
    ).send()


class OutboxBackend(BaseEmailBackend):
    """Django's mail backend: everything that any app sends goes through the outbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        count = 0
        for message in email_messages:
            for recipient in message.recipients():
                queue(recipient=recipient, subject=str(message.subject), body=str(message.body))
                count += 1
        return count
