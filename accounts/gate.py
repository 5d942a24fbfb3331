"""The entrance with an invite code: a session that has shown a valid code may open an account and use the code once."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import codes, rate_limits
from accounts.models import InviteCode

_SESSION_KEY = "invite"


def remember(request: HttpRequest, code: InviteCode, *, email: str = "") -> None:
    """Remember in this session a code that was verified just now. The secret is not stored.

    Args:
        email: The address of the invitation, proposed as the sign-in address.
    """
    request.session[_SESSION_KEY] = {"code": str(code.pk), "email": email}


def remembered(request: HttpRequest) -> InviteCode | None:
    """The code of this session, if it can still be used now."""
    stored = request.session.get(_SESSION_KEY)
    return codes.still_usable(stored["code"]) if stored else None


def invited_email(request: HttpRequest) -> str:
    """The address to which the invitation of this session was sent; empty without an invitation."""
    stored = request.session.get(_SESSION_KEY)
    return str(stored["email"]) if stored else ""


def forget(request: HttpRequest) -> None:
    """Remove the code from this session, because it has been used."""
    request.session.pop(_SESSION_KEY, None)


def continue_url(request: HttpRequest) -> str | None:
    """Where the person with the code of this session goes after signing in; None without a usable code."""
    code = remembered(request)
    return reverse(settings.INVITE_CONTINUE[code.purpose]) if code else None


def may_guess(request: HttpRequest, public_id: str) -> bool:
    """Count a typed code for the visitor's address and for the typed 仮ID, whether it exists or not."""
    limits = settings.INVITE_CODE_RATE_LIMITS
    if not rate_limits.allow(request, "accounts.invite_address", limits["address"]):
        # Not counted for the 仮ID: otherwise one address could use up the attempts of every 仮ID.
        return False
    return rate_limits.allow(request, "accounts.invite_code", limits["code"], key=public_id)


def counts_mail(request: HttpRequest) -> bool:
    """Count a mail for the invite code of this session, and say whether it is within the limit.

    Without a code, nobody opens an account, and allauth's own limits hold.
    """
    code = remembered(request)
    return code is None or rate_limits.allow(
        request, "accounts.code_mails", settings.INVITE_CODE_MAILS, key=str(code.pk)
    )


def may_get_mail(request: HttpRequest) -> bool:
    """Whether one more mail would be within the limit."""
    code = remembered(request)
    return code is None or rate_limits.has_room(
        request, "accounts.code_mails", settings.INVITE_CODE_MAILS, key=str(code.pk)
    )


def too_many_mails() -> str:
    """Why no mail was sent."""
    return _("この招待では、短い間に多くのメールをお送りしました。明日、もう一度お試しください。")
