"""Browsers in which somebody has signed in before: a cookie says so, signed by the portal.

It opens nothing. It tells an owner's own browser from that of a stranger who guesses at their password, and a sign-in
from a new browser from all others. It names nobody: for each account there is a mark which only the portal can make.
A new password makes new marks, so that whoever had found out the old one is a stranger again.
"""

import re
from collections.abc import Callable
from typing import Any

from allauth.account import signals
from django.conf import settings
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from accounts.models import User

COOKIE_AGE = 60 * 60 * 24 * 400
"""Seconds. Browsers keep no cookie for longer than 400 days; each sign-in begins anew."""
ACCOUNTS_MAX = 20
"""Accounts that one browser is known for, as on a desk that several share; of more the oldest go."""

_SALT = "accounts.known_browsers"
_MARK = re.compile(r"[0-9a-f]{32}")
_NOTED = "noted_for_browser"


def knows(request: HttpRequest, user: User) -> bool:
    """Whether this account had signed in with this browser before this request."""
    return _mark(user) in _marks(request)


def remember(request: HttpRequest, user: User) -> None:
    """Let the answer to this request tell the browser that the account signed in with it.

    Until the next request `knows` says what was before: who asks whether it is new may do so afterwards.
    """
    noted: list[str] = getattr(request, _NOTED, [])
    setattr(request, _NOTED, [*noted, _mark(user)])


class KnownBrowsersMiddleware:
    """Sends what was remembered while a request was answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        noted: list[str] = getattr(request, _NOTED, [])
        if noted:
            # Once each, the newest first.
            marks = list(dict.fromkeys([*reversed(noted), *_marks(request)]))[:ACCOUNTS_MAX]
            response.set_cookie(
                settings.KNOWN_BROWSER_COOKIE_NAME,
                signing.Signer(salt=_SALT).sign(".".join(marks)),
                max_age=COOKIE_AGE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


@receiver([signals.user_logged_in, signals.password_changed, signals.password_set, signals.password_reset])
def _signed_in(request: HttpRequest, user: User, **about: Any) -> None:
    remember(request, user)


def _mark(user: User) -> str:
    return salted_hmac(_SALT, f"{user.pk}:{user.password}", algorithm="sha256").hexdigest()[:32]


def _marks(request: HttpRequest) -> list[str]:
    try:
        text = signing.Signer(salt=_SALT).unsign(request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, ""))
    except signing.BadSignature:
        return []
    return [mark for mark in text.split(".")[:ACCOUNTS_MAX] if _MARK.fullmatch(mark)]
