"""A mail server of the tests' own: what it took, and how it may refuse."""

import email
import email.policy
from email.message import EmailMessage as ParsedMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

INSTALLATION: dict[str, Any] = {
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "portal.city.example",
    "PORTAL_URL": "https://portal.city.example",
    "DATABASE_URL": "sqlite:////nowhere/db.sqlite3",
    "REDIS_URL": "",
    "MAIL_URL": "smtp+tls://portal:word@mail.city.example:587",
    "MAIL_FROM": "portal@city.example",
    "DATA_DIR": "/nowhere",
    "TRUSTED_PROXIES": "1",
    "WORK_LEASE_SECONDS": "300",
    "LOG_LEVEL": "INFO",
}


class Handler:
    """Takes every mail, unless told to answer a command otherwise.

    Attributes:
        answers: What to say to MAIL, RCPT or DATA in place of yes.
        drops: To so many of the next mails no answer is given: the connection ends after their content was taken.
    """

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.drops = 0
        self.envelopes: list[Envelope] = []

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.envelopes.append(envelope)
        if self.drops:
            self.drops -= 1
            server.transport.close()
        return "250 OK"

    @property
    def messages(self) -> list[ParsedMessage]:
        return [parse(envelope) for envelope in self.envelopes]


def parse(envelope: Envelope) -> ParsedMessage:
    message = email.message_from_bytes(content(envelope), policy=email.policy.default)
    assert isinstance(message, ParsedMessage)
    return message


def content(envelope: Envelope) -> bytes:
    assert isinstance(envelope.content, bytes)
    return envelope.content
