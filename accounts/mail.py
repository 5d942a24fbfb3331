"""The mail outbox. A mail is a row, saved in the same transaction as its cause, and sent later as pending work."""

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
from django.utils import timezone

from accounts.models import OutgoingMail
from portal.lib.jobs import PermanentFailure, perform, run_soon
from portal.lib.mail_addresses import check_mail_address, for_smtp
from portal.lib.text import one_line

# Not every mail server on the way accepts 8-bit characters.
_SEVEN_BITS = Charset("utf-8")
_SEVEN_BITS.body_encoding = BASE64
# RFC 3463: 5.7 means policy or rights, for example a server that does not know this sender yet.
_POLICY = re.compile(r"^5\.7\.\d+")
_LONG_WORD = re.compile(r"[^\s<>()\"',;]{6,}")
_ANSWER_MAX = 2_000


class TemporarilyRefusedError(Exception):
    """The mail server did not accept a mail. It may accept it later."""


class PermanentlyRefusedError(PermanentFailure):
    """The mail server will never accept this mail."""


def queue(*, recipient: str, subject: str, body: str) -> OutgoingMail:
    """Put a mail into the outbox. It is sent after the transaction around this call.

    Args:
        recipient: One address without a name. It is checked when the mail is sent, so that a wrong one does not undo
            the transaction.
        subject: Is changed to one line and cut after 255 characters.
    """
    subject = one_line(subject)[:255]
    host = urlsplit(settings.PORTAL_URL).hostname or "localhost"
    mail = OutgoingMail.objects.create(
        recipient=recipient, subject=subject, body=body.replace("\0", ""), message_id=make_msgid(domain=host)
    )
    run_soon(mail)
    return mail


def send(mail_id: UUID | str) -> bool:
    """Send one mail of the outbox. In rare cases it is sent twice, always with the same Message-ID.

    Returns:
        Whether this call sent it.
    """
    return perform(OutgoingMail, mail_id, _send)


def _send(mail: OutgoingMail) -> None:
    try:
        check_mail_address(mail.recipient)
        with closing(get_connection(settings.MAIL_TRANSPORT)) as connection:
            connection.send_messages([_message(mail)])
    except (ValidationError, BadHeaderError):
        raise PermanentlyRefusedError("the recipient or the subject is not fit for a mail") from None
    except smtplib.SMTPRecipientsRefused as refused:
        # There is one recipient.
        ((code, text),) = refused.recipients.values()
        raise _refusal(mail, code, text, about_this_mail=True) from None
    except smtplib.SMTPResponseException as answer:
        # A refusal before the recipient is named is about the portal, and the operator can correct it.
        about_this_mail = isinstance(answer, smtplib.SMTPDataError)
        raise _refusal(mail, answer.smtp_code, answer.smtp_error, about_this_mail=about_this_mail) from None


class _Mail(EmailMessage):
    """A message whose long subject begins on the line of its name, and whose recipient is quoted where necessary.

    Django forgets to count the length of the name, and takes quotation marks away.
    """

    def message(self, *arguments: Any, **options: Any) -> Any:
        message = super().message(*arguments, **options)
        message.replace_header("To", for_smtp(str(message["To"])))
        subject = str(self.subject)
        if not subject.isascii():
            # A subject with a line break was refused above.
            message.replace_header("Subject", Header(subject, _SEVEN_BITS, header_name="Subject").encode())
        return message


def _message(mail: OutgoingMail) -> EmailMessage:
    """The mail, with the same bytes in every attempt. The portal is the sender; there is no address for answers."""
    message = _Mail(
        subject=mail.subject,
        body=mail.body,
        to=[mail.recipient],
        headers={
            "Message-ID": mail.message_id,
            "Date": format_datetime(timezone.localtime(mail.created_at)),
            # RFC 3834: asks other mail programs not to answer with an absence note.
            "Auto-Submitted": "auto-generated",
        },
    )
    message.encoding = _SEVEN_BITS
    return message


def _refusal(mail: OutgoingMail, code: int, text: bytes | str, *, about_this_mail: bool) -> Exception:
    """The error for the answer of a mail server. A 55x about this mail is final; after other answers it may work later.

    Other 5xx are about commands and signing in (RFC 5321, 4.2.1). The answer is stored and may quote the mail, which
    may contain a code. So words of the body are replaced by `…`.
    """
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    final = about_this_mail and 550 <= code <= 559 and not _POLICY.match(said)
    quoted = _LONG_WORD.sub(lambda word: "…" if word[0] in mail.body else word[0], said[:_ANSWER_MAX])
    reason = f"{code} {' '.join(quoted.split())[:500]}"
    return PermanentlyRefusedError(reason) if final else TemporarilyRefusedError(reason)


class OutboxBackend(BaseEmailBackend):
    """Django's mail backend. Mails that any app sends go through the outbox, as plain text from the portal.

    Sender, address for answers, attachments and other headers of a message are ignored.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Put each message into the outbox, once for each recipient. Returns how many mails that makes."""
        count = 0
        for message in email_messages:
            for recipient in message.recipients():
                address = parseaddr(recipient)[1] or recipient
                queue(recipient=address, subject=str(message.subject), body=str(message.body))
                count += 1
        return count
