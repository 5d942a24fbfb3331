"""The form for a branch."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.lib.errors import InputError
from suppliers.billing_sources import SourceInput, require_whole_signer
from suppliers.models import BillingSource
from suppliers.web.shared.address_forms import AddressForm
from suppliers.web.shared.fields import short


class BillingSourceForm(AddressForm):
    """A branch (請求元), with its delegate if it has one."""

    field_order = ["name", "signer_title", "signer_name"]

    name = forms.CharField(
        label=_("支店・営業所の名前"),
        max_length=60,
        help_text=_("事業者名の下に印字されます。例:鹿屋支店"),
    )
    signer_title = forms.CharField(
        label=_("受任者の役職"), max_length=40, required=False, widget=short(), help_text=_("例:支店長")
    )
    signer_name = forms.CharField(
        label=_("受任者の氏名"), max_length=60, required=False, widget=short(), help_text=_("例:柏木 一")
    )

    def clean(self) -> dict[str, Any]:
        """Check that a delegate has a title and a name."""
        cleaned = super().clean() or {}
        try:
            require_whole_signer(cleaned.get("signer_title", ""), cleaned.get("signer_name", ""))
        except InputError as error:
            missing = error.code.removesuffix("_missing")
            if missing not in self.errors:
                self.add_error(missing, str(error))
        return cleaned

    def source(self) -> SourceInput:
        """The cleaned data."""
        return SourceInput(**self.cleaned_data)


def initial_source(source: BillingSource) -> dict[str, Any]:
    """The initial values of the form for an existing branch."""
    return {name: getattr(source, name) for name in BillingSourceForm.base_fields}
