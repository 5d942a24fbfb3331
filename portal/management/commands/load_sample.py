"""`manage.py load_sample`: an invented city for trying out the portal."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.sample import loader
from portal.sample.accounts import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    """Loads the sample and prints who can sign in."""

    help = "Load the sample city with its staff, suppliers and invoices. Existing data is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SAMPLE_ALLOWED:
            raise CommandError("The sample has well-known passwords: it is never loaded with these settings.")
        if not loader.load():
            self.stdout.write("There is data already; nothing was loaded.")
            return
        self.stdout.write("Loaded the sample city. Password of all sample accounts: " + PASSWORD)
        for role, email in ACCOUNTS:
            self.stdout.write(f"  {email:<36} {role}")
