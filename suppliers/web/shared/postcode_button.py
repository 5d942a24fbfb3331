"""The button 「郵便番号から住所を入力」, which fills in the address of a postcode."""

from typing import TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.lib.errors import InputError
from suppliers.web.shared.address_forms import AddressForm, fill_address

Form = TypeVar("Form", bound=AddressForm)

_BUTTON = "fill_address"
OVERWRITE = "overwrite"


def wants_address(request: HttpRequest) -> bool:
    """Whether the person pressed the button, or left the postcode field (with JavaScript)."""
    return _BUTTON in request.POST


def with_address(request: HttpRequest, typed: dict[str, str], form: type[Form]) -> tuple[Form, str]:
    """The form with the address filled in, and a message when no address was found.

    The button replaces an address that does not fit. Leaving the postcode field only fills an empty address.

    Args:
        typed: The raw values of the form; the address is written into them.
        form: The class of the form.
    """
    note = ""
    try:
        if not fill_address(typed, overwrite=request.POST[_BUTTON] == OVERWRITE):
            note = _("この郵便番号の住所が見つかりません。住所を入力してください。")
    except InputError as error:
        note = str(error)
    # Not bound to the data, so that the other fields are not checked yet.
    return form(initial=typed), note
