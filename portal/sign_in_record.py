"""Sign-ins and changes of accounts, as the access record tells of them. Loading this connects it (portal.urls).

A row stands in the record of every organisation for which the person works then. Nothing that was typed is kept: of a
sign-in that was refused for an account that does not exist, it is known that there was one, when and from where.
"""

from typing import Any

from allauth.account import signals
from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import access, organisations, own_account, second_factor
from accounts.models import OPERATOR, AccessKind, User
from portal.lib.mail_addresses import normalise_mail_address


@receiver(signals.user_logged_in)
def _signed_in(request: HttpRequest, user: User, **about: Any) -> None:
    factor = second_factor.shown(request.session, user)
    by = [settings.DIRECTORY.name] if "sociallogin" in about and settings.DIRECTORY else []
    if factor and factor != second_factor.DIRECTORY:
        by.append(str(second_factor.NAMES[factor]))
    _write(request, AccessKind.SIGN_IN, user, "、".join(by))


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: User | None, **about: Any) -> None:
    if user is not None:
        _write(request, AccessKind.SIGN_OUT, user)


@receiver(user_login_failed)
def _refused(request: HttpRequest | None, credentials: dict[str, Any], **about: Any) -> None:
    typed = normalise_mail_address(str(credentials.get("email") or ""))
    user = User.objects.filter(email=typed).first() if typed else None
    if request is not None:
        _write(request, AccessKind.SIGN_IN_REFUSED, user)


@receiver([signals.password_reset_code_rejected, signals.login_code_rejected, signals.email_verification_code_rejected])
def _code_refused(request: HttpRequest, user: User, **about: Any) -> None:
    _write(request, AccessKind.SIGN_IN_REFUSED, user)


@receiver([signals.password_set, signals.password_changed, signals.password_reset])
def _password_changed(request: HttpRequest, user: User, **about: Any) -> None:
    _write(request, AccessKind.PASSWORD, user)


@receiver(signals.email_changed)
def _address_changed(request: HttpRequest, user: User, from_email_address: Any, **about: Any) -> None:
    if from_email_address is not None:  # the first address of somebody who signs up is no change
        _write(request, AccessKind.ADDRESS, user)


@receiver(factor_signals.authentication_failed)
def _factor_refused(request: HttpRequest, user: User, authenticator: Authenticator, **about: Any) -> None:
    _write(request, AccessKind.SIGN_IN_REFUSED, user, str(second_factor.NAMES[authenticator.type]))


@receiver(factor_signals.authenticator_added)
def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **about: Any) -> None:
    _factor(request, user, authenticator, _("%(factor)sを登録しました。"), _("%(factor)sが登録されました"))


@receiver(factor_signals.authenticator_removed)
def _factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **about: Any) -> None:
    _factor(request, user, authenticator, _("%(factor)sを解除しました。"), _("%(factor)sが解除されました"))


@receiver(factor_signals.authenticator_reset)
def _factor_made_anew(request: HttpRequest, user: User, authenticator: Authenticator, **about: Any) -> None:
    words, title = _("%(factor)sを作り直しました。"), _("%(factor)sが作り直されました")
    _factor(request, user, authenticator, words, title, made_anew=True)


@transaction.atomic
def _factor(
    request: HttpRequest, user: User, authenticator: Authenticator, words: str, title: str, *, made_anew: bool = False
) -> None:
    factor = {"factor": second_factor.NAMES[authenticator.type]}
    _write(request, AccessKind.FACTOR, user, words % factor)
    is_by_itself = authenticator.type != Authenticator.Type.RECOVERY_CODES
    if is_by_itself or made_anew:  # recovery codes come and go with the first and the last of the others
        own_account.factor_changed(user, title % factor)


def _write(request: HttpRequest, kind: AccessKind, owner: User | None, what: str = "") -> None:
    """A row about somebody's account, by its owner; by the operator where it was they who changed it.

    Args:
        what: What changed, or with what they proved who they are, where the kind does not say it.
    """
    signed_in = getattr(request, "user", None)
    by_operator = isinstance(signed_in, User) and signed_in.is_staff and owner is not None and signed_in != owner
    access.write(
        kind,
        user=signed_in if by_operator else owner,
        role=OPERATOR if by_operator else "",
        organisations=[each.id for each in organisations.of_person(owner)] if owner else (),
        about=("User", owner.pk, str(owner)) if by_operator and owner else ("", None, what),
        address=access.address_of(request),
    )
