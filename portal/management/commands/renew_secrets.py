"""`manage.py renew_secrets`: encrypt the secrets of second factors with today's SECRET_KEY, after it was changed."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts import second_factor


class Command(BaseCommand):
    help = "Encrypt the secrets of second factors with today's SECRET_KEY; OLD_SECRET_KEYS still names the old ones."

    def handle(self, *args: Any, **options: Any) -> None:
        done, lost = second_factor.renew_secrets()
        self.stdout.write(f"{done} secrets are encrypted with today's key.")
        if lost:
            self.stderr.write(f"{lost} cannot be read with any key: their owners have to register anew.")
