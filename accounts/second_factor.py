"""The second proof of who somebody is (多要素認証): who needs one, and whether a session has shown it.

Staff of cities and operators need one wherever the installation asks for it (MFA_FOR_STAFF); everybody else may have
one. Whoever has one is asked for it at every sign-in, by allauth, before they are signed in at all. What is asked here
is about those who are signed in without: somebody new, and a session from before.
"""

from enum import Enum
from typing import Any

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import directory_ties, sessions
from accounts.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What proves somebody by itself. A recovery code stands in for one of these, and is worth nothing without."""
DIRECTORY = "directory"
"""In place of a factor of their own: they came by a directory that has asked for one (OIDC_PROVIDES_MFA)."""
NAMES = {
    Authenticator.Type.TOTP: _("認証アプリ"),
    Authenticator.Type.WEBAUTHN: _("パスキー"),
    Authenticator.Type.RECOVERY_CODES: _("回復コード"),
}
_SHOWN = "second_factor_shown"
_WANTED = "second_factor_wanted"


class Missing(Enum):
    """What somebody who is signed in has to do before anything else.

    Attributes:
        SET_UP: They have no second factor yet.
        PROVE: They have one, and this session has not shown it.
    """

    SET_UP = "set_up"
    PROVE = "prove"


def has_factor(user: User) -> bool:
    """Whether somebody is asked for a second factor when they sign in."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def has_app(user: User | AnonymousUser) -> bool:
    """Whether somebody has codes to type; otherwise their only factor is a passkey."""
    return user.is_authenticated and Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def is_compulsory_for(user: User) -> bool:
    """Whether somebody may do nothing without a second factor."""
    return settings.SECOND_FACTOR_COMPULSORY and sessions.is_staff(user)


def missing(request: HttpRequest) -> Missing | None:
    """What the person of a request has to do first; None when they may go on."""
    if not settings.SECOND_FACTOR_COMPULSORY or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None  # and nobody looks into the session, so that a public page stays the same for all
    user = request.user
    if not isinstance(user, User) or not is_compulsory_for(user):
        return None
    by = shown(request.session, user)
    if by == DIRECTORY:
        by = ""
        if settings.DIRECTORY is not None and settings.DIRECTORY.provides_mfa:
            return None
    if not has_factor(user):
        return Missing.SET_UP
    return None if by else Missing.PROVE


def shown(session: SessionBase, user: User) -> str:
    """With what somebody proved in this session who they are, as a type of allauth's; empty when they did not."""
    note = session.get(_SHOWN, {})
    return str(note["type"]) if note.get("user") == str(user.pk) else ""


def note_shown(session: SessionBase, user: User, factor: str) -> None:
    """Remember that somebody proved in this session who they are."""
    session[_SHOWN] = {"user": str(user.pk), "type": factor}


def note_wanted(session: SessionBase, address: str) -> None:
    """Remember where somebody wanted to go before they were led away."""
    session[_WANTED] = address


def wanted(session: SessionBase) -> str:
    """Where somebody wanted to go before they were led away; empty when they were not."""
    return str(session.get(_WANTED, ""))


def forget_wanted(request: HttpRequest) -> None:
    """Somebody who was led away has come back to where they wanted to go."""
    known = settings.SECOND_FACTOR_COMPULSORY and settings.SESSION_COOKIE_NAME in request.COOKIES
    if known and wanted(request.session) == request.get_full_path():
        del request.session[_WANTED]


@receiver(signals.authenticator_used)
def _used(request: HttpRequest, user: User, authenticator: Authenticator, **about: Any) -> None:
    note_shown(request.session, user, authenticator.type)
    if authenticator.type == Authenticator.Type.RECOVERY_CODES and not about.get("reauthenticated"):
        left = len(Authenticator.objects.get(pk=authenticator.pk).wrap().get_unused_codes())  # this one is gone by now
        words = gettext(
            "回復コードでログインしました。残りは%(left)d個です。スマートフォンや鍵をなくしたときは、"
            "「多要素認証」で登録を解除してから、新しいものを登録し直してください。"
        )
        messages.warning(request, words % {"left": left})


@transaction.atomic
def take_away(person: User) -> bool:
    """Take all factors away from somebody who lost them, and end their sessions: whoever has the lost telephone is out.

    The directory may have let them in by that telephone, so the tie to it ends too.

    Returns:
        Whether there were any.
    """
    taken, _each = Authenticator.objects.filter(user=person).delete()
    taken += directory_ties.untie(person)
    if taken:
        for session in UserSession.objects.filter(user=person):
            session.end()
    return bool(taken)


def renew_secrets() -> tuple[int, int]:
    """Encrypt what is stored with today's key of the installation.

    Returns:
        How many rows were, and how many no key can read.
    """
    done = lost = 0
    kept_secret = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    for pk in kept_secret.values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is None:  # taken away meanwhile
                continue
            try:
                row.data |= {name: encrypt(decrypt(row.data[name])) for name in ("secret", "seed") if name in row.data}
            except ValidationError:
                lost += 1
                continue
            row.save(update_fields=["data"])
            done += 1
    return done, lost
