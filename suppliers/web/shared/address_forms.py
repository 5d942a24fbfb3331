"""Address and telephone of a company or a branch. The address can be filled in from the postcode."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.lib.forms import PortalForm
from portal.lib.japan import find_address
from portal.lib.spelling import name_key
from portal.lib.text_fields import PhoneField, PostcodeField
from suppliers.web.shared.fields import short


class AddressForm(PortalForm):
    """The fields of `suppliers/shared/address_fields.html`; the base of forms with an address."""

    postcode = PostcodeField(
        label=_("郵便番号"),
        widget=forms.TextInput(
            attrs={
                "data-width": "short",
                "autocomplete": "postal-code",
                "hx-post": "",
                "hx-trigger": "change",
                "hx-vals": '{"fill_address": "if-empty"}',
                "hx-target": "#address-fields",
                "hx-select": "#address-fields",
                "hx-swap": "outerHTML",
            }
        ),
        help_text=_("例:893-0014"),
    )
    address = forms.CharField(label=_("住所"), max_length=120, help_text=_("番地まで入力してください。"))
    building = forms.CharField(label=_("建物名など"), max_length=80, required=False)
    phone = PhoneField(label=_("電話番号"), widget=short(autocomplete="tel"), help_text=_("例:0994-43-2111"))

    @property
    def has_japanese_postcode(self) -> bool:
        """Whether the address can be looked up by its postcode."""
        return isinstance(self.fields["postcode"], PostcodeField)


def fill_address(data: dict[str, str], *, overwrite: bool) -> str:
    """Write the address of the typed postcode into the raw values of a form.

    Args:
        data: The raw values. `address` is changed when it is empty or may be overwritten.
        overwrite: Whether a typed address that does not fit the postcode is replaced.

    Returns:
        The address of the postcode; empty when it has none.

    Raises:
        InputError: the text is not a postcode.
    """
    found = find_address(data.get("postcode", ""))
    if found is None:
        return ""
    address = f"{found.prefecture}{found.city}{found.town}"
    typed = data.get("address", "").strip()
    if not typed or (overwrite and not name_key(typed).startswith(name_key(address))):
        data["address"] = address
    return address
