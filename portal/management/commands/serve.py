"""`manage.py serve`: the whole portal with its background work in one process."""

import signal
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.core.wsgi import get_wsgi_application

from accounts.models import User
from invoices.documents.pdf import isolation
from portal.embedded import EmbeddedRunner
from portal.http_server import Server, listen
from portal.lib.virus_scan import NOT_SCANNED
from portal.sample.accounts import ACCOUNTS, PASSWORD

_GRACE_SECONDS = 5
"""How long an answer that is under way may still take."""


class Command(BaseCommand):
    """Runs until Ctrl-C or SIGTERM."""

    help = "Serve the site and do its pending work in this process (embedded mode). Ctrl-C ends both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--threads", type=int, default=8)

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _interrupt)
        listener = listen(options["host"], options["port"])
        server = Server(get_wsgi_application(), listener, threads=options["threads"])
        isolation.start()
        runner = EmbeddedRunner()
        runner.start()
        self.stdout.write(f"Madoguchi: {settings.PORTAL_URL}/")
        if settings.DEMO and User.objects.filter(email=ACCOUNTS[0][1]).exists():
            self.stdout.write(f"Sample accounts (password of all: {PASSWORD})")
            for role, email in ACCOUNTS:
                self.stdout.write(f"  {email:<36} {role}")
            self.stdout.write(f"Mails of the demo: {settings.PORTAL_URL}/demo/mail/")
        if not settings.CLAMD_ADDRESS:
            self.stdout.write(f"Note: {NOT_SCANNED}")
        self.stdout.flush()
        try:
            while True:
                server.turn(1)
        except KeyboardInterrupt:
            pass
        finally:
            server.stop(_GRACE_SECONDS)
            runner.stop()


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
