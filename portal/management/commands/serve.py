"""`manage.py serve`: the whole portal with its background work in one process."""

import signal
from types import FrameType
from typing import Any

import waitress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.core.wsgi import get_wsgi_application

from accounts.models import User
from invoices.documents.pdf import isolation
from portal.embedded import EmbeddedRunner
from portal.sample.accounts import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    """Runs until Ctrl-C or SIGTERM."""

    help = "Serve the site and do its pending work in this process (embedded mode). Ctrl-C ends both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--threads", type=int, default=8)

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _interrupt)
        server = waitress.create_server(
            get_wsgi_application(),
            host=options["host"],
            port=options["port"],
            threads=options["threads"],
            ident=None,
            max_request_body_size=settings.REQUEST_BODY_MAX_BYTES,
            # With a proxy, Django and allauth read its headers about the visitor.
            clear_untrusted_proxy_headers=settings.ALLAUTH_TRUSTED_PROXY_COUNT == 0,
        )
        isolation.start()
        runner = EmbeddedRunner()
        runner.start()
        self.stdout.write(f"Madoguchi: {settings.PORTAL_URL}/")
        if settings.DEMO and User.objects.filter(email=ACCOUNTS[0][1]).exists():
            self.stdout.write(f"Sample accounts (password of all: {PASSWORD})")
            for role, email in ACCOUNTS:
                self.stdout.write(f"  {email:<36} {role}")
            self.stdout.write(f"Mails of the demo: {settings.PORTAL_URL}/demo/mail/")
        self.stdout.flush()
        try:
            server.run()
        except KeyboardInterrupt:
            pass
        finally:
            server.close()
            runner.stop()


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
