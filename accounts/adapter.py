"""allauth's questions to this portal."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts import gate


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened only with an invite code, and whoever came with one goes on with it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return gate.remembered(request) is not None

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return gate.continue_url(request) or super().get_signup_redirect_url(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return gate.continue_url(request) or super().get_login_redirect_url(request)
