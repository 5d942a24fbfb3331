"""The forms of allauth for sign-in and passwords, with the error messages of this portal."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.core import context

from accounts import gate
from portal.lib.forms import PortalFormMixin


class LoginForm(PortalFormMixin, allauth_forms.LoginForm):
    """Signs in with e-mail address and password."""


class SignupForm(PortalFormMixin, allauth_forms.SignupForm):
    """Opens an account. Proposes the address of the invitation; the person may use another one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].initial = gate.invited_email(context.request)


class ChangePasswordForm(PortalFormMixin, allauth_forms.ChangePasswordForm):
    """Changes the password of a user who is signed in."""


class ResetPasswordForm(PortalFormMixin, allauth_forms.ResetPasswordForm):
    """Asks for a code to set a new password."""


class ResetPasswordKeyForm(PortalFormMixin, allauth_forms.ResetPasswordKeyForm):
    """Sets the new password."""


class ConfirmEmailCodeForm(PortalFormMixin, allauth_forms.ConfirmEmailVerificationCodeForm):
    """Takes the code that was sent to a new address."""


class ConfirmPasswordResetCodeForm(PortalFormMixin, allauth_forms.ConfirmPasswordResetCodeForm):
    """Takes the code that was sent for a new password."""


class ReauthenticateForm(PortalFormMixin, allauth_forms.ReauthenticateForm):
    """Asks for the password again before an important change."""
