"""The forms of allauth for sign-in and passwords, with the error messages of this portal."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import context
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import codes, door_mails, gate, mailed_codes, newcomers, own_account
from accounts.models import User
from portal.lib.forms import PortalFormMixin
from portal.lib.text_fields import MailAddressField

_OUTDATED = gettext_lazy(
    "このコードが送られたあとに、パスワードかメールアドレスが変わりました。もう一度、確認コードを受け取ってください。"
)


class _WithAddress(PortalFormMixin):
    """Reads e-mail addresses as all forms of the portal do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.EmailField):
                self.fields[name] = MailAddressField(
                    label=field.label, required=field.required, max_length=field.max_length, widget=field.widget
                )


class _WithCode(PortalFormMixin):
    """Reads a code that was sent by mail, however it is typed. Each code is compared a few times at most."""

    expected_code: str | None

    def clean_code(self) -> Any:
        self.cleaned_data["code"] = codes.normalise_mailed_code(self.cleaned_data["code"])
        if not mailed_codes.may_try(context.request, self.expected_code or ""):
            raise get_adapter().validation_error("incorrect_code")
        return super().clean_code()  # type: ignore[misc]  # of the form beside it


class LoginForm(_WithAddress, allauth_forms.LoginForm):
    """Signs in with e-mail address and password."""


class SignupForm(_WithAddress, allauth_forms.SignupForm):
    """Opens an account. Proposes the address of the invitation; the person may use another one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].initial = gate.invited_email(context.request)

    def clean(self) -> Any:
        cleaned = super().clean()
        code = gate.remembered(context.request)
        if code is not None and newcomers.has_confirmed(code):
            raise ValidationError(
                _("この招待では、すでにアカウントが作られています。そのアカウントでログインしてください。")
            )
        if not gate.may_get_mail(context.request):
            raise ValidationError(gate.too_many_mails())
        return cleaned

    def try_save(self, request: HttpRequest) -> Any:
        """Open the account. Where the address has one, it takes as long and looks the same."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def save(self, request: HttpRequest) -> User:
        """The account; one that was opened with the same invite code and never confirmed makes room for it."""
        code = gate.remembered(request)
        assert code is not None, "the adapter opens no account without one"
        with transaction.atomic():
            newcomers.make_room(code)
            user: User = super().save(request)
            newcomers.note(code, user)
        return user


class ChangePasswordForm(PortalFormMixin, allauth_forms.ChangePasswordForm):
    """Changes the password of a user who is signed in."""


class SetPasswordForm(PortalFormMixin, allauth_forms.SetPasswordForm):
    """Gives a password to a user who is signed in and has none."""


class ResetPasswordForm(_WithAddress, allauth_forms.ResetPasswordForm):
    """Asks for a code to set a new password."""

    def clean(self) -> Any:
        cleaned = super().clean()
        if not self.errors and not door_mails.may_ask_for_password(context.request, self.cleaned_data["email"]):
            raise ValidationError(
                _(
                    "このアドレスには、短い間に何度も確認コードをお送りしました。しばらく待ってから、もう一度お試しください。"
                )
            )
        return cleaned

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Mail a code. Who asks again gets the same one, because the first mail may come last."""
        email: str = self.cleaned_data["email"]
        if not mailed_codes.repeat_for_password(request, email, self.users):
            super().save(request, **kwargs)
            mailed_codes.hold_to_account(request, self.users)
        return email


class ResetPasswordKeyForm(PortalFormMixin, allauth_forms.ResetPasswordKeyForm):
    """Sets the new password, for an account that stayed as it was when the code was asked for."""

    user: User

    def clean(self) -> Any:
        cleaned = super().clean()
        if mailed_codes.is_outdated(context.request, self.user):
            raise ValidationError(_OUTDATED)
        return cleaned

    def save(self) -> None:
        with transaction.atomic():
            self.user = User.objects.select_for_update().get(pk=self.user.pk)
            if mailed_codes.is_outdated(context.request, self.user):
                raise PermissionDenied  # it was changed at the same moment
            super().save()


class AddEmailForm(_WithAddress, allauth_forms.AddEmailForm):
    """Asks for another address in place of the one of the account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("新しいメールアドレス")

    def save(self, request: HttpRequest) -> EmailAddress:
        """Mail a code to the new address, and tell the old one. Nothing changes before the code was typed."""
        with transaction.atomic():
            own_account.address_asked(self.user, self.cleaned_data["email"])
            asked: EmailAddress = super().save(request)
        return asked


class ChangeEmailForm(_WithAddress, allauth_forms.ChangeEmailForm):
    """Gives another address for the account that is being opened."""


class ConfirmEmailCodeForm(_WithCode, allauth_forms.ConfirmEmailVerificationCodeForm):
    """Takes the code that was sent to a new address."""

    def clean_code(self) -> Any:
        code = super().clean_code()
        request = context.request
        is_left = self.user is not None and not request.user.is_authenticated and self.user.email != self.email
        if is_left:  # an operator gave the account another address since
            raise get_adapter().validation_error("incorrect_code")
        if self.user is None:  # the account made room for another one, or there never was one
            raise get_adapter().validation_error("incorrect_code")
        return code


class ConfirmLoginCodeForm(_WithCode, allauth_forms.ConfirmLoginCodeForm):
    """Takes the code that was sent for a sign-in without a password."""


class ConfirmPasswordResetCodeForm(_WithCode, allauth_forms.ConfirmPasswordResetCodeForm):
    """Takes the code that was sent for a new password."""

    def clean_code(self) -> Any:
        code = super().clean_code()
        if mailed_codes.is_outdated(context.request, mailed_codes.person_of(context.request)):
            raise ValidationError(_OUTDATED)
        return code


class ReauthenticateForm(PortalFormMixin, allauth_forms.ReauthenticateForm):
    """Asks for the password again before an important change."""
