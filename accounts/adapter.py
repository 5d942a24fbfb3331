"""The answers that allauth, which does the sign-in, needs from this portal."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import gate, mailed_codes, rate_limits
from accounts.access import plain_address
from portal.lib.mail_addresses import normalise_mail_address


class AccountAdapter(DefaultAccountAdapter):
    """Only a person with an invite code can open an account. After signing in, they go on to accept the invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether this session has shown an invite code that can still be used."""
        return gate.remembered(request) is not None

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Where the person goes after opening an account."""
        return gate.continue_url(request) or super().get_signup_redirect_url(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where the person goes after signing in."""
        return gate.continue_url(request) or super().get_login_redirect_url(request)

    def clean_email(self, email: str) -> str:
        """The address in the form in which it is stored."""
        return normalise_mail_address(email)

    def get_client_ip(self, request: HttpRequest) -> str:
        """From where a request comes, behind TRUSTED_PROXIES; for the limits and for the access record."""
        return plain_address(super().get_client_ip(request))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Stop somebody who tries too often. That is a refused sign-in too, and written down once a minute."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            if rate_limits.allow(request, "accounts.refused", "1/m/key", key=credentials.get("email", "")):
                user_login_failed.send(__name__, credentials={"email": credentials.get("email")}, request=request)
            raise

    def get_login_stages(self) -> list[str]:
        """What is asked between the password and being signed in."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "accounts.sign_in_stages.FactorStage"}
        return [ours.get(each, each) for each in super().get_login_stages()]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """How somebody who is signed in proves once more who they are, in our words."""
        words = {
            "reauthenticate": _("パスワードで確認する"),
            "mfa_reauthenticate": _("認証アプリか回復コードで確認する"),
            "mfa_reauthenticate:webauthn": _("パスキーで確認する"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [each | {"description": words.get(each["id"], each["description"])} for each in methods]

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """Mail the code for an address. Who asks again gets the same code, because the first mail may come last."""
        mailed_codes.repeat_for_address(request, emailconfirmation)
        super().send_confirmation_mail(request, emailconfirmation, signup)
