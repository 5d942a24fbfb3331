"""Columns for texts that are stored in one form."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import models

from portal.lib.mail_addresses import check_mail_address, normalise_mail_address
from portal.lib.text_fields import MailAddressField


class MailAddressColumn(models.EmailField):
    """An e-mail address. To the database and to migrations it is Django's own column."""

    default_validators = [check_mail_address]

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.EmailField", arguments, options

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return normalise_mail_address(text) if isinstance(text, str) else text

    def formfield(self, **options: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": MailAddressField} | options)
