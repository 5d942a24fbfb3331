"""Mails that really go over a wire."""

from collections.abc import Callable, Iterator

import pytest
from aiosmtpd.controller import Controller

from dev.servers import free_port
from portal import env
from portal.settings import common
from tests.mail_server import INSTALLATION, Handler


@pytest.fixture
def use_mail(settings) -> Callable[[str], None]:
    """Send by the server of a MAIL_URL from here on."""

    def use(url: str) -> None:
        configured = common.configure(env.read(**INSTALLATION | {"MAIL_URL": url}))
        for name, value in configured.items():
            if name == "MAIL_TRANSPORT" or (name.startswith("EMAIL_") and name != "EMAIL_TIMEOUT"):
                setattr(settings, name, value)

    return use


@pytest.fixture
def server(use_mail) -> Iterator[Handler]:
    handler = Handler()
    # A server that knows nothing of eight bits shows what would be lost on the way.
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=False)
    controller.start()
    use_mail(f"smtp://127.0.0.1:{controller.port}")
    yield handler
    controller.stop()
