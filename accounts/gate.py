"""The gate of the portal: a session that has shown a valid invite code may open an account and use the code once."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts import codes
from accounts.models import InviteCode

_SESSION_KEY = "invite"


def remember(request: HttpRequest, code: InviteCode, *, email: str = "") -> None:
    """Let this session in with a code that was verified just now; the secret is not kept.

    Args:
        email: To whom the invitation was sent, to be proposed as the sign-in address.
    """
    request.session[_SESSION_KEY] = {"code": str(code.pk), "email": email}


def remembered(request: HttpRequest) -> InviteCode | None:
    """This session's code, if it can still be used at this moment."""
    kept = request.session.get(_SESSION_KEY)
    return codes.still_usable(kept["code"]) if kept else None


def invited_email(request: HttpRequest) -> str:
    """The address to which the invitation of this session went; empty without one."""
    kept = request.session.get(_SESSION_KEY)
    return str(kept["email"]) if kept else ""


def forget(request: HttpRequest) -> None:
    """The code is used up."""
    request.session.pop(_SESSION_KEY, None)


def continue_url(request: HttpRequest) -> str | None:
    """Where the holder of this session's code goes after signing in; None without a usable code."""
    code = remembered(request)
    return reverse(settings.INVITE_CONTINUE[code.purpose]) if code else None
