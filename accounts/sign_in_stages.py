"""Steps between a password and being signed in, where the portal decides otherwise than allauth."""

from typing import Any

from allauth.account import signals
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import second_factor
from accounts.models import User


class FactorStage(AuthenticateStage):
    """Asks for the second factor, unless somebody comes by a directory that has asked for it (OIDC_PROVIDES_MFA)."""

    def handle(self) -> Any:
        if _came_with_factor(self.login.signal_kwargs or {}):
            return None, True
        return super().handle()


@receiver(signals.user_logged_in)
def _signed_in(request: HttpRequest, user: User, **about: Any) -> None:
    if _came_with_factor(about):
        second_factor.note_shown(request.session, user, second_factor.DIRECTORY)


def _came_with_factor(about: dict[str, Any]) -> bool:
    return "sociallogin" in about and settings.DIRECTORY is not None and settings.DIRECTORY.provides_mfa
