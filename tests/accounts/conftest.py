"""Mails that really go over a wire, and a directory that really answers."""

from collections.abc import Callable, Iterator

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache

from dev.servers import free_port
from portal import env
from portal.env import Directory
from portal.settings import common
from tests.directory_visits import NAME
from tests.factors import with_address
from tests.mail_server import INSTALLATION, Handler
from tests.openid_provider import CLIENT, SECRET, Provider, running


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


@pytest.fixture(scope="session")
def one_for_all() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(one_for_all, reviewer, settings) -> Provider:
    """A directory that knows the reviewer, under the address that they have here."""
    vars(one_for_all).update(vars(Provider(url=one_for_all.url, key=one_for_all.key)))
    one_for_all.person = {"sub": "staff-17", "email": with_address(reviewer.user).email, "email_verified": True}
    settings.DIRECTORY = Directory(one_for_all.url, CLIENT, SECRET, NAME, ("city.example", "example.jp"), False)
    cache.clear()
    return one_for_all
