"""allauth's forms in the words of this portal."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.core import context

from accounts import gate
from portal.lib.forms import PortalFormMixin


class LoginForm(PortalFormMixin, allauth_forms.LoginForm):
    pass


class SignupForm(PortalFormMixin, allauth_forms.SignupForm):
    """Proposes the address to which the invitation went; another one may be used."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].initial = gate.invited_email(context.request)


class ChangePasswordForm(PortalFormMixin, allauth_forms.ChangePasswordForm):
    pass


class ResetPasswordForm(PortalFormMixin, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(PortalFormMixin, allauth_forms.ResetPasswordKeyForm):
    pass


class ConfirmEmailCodeForm(PortalFormMixin, allauth_forms.ConfirmEmailVerificationCodeForm):
    pass


class ConfirmPasswordResetCodeForm(PortalFormMixin, allauth_forms.ConfirmPasswordResetCodeForm):
    pass


class ReauthenticateForm(PortalFormMixin, allauth_forms.ReauthenticateForm):
    pass
