"""The mail outbox: a mail is a row that commits with its cause and is sent as pending work."""

import re
import smtplib
from collections.abc import Sequence
from contextlib import closing
from email.charset import BASE64, Charset
from email.header import Header
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.utils import timezone

from accounts.models import OutgoingMail
from portal.lib.jobs import Hopeless, perform, run_soon
from portal.lib.text import one_line

# Not every server on the way takes letters of eight bits.
_SEVEN_BITS = Charset("utf-8")
_SEVEN_BITS.body_encoding = BASE64
# RFC 3463: 5.7 is a matter of policy or rights, such as a server that does not know us yet.
_POLICY = re.compile(r"^5\.7\.\d+")


class NotTakenError(Exception):
    """The mail server did not take a mail, for now."""


class RefusedForEverError(Hopeless):
    """The mail server does not take this mail, and will not later."""


def queue(*, recipient: str, subject: str, body: str) -> OutgoingMail:
    """Put a mail into the outbox, to be sent after the transaction around this call.

    Args:
        recipient: One bare address. It is looked at when the mail is sent, so that a bad one does not undo its cause.
        subject: Becomes one line of at most 255 letters.
    """
    subject = one_line(subject)[:255]
    host = urlsplit(settings.PORTAL_URL).hostname or "localhost"
    mail = OutgoingMail.objects.create(
        recipient=recipient, subject=subject, body=body.replace("\0", ""), message_id=make_msgid(domain=host)
    )
    run_soon(mail)
    return mail


def send(mail_id: UUID | str) -> bool:
    """Send one mail of the outbox: at least once, and as the same message over every attempt.

    Returns:
        Whether this call sent it.
    """
    return perform(OutgoingMail, mail_id, _send)


def _send(mail: OutgoingMail) -> None:
    try:
        validate_email(mail.recipient)
        with closing(get_connection(settings.MAIL_TRANSPORT)) as connection:
            connection.send_messages([_message(mail)])
    except (ValidationError, BadHeaderError):
        raise RefusedForEverError("the recipient or the subject is not fit for a mail") from None
    except smtplib.SMTPRecipientsRefused as refused:
        # There is one recipient.
        ((code, text),) = refused.recipients.values()
        raise _refusal(mail, code, text, about_this_mail=True) from None
    except smtplib.SMTPResponseException as answer:
        # What is said before the recipient is named concerns the portal: the operator can mend it.
        about_this_mail = isinstance(answer, smtplib.SMTPDataError)
        raise _refusal(mail, answer.smtp_code, answer.smtp_error, about_this_mail=about_this_mail) from None


class _Mail(EmailMessage):
    """A message whose long subjects begin on the line of their name: Django reckons without the name's length."""

    def message(self, *arguments: Any, **options: Any) -> Any:
        message = super().message(*arguments, **options)
        subject = str(self.subject)
        if not subject.isascii():
            # What breaks a line in it was refused above.
            message.replace_header("Subject", Header(subject, _SEVEN_BITS, header_name="Subject").encode())
        return message


def _message(mail: OutgoingMail) -> EmailMessage:
    """The same bytes over every attempt, from the portal alone: nobody's address stands as sender or for answers."""
    message = _Mail(
        subject=mail.subject,
        body=mail.body,
        to=[mail.recipient],
        headers={
            "Message-ID": mail.message_id,
            "Date": format_datetime(timezone.localtime(mail.created_at)),
            # RFC 3834: no absence notes in return.
            "Auto-Submitted": "auto-generated",
        },
    )
    message.encoding = _SEVEN_BITS
    return message


def _refusal(mail: OutgoingMail, code: int, text: bytes | str, *, about_this_mail: bool) -> Exception:
    """What to raise for a server's answer: a refusal of this very mail with a 55x is final, all else may pass.

    Other 5xx concern commands and signing in (RFC 5321, 4.2.1). A server may quote the mail, which may hold a code:
    words of the body are blanked, since the answer is kept.
    """
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    final = about_this_mail and 550 <= code <= 559 and not _POLICY.match(said)
    quoted = re.sub(r"[^\s<>()\"',;]{6,}", lambda word: "…" if word[0] in mail.body else word[0], said)
    reason = f"{code} {' '.join(quoted.split())[:500]}"
    return RefusedForEverError(reason) if final else NotTakenError(reason)


class OutboxBackend(BaseEmailBackend):
    """Django's mail backend: everything that any app sends goes through the outbox, as plain text from the portal.

    Whatever sender, address for answers, attachments and other headers a message brings are not taken over.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        count = 0
        for message in email_messages:
            for recipient in message.recipients():
                address = parseaddr(recipient)[1] or recipient
                queue(recipient=address, subject=str(message.subject), body=str(message.body))
                count += 1
        return count
