"""Second factors of people in tests: an app that shows codes, and the codes on paper."""

import time

from allauth.account.models import EmailAddress
from allauth.mfa import app_settings
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD


class App:
    """An authenticator app that knows a secret."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    @classmethod
    def of(cls, user: User) -> "App":
        """Register an app, and recovery codes with it."""
        app = cls(generate_totp_secret())
        TOTP.activate(user, app.secret)
        RecoveryCodes.activate(user)
        return app

    def code(self, steps: int = 0) -> str:
        """The code that it shows now, or so many half minutes later."""
        return format_hotp_value(hotp_value(self.secret, int(time.time()) // app_settings.TOTP_PERIOD + steps))


def recovery_codes(user: User) -> list[str]:
    return RecoveryCodes.activate(user).get_unused_codes()


def with_address(user: User) -> User:
    """Their address was confirmed, as that of everybody who signed in once."""
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


def give_password(user: User, client: Client | None = None) -> Client:
    """A browser in which somebody has typed address and password."""
    with_address(user)
    client = client or Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def leave_open(client: Client, minutes: int = 11) -> Client:
    """The browser as it is so long after whoever signed in there has last shown who they are."""
    session = client.session
    long_ago = time.time() - minutes * 60
    session["session_began"] = long_ago
    session["session_seen"] = time.time()
    for each in session.get("account_authentication_methods", []):
        each["at"] = long_ago
    session.save()
    return client


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def signed_in_with(app: App, user: User) -> Client:
    client = give_password(user)
    client.post(reverse("mfa_authenticate"), {"code": app.code()})
    assert is_signed_in(client)
    return client
