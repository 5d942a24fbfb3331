"""Steps between a password and being signed in, where the portal decides otherwise than allauth."""

from typing import Any

from allauth.account import signals
from allauth.account.stages import LoginStage
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import directory, directory_ties, second_factor, sessions
from accounts.models import User


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
