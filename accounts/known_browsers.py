"""Which browsers somebody has signed in from: each bears a signed cookie that says so. Nothing of it is measured.

A sign-in from another browser is told to its person. With a new password or address nobody's browser is known any
more, but for the one at which it was chosen.
"""

import time
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.models import User

KEEP_SECONDS = 365 * 24 * 60 * 60
PEOPLE_MAX = 8
"""At one browser, as at a shared desk; of more the oldest are forgotten."""

_SALT = "accounts.known_browsers"


def is_known(request: HttpRequest, person: User) -> bool:
    """Whether this person has signed in from this browser since the browsers of theirs were forgotten last."""
    since = person.browsers_known_since
    return since is not None and _people(request).get(str(person.pk), 0) >= since.timestamp()


def is_new(request: HttpRequest, person: User) -> bool:
    """Whether this is another browser than those from which the person signed in. The first one of all is no news."""
    return person.browsers_known_since is not None and not is_known(request, person)


def remember(request: HttpRequest, person: User) -> None:
    """Know this browser from now on. The answer to the request takes the cookie along (portal.middleware)."""
    if person.browsers_known_since is None:
        _begin_anew(person)
    request.is_browser_of = person  # type: ignore[attr-defined]


def forget_others(request: HttpRequest, person: User) -> None:
    """Know no browser of a person any more, but this one if it is theirs."""
    is_theirs = request.user == person or is_known(request, person)
    _begin_anew(person)
    if is_theirs:
        remember(request, person)


def write_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser its cookie, where somebody has signed in by this request."""
    person: User | None = getattr(request, "is_browser_of", None)
    if person is None:
        return
    people = _people(request) | {str(person.pk): time.time()}
    newest = sorted(people.items(), key=lambda item: item[1])[-PEOPLE_MAX:]
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        signing.dumps(dict(newest), salt=_SALT),
        max_age=KEEP_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _begin_anew(person: User) -> None:
    person.browsers_known_since = timezone.now()
    person.save(update_fields=["browsers_known_since"])


def _people(request: HttpRequest) -> dict[str, float]:
    """Who has signed in from this browser, by their ids, and when."""
    cookie = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "")
    try:
        found: Any = signing.loads(cookie, salt=_SALT, max_age=KEEP_SECONDS)
    except signing.BadSignature:
        return {}
    return {str(person): float(at) for person, at in found.items()}
