"""Changes of somebody's own account that others have to hear of: address, password, second factors, new browsers."""

from typing import Any

from allauth.account import signals
from django.conf import settings
from django.db import transaction
from django.dispatch import Signal, receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts import directory_ties, known_browsers, notices
from accounts.models import User
from accounts.notices import OF_FACTOR, OF_MEMBERSHIP, TO_OLD_ADDRESS, Notice


def address_asked(person: User, new: str) -> None:
    """Somebody wants another address. Nothing has changed so far, and there is still time to stop it."""
    note = _("新しいアドレスで確認コードが入力されるまで、今のアドレスのままです。")
    title = _("メールアドレスを変える手続きが始まりました")
    notices.about_account(person, Notice(title, [(_("新しいアドレス"), new)], note))


def address_changed(person: User, before: str, *, operator: str = "") -> None:
    """Another address has taken the place of the one before. What the directory said of that one has ended with it.

    Args:
        operator: The operator who did it; empty when it was the person.
    """
    directory_ties.untie(person)
    notice = Notice(_("メールアドレスが変更されました"), [(_("新しいアドレス"), person.email)])
    notices.about_account(person, notice, to=before, text=TO_OLD_ADDRESS, operator=operator)


def factor_changed(person: User, title: str, *, note: str = "", operator: str = "") -> None:
    """A second factor came, went or was made anew.

    Args:
        title: What became of which, as a `Notice` says it.
        operator: The operator who did it; empty when it was the person.
    """
    notices.about_account(person, Notice(title, note=note), text=OF_FACTOR, operator=operator)


def rights_changed(person: User, title: StrOrPromise, operator: str, *, of_operator: bool) -> None:
    """An operator made somebody an operator, gave them other rights, switched them off, or took that back.

    Args:
        of_operator: Whether the person was or becomes an operator by it.
    """
    note = ""
    if person.is_staff and person.last_login is None:  # nobody mails them a link
        words = _("はじめてログインするときは、次のページで確認コードを受け取り、パスワードを決めてください：%(url)s")
        note = words % {"url": settings.PORTAL_URL + reverse("account_reset_password")}
    notice = Notice(title, note=note)
    notices.about_account(person, notice, text=OF_MEMBERSHIP, operator=operator, of_operator=of_operator)


@receiver([signals.password_set, signals.password_changed, signals.password_reset])
def _password_changed(request: HttpRequest, user: User, signal: Signal, **about: Any) -> None:
    if getattr(request, "is_first_sign_in", False):
        return  # it was chosen at the link that was mailed for it
    was_none = signal is signals.password_set
    title = _("パスワードが設定されました") if was_none else _("パスワードが変更されました")
    with transaction.atomic():
        known_browsers.forget_others(request, user)
        notices.about_account(user, Notice(title))


@receiver(signals.user_logged_in)
def _signed_in(request: HttpRequest, user: User, **about: Any) -> None:
    request.is_first_sign_in = user.browsers_known_since is None  # type: ignore[attr-defined]
    if known_browsers.is_new(request, user):
        notices.about_sign_in(user)
    known_browsers.remember(request, user)
