"""The forms of allauth for second factors, with the words of this portal."""

from typing import Any

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import forms as recovery_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import codes, second_factor
from portal.lib.forms import PortalFormMixin


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


class AuthenticateForm(_WithFactorCode, base_forms.AuthenticateForm):
    """Asks for the second factor at sign-in."""

    code = _code_field(_("認証アプリの6桁のコード。スマートフォンが手元にないときは、控えておいた8桁の回復コード。"))


class FactorReauthenticateForm(_WithFactorCode, base_forms.ReauthenticateForm):
    """Asks for the second factor of somebody who is signed in."""

    code = _code_field(_("認証アプリの6桁のコード、または控えておいた8桁の回復コード。"))


class ActivateAppForm(_WithFactorCode, totp_forms.ActivateTOTPForm):
    """Takes the first code of an app that has just been told its secret."""

    code = _code_field(_("読み取ったあとに、アプリに表示される6桁の数字です。"))

    def _take(self, code: str) -> None:
        super()._take(code)
        second_factor.note_shown(context.request.session, self.user, Authenticator.Type.TOTP)


class DeactivateAppForm(PortalFormMixin, totp_forms.DeactivateTOTPForm):
    """Forgets the app."""


class RecoveryCodesForm(PortalFormMixin, recovery_forms.GenerateRecoveryCodesForm):
    """Makes new recovery codes; the old ones are good for nothing then."""
