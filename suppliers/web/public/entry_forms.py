"""The forms for an invite code, and for the supplier that accepts the invitation."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.codes import PUBLIC_ID_LENGTH, SECRET_LENGTH, normalise, normalise_public_id
from portal.lib.forms import PortalForm, SecretInput
from suppliers.models import Supplier


class CodeForm(PortalForm):
    """仮ID and 仮パスワード. Only their length is checked here."""

    public_id = forms.CharField(
        label=_("仮ID"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "code-input", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("8文字の英数字です。大文字・小文字、ハイフンの有無は問いません。"),
    )
    secret = forms.CharField(
        label=_("仮パスワード"),
        max_length=60,
        widget=SecretInput(),
        help_text=_("16文字の英数字です。メールの案内から開いたときは入力済みです。"),
    )

    def clean_public_id(self) -> str:
        """The 仮ID as typed, if it has the right length."""
        return _of_length(self.cleaned_data["public_id"], PUBLIC_ID_LENGTH, self.fields["public_id"].label)

    def clean_secret(self) -> str:
        """The 仮パスワード as typed, if it has the right length."""
        return _of_length(self.cleaned_data["secret"], SECRET_LENGTH, self.fields["secret"].label)

    def typed_public_id(self) -> str:
        """The typed 仮ID in the form in which it is stored, also when the form is not valid."""
        return normalise_public_id(str(self.data.get("public_id", "")))


class SupplierChoiceForm(PortalForm):
    """Which supplier accepts the invitation: one that the user owns, or a new one."""

    NEW = "new"

    supplier = forms.ChoiceField(label=_("招待を受ける事業者"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, owned: Iterable[Supplier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supplier"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            *((str(supplier.pk), supplier.name) for supplier in owned),
            (self.NEW, _("別の事業者を新しく登録する")),
        ]


def _of_length(typed: str, length: int, label: Any) -> str:
    if len(normalise(typed)) != length:
        raise ValidationError(
            _("%(label)sは%(length)d文字です。入力した文字を確かめてください"),
            code="length",
            params={"label": label, "length": length},
        )
    return typed
