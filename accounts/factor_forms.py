"""The forms of allauth for second factors, with the words of this portal."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from allauth.account.utils import url_str_to_user_pk
from allauth.core import context
from allauth.mfa import app_settings, signals
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import forms as recovery_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.contrib.auth.signals import user_login_failed
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from fido2.utils import websafe_decode

from accounts import codes, lock_out, second_factor
from accounts.models import User
from portal.lib.forms import PortalFormMixin

# What reading an answer can end in that no device gave.
_NO_ANSWER = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
    OverflowError,
    NotImplementedError,
    struct.error,
    InvalidSignature,
    UnsupportedAlgorithm,
)


def _code_field(help_text: Any) -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
    return forms.CharField(label=_("コード"), help_text=help_text, max_length=20, widget=forms.TextInput(attrs))


class _WithFactorCode(PortalFormMixin):
    """Reads a code of an app or of a sheet of paper, however it is typed. A code is taken once."""

    def clean_code(self) -> str:
        self.cleaned_data["code"] = codes.normalise_mailed_code(self.cleaned_data["code"])
        code: str = super().clean_code()  # type: ignore[misc]  # of the form beside it
        self._take(code)
        return code

    def _take(self, code: str) -> None:
        """allauth forgets a used code after its half minute, but takes it for longer, since clocks go wrong."""
        period = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        if not cache.add(f"second-factor-code:{self.user.pk}:{code}", 1, timeout=period):  # type: ignore[attr-defined]
            raise ValidationError(_("このコードは使用済みです。新しいコードが表示されるまで待って、入力してください。"))


class _WithProvingCode(_WithFactorCode):
    """Takes a code as the proof of who somebody is: a wrong one is written down and counts for the lock-out."""

    def clean_code(self) -> str:
        email: str = self.user.email  # type: ignore[attr-defined]  # of the form beside it
        taken = lock_out.count(context.request, email)
        try:
            code = super().clean_code()
        except ValidationError as refused:
            if refused.code == lock_out.TOO_MANY:  # by allauth, which counts the codes of an account from everywhere
                raise lock_out.too_many(context.request, email) from None
            raise
        taken.rollback()
        return code

    def _take(self, code: str) -> None:
        try:
            super()._take(code)
        except ValidationError:
            self._emit_authentication_failed(self.authenticator)  # type: ignore[attr-defined]
            raise


class AuthenticateForm(_WithProvingCode, base_forms.AuthenticateForm):
    """Asks for the second factor at sign-in."""

    code = _code_field(_("認証アプリの6桁のコード。スマートフォンが手元にないときは、控えておいた8桁の回復コード。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_app = second_factor.has_app(self.user)
        if not self.has_app:
            self.fields["code"].help_text = _("パスキーが使えないときは、控えておいた8桁の回復コード。")
            del self.fields["code"].widget.attrs["autofocus"]


class FactorReauthenticateForm(_WithProvingCode, base_forms.ReauthenticateForm):
    """Asks for the second factor of somebody who is signed in."""

    code = _code_field(_("認証アプリの6桁のコード、または控えておいた8桁の回復コード。"))


class ActivateAppForm(_WithFactorCode, totp_forms.ActivateTOTPForm):
    """Takes the first code of an app that has just been told its secret."""

    code = _code_field("")

    def _take(self, code: str) -> None:
        super()._take(code)
        second_factor.note_shown(context.request.session, self.user, Authenticator.Type.TOTP)


class DeactivateAppForm(PortalFormMixin, totp_forms.DeactivateTOTPForm):
    """Forgets the app."""


class RecoveryCodesForm(PortalFormMixin, recovery_forms.GenerateRecoveryCodesForm):
    """Makes new recovery codes; the old ones are good for nothing then."""


class CredentialField(forms.JSONField):
    """What a device answered, as static/js/passkeys.js writes it into the form."""

    widget = forms.Textarea

    def __init__(self) -> None:
        super().__init__(label=_("パスキーの応答"), widget=forms.Textarea({"hidden": True, "tabindex": "-1"}))
        self.error_messages["invalid"] = self.error_messages["required"] = get_adapter().error_messages[
            "incorrect_code"
        ]

    def to_python(self, value: Any) -> Any:
        try:
            read = super().to_python(value)
        except _NO_ANSWER:  # numbers of a thousand digits, brackets within brackets
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if read is not None and not isinstance(read, dict):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return read

    def bound_data(self, data: Any, initial: Any) -> None:
        """An answer is good once: the page never shows it again."""

    def prepare_value(self, value: Any) -> str:
        return ""


class _WithAnswer(PortalFormMixin):
    """Reads the answer of a device. Whatever cannot be one is refused in the same words."""

    def _clean_fields(self) -> None:
        with _refusing(self):
            super()._clean_fields()

    def _clean_form(self) -> None:
        with _refusing(self):
            super()._clean_form()  # type: ignore[misc]  # the place that Django has for it


@contextmanager
def _refusing(form: forms.BaseForm) -> Iterator[None]:
    try:
        yield
    except _NO_ANSWER:
        form.add_error("credential", get_adapter().validation_error("incorrect_code"))


class AddPasskeyForm(_WithAnswer, webauthn_forms.AddWebAuthnForm):
    """Registers a device or a key."""

    name = forms.CharField(
        label=_("呼び名"), max_length=40, required=False, help_text=_("あとで見分けるための名前です。例：庁内の端末")
    )
    passwordless = forms.BooleanField(
        label=_("このパスキーだけでログインする"),
        required=False,
        initial=True,
        help_text=_("指紋・顔・暗証番号で本人を確かめる端末や鍵で使えます。そうでない鍵のときは、チェックを外します。"),
    )
    credential = CredentialField()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("credential") and not self.errors:
            second_factor.note_shown(context.request.session, self.user, Authenticator.Type.WEBAUTHN)
        return cleaned


class EditPasskeyForm(PortalFormMixin, webauthn_forms.EditWebAuthnForm):
    """Gives a passkey another name."""

    name = forms.CharField(label=_("呼び名"), max_length=40)


class _WithProof(_WithAnswer):
    """Takes a passkey as the proof of who somebody is: a wrong one is written down and counts for the lock-out."""

    user: User | None
    reauthenticated: bool

    def _clean_fields(self) -> None:
        # Anybody can write somebody else's name into an answer, as they can type somebody else's address.
        person = self.user or self._named()
        if person is None and not self["credential"].data:
            super()._clean_fields()  # nothing was shown, as where no password was typed
            return
        try:
            taken = lock_out.count(context.request, person.email if person else "")
        except ValidationError as too_many:
            self.add_error("credential", too_many)
            return
        super()._clean_fields()
        if self.errors:
            self._write_down(person)
        else:
            taken.rollback()

    def _named(self) -> User | None:
        with suppress(ValidationError, *_NO_ANSWER):
            answer = self.fields["credential"].clean(self["credential"].data)
            named = url_str_to_user_pk(websafe_decode(answer["response"]["userHandle"]).decode())
            return User.objects.filter(pk=named).first()
        return None

    def _write_down(self, person: User | None) -> None:
        request = context.request
        passkey = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).first()
        if person is None or passkey is None:
            user_login_failed.send(__name__, credentials={"email": person.email if person else ""}, request=request)
            return
        signals.authentication_failed.send(
            Authenticator,
            request=request,
            user=person,
            authenticator=passkey,
            reauthentication=self.reauthenticated,
        )


class AuthenticatePasskeyForm(_WithProof, webauthn_forms.AuthenticateWebAuthnForm):
    """Asks for a passkey after the password."""

    credential = CredentialField()


class PasskeyReauthenticateForm(_WithProof, webauthn_forms.ReauthenticateWebAuthnForm):
    """Asks somebody who is signed in for a passkey."""

    credential = CredentialField()


class PasskeySignInForm(_WithProof, webauthn_forms.LoginWebAuthnForm):
    """Signs in with a passkey alone, which tells whose it is."""

    credential = CredentialField()
