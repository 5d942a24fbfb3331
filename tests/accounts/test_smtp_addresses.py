"""Addresses that Japan's carriers gave out, on the wire to a real mail server."""

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import SMTP

from accounts import mail
from dev.servers import free_port
from portal import env
from portal.settings import common
from tests.mail_server import INSTALLATION

pytestmark = pytest.mark.django_db


class Inbox(Message):
    """Keeps what stood behind RCPT TO, exactly as it was sent, and the header To of each mail."""

    def __init__(self) -> None:
        super().__init__()
        self.recipients: list[str] = []
        self.headers: list[str] = []

    def handle_message(self, message) -> None:
        self.headers.append(message["To"])


class Server(SMTP):
    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        self.event_handler.recipients.append(arg)
        await super().smtp_RCPT(arg)


class ServerController(Controller):
    def factory(self) -> SMTP:
        return Server(self.handler, **self.SMTP_kwargs)


@pytest.fixture
def inbox(settings) -> Iterator[Inbox]:
    controller = ServerController(Inbox(), hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=False)
    controller.start()
    configured = common.configure(env.read(**INSTALLATION | {"MAIL_URL": f"smtp://127.0.0.1:{controller.port}"}))
    for name in ("MAIL_TRANSPORT", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"):
        setattr(settings, name, configured[name])
    yield controller.handler
    controller.stop()


@pytest.mark.parametrize("address", ["try..this..0511@docomo.ne.jp", "name.@ezweb.ne.jp"])
def test_a_name_with_unusual_full_stops_is_quoted(address, inbox):
    name, domain = address.split("@")
    assert mail.send(mail.queue(recipient=address, subject="招待", body="本文").pk)
    assert inbox.recipients == [f'TO:<"{name}"@{domain}>']
    assert inbox.headers == [f'"{name}"@{domain}']


def test_an_ordinary_name_is_not_quoted(inbox):
    assert mail.send(mail.queue(recipient="taro.mihon@example.jp", subject="招待", body="本文").pk)
    assert inbox.recipients == ["TO:<taro.mihon@example.jp>"]
    assert inbox.headers == ["taro.mihon@example.jp"]
