"""Form fields for texts that are stored in one form: telephones, postcodes, numbers that are names, mail addresses."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.lib.errors import InputError
from portal.lib.forms import as_validation_error
from portal.lib.japan import (
    normalise_account_holder,
    normalise_account_number,
    normalise_postcode,
    normalise_registration_number,
)
from portal.lib.mail_addresses import check_mail_address, normalise_mail_address
from portal.lib.telephones import normalise_phone
from portal.lib.text import with_line_feeds

_TEXT_LIMIT = 200


class LinesField(forms.CharField):
    """A text of several lines. Cleans to lines that end in LF, so that an end of line counts as one character."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return with_line_feeds(text) if text else text


class NormalisedCharField(forms.CharField):
    """A text that `normalise` brings into the one form in which it is stored (functions of `portal.lib.japan`)."""

    attrs: ClassVar[dict[str, str]] = {}

    def normalise(self, text: str) -> str:
        """The text as it is stored; raises InputError when it cannot be read."""
        raise NotImplementedError

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        if not text:
            return text
        if len(text) > _TEXT_LIMIT:
            raise ValidationError(
                _("%(limit)d文字以内で入力してください"), code="max_length", params={"limit": _TEXT_LIMIT}
            )
        try:
            return self.normalise(text)
        except InputError as error:
            raise as_validation_error(error) from error

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | self.attrs


class MailAddressField(forms.EmailField):
    """An e-mail address as `check_mail_address` allows it, cleaned to the form in which it is stored."""

    default_validators = [check_mail_address]

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return normalise_mail_address(text) if text else text


class PhoneField(NormalisedCharField):
    """A telephone number; see `normalise_phone`."""

    attrs: ClassVar[dict[str, str]] = {"inputmode": "tel"}

    def normalise(self, text: str) -> str:
        return normalise_phone(text)


class PostcodeField(NormalisedCharField):
    """A postcode, cleaned to `893-0014`."""

    attrs: ClassVar[dict[str, str]] = {"inputmode": "numeric"}

    def normalise(self, text: str) -> str:
        return normalise_postcode(text)


class RegistrationNumberField(NormalisedCharField):
    """A registration number, cleaned to `T` and 13 digits. The check digit is not checked here."""

    def normalise(self, text: str) -> str:
        return normalise_registration_number(text)


class AccountHolderField(NormalisedCharField):
    """The kana reading of an account holder, cleaned to half-width kana of the Zengin set."""

    def normalise(self, text: str) -> str:
        return normalise_account_holder(text)


class AccountNumberField(NormalisedCharField):
    """An account number, cleaned to seven digits."""

    attrs: ClassVar[dict[str, str]] = {"inputmode": "numeric"}

    def normalise(self, text: str) -> str:
        return normalise_account_number(text)
