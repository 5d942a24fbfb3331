"""Steps between a password and being signed in, where the portal decides otherwise than allauth."""

from typing import Any

from allauth.account import signals
from allauth.account.stages import LoginStage
from django.conf import settings
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import directory, directory_ties, second_factor, sessions
from accounts.models import User

_OF = "account_as_it_was"


class BeginStage(LoginStage):
    """The first step: what the account is like when its password was typed."""

    key = "begin"

    def handle(self) -> Any:
        if isinstance(self.login.user, User):
            self.login.state[_OF] = self.login.user.get_session_auth_hash()
        return None, True


class UnchangedStage(LoginStage):
    """The last step but one: of an account that was changed meanwhile nobody finishes a sign-in.

    Its owner may have set another password because somebody knew the old one, and stood waiting for a code.
    """

    key = "unchanged"

    def handle(self) -> Any:
        person = self.login.user
        if isinstance(person, User) and person.is_unchanged_since(self.login.state.get(_OF, "")):
            return None, True
        messages.info(self.request, _("ログインの途中で登録が変わりました。もう一度、最初からログインしてください。"))
        return redirect("account_login"), False


class TieStage(LoginStage):
    """The last step for whoever comes by the directory: everything was asked, and they are tied to their account."""

    key = "directory_tie"

    def handle(self) -> Any:
        sociallogin = (self.login.signal_kwargs or {}).get("sociallogin")
        if sociallogin is None:
            return None, True
        person = self.login.user
        assert isinstance(person, User)
        # Meanwhile the account may have got another address, or have been switched off.
        is_theirs = directory.whose(sociallogin) == person and directory_ties.may_come(person)
        if is_theirs and directory_ties.tie(person, sociallogin.account):
            return None, True
        return directory.refusal(self.request, person), False


@receiver(signals.user_logged_in)
def _signed_in(request: HttpRequest, user: User, **about: Any) -> None:
    """A directory that asks for a factor stands in for one, for whoever has none of their own (OIDC_PROVIDES_MFA).

    It may have asked for nothing this time, because it knew the browser: the sign-in is as fresh as its last question.
    """
    if "sociallogin" in about:
        sessions.note_shown(request.session, directory.shown_at(about["sociallogin"]))
    if _came_with_factor(about) and not second_factor.has_factor(user):
        second_factor.note_shown(request.session, user, second_factor.DIRECTORY)


def _came_with_factor(about: dict[str, Any]) -> bool:
    return "sociallogin" in about and settings.DIRECTORY is not None and settings.DIRECTORY.provides_mfa
