"""The answers that allauth, which does the sign-in, needs from this portal."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as current
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import (
    door_mails,
    gate,
    known_browsers,
    lock_out,
    mailed_codes,
    own_account,
    reauthentication,
)
from accounts.access import plain_address
from accounts.models import User
from portal.lib.mail_addresses import normalise_mail_address

_TO_STRANGER = "account/email/unknown_account"


class AccountAdapter(DefaultAccountAdapter):
    """Only a person with an invite code can open an account. After signing in, they go on to accept the invitation."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy(
            "メールアドレスかパスワードが違います。大文字・小文字と入力した文字を確かめて、もう一度入力してください。"
        ),
        "incorrect_password": gettext_lazy(
            "パスワードが違います。大文字・小文字を確かめて、もう一度入力してください。"
        ),
        "enter_current_password": gettext_lazy("現在のパスワードが違います。もう一度入力してください。"),
        "too_many_login_attempts": gettext_lazy("誤りが続きました。5分ほど待ってから、もう一度入力してください。"),
        "rate_limited": gettext_lazy("続けて何度も送られました。5分ほど待ってから、もう一度試してください。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether this session has shown an invite code that can still be used."""
        return gate.remembered(request) is not None

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Where the person goes after opening an account."""
        return gate.continue_url(request) or super().get_signup_redirect_url(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where the person goes after signing in."""
        return gate.continue_url(request) or super().get_login_redirect_url(request)

    def is_reauthentication_required(self, *, app: str, **about: Any) -> bool:
        """The library's own pages ask as ours do: whoever has just signed in is not asked again."""
        request = current.request
        asks = super().is_reauthentication_required(app=app, **about)
        return bool(asks) and not (request is not None and reauthentication.is_fresh(request))

    def clean_email(self, email: str) -> str:
        """The address in the form in which it is stored."""
        return normalise_mail_address(email)

    def get_client_ip(self, request: HttpRequest) -> str:
        """From where a request comes, behind TRUSTED_PROXIES; for the limits and for the access record."""
        return plain_address(super().get_client_ip(request))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Stop somebody who tries too often."""
        # Under this name allauth gives it back when the password was right.
        self._login_failed_rl_usage = lock_out.count(request, str(credentials.get("email", "")))

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth's name for what follows a new password that was set by a code in somebody's mailbox."""
        lock_out.forget(request, credentials["email"])

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell somebody that they have an account already."""
        if self._may_mail(current.request):
            super().send_account_already_exists_mail(email)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Take an address whose code was typed. In place of another one it ends all sessions but this."""
        with transaction.atomic():
            person = User.objects.select_for_update(no_key=True).filter(pk=email_address.user_id).first()
            if person is None:  # they made room for another account at the same moment (accounts.newcomers)
                return False
            before = person.email
            confirmed = bool(super().confirm_email(request, email_address))
            if confirmed and email_address.email != before:
                person.refresh_from_db()
                self._stay_signed_in(request, person)
                known_browsers.forget_others(request, person)
                own_account.address_changed(person, before)
        return confirmed

    def _stay_signed_in(self, request: HttpRequest, person: User) -> None:
        if request.user == person:
            request.user = person
            update_session_auth_hash(request, person)
            UserSession.objects.create_from_request(request)

    def get_login_stages(self) -> list[str]:
        """What is asked between the password and being signed in."""
        ours = "accounts.sign_in_stages"
        return [f"{ours}.BeginStage", *super().get_login_stages(), f"{ours}.UnchangedStage", f"{ours}.TieStage"]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """How somebody who is signed in proves once more who they are, in our words."""
        words = {
            "reauthenticate": _("パスワードで確認する"),
            "mfa_reauthenticate": _("アプリか回復コードで確認する"),
            "mfa_reauthenticate:webauthn": _("パスキーで確認する"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [each | {"description": words.get(each["id"], each["description"])} for each in methods]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of the library's mails; to strangers, whom anybody may name, only a few."""
        if template_prefix != _TO_STRANGER or door_mails.may_tell_stranger(current.request, email):
            super().send_mail(template_prefix, email, context)

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """Mail the code for an address. Who asks again gets the same code, because the first mail may come last."""
        if not self._may_mail(request):
            return
        mailed_codes.repeat_for_address(request, emailconfirmation)
        super().send_confirmation_mail(request, emailconfirmation, signup)

    def _may_mail(self, request: HttpRequest) -> bool:
        """Count a mail for the invite code of this session: nobody knows yet to whom its addresses belong."""
        if not gate.counts_mail(request):
            messages.error(request, gate.too_many_mails())
            return False
        return True
