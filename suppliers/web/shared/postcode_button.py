"""The button 「郵便番号から住所を入力」: the address of a postcode, on a page with an address."""

from typing import TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.lib.errors import InputError
from suppliers.web.shared.address_forms import AddressForm, fill_address

Form = TypeVar("Form", bound=AddressForm)

_BUTTON = "fill_address"
OVERWRITE = "overwrite"


def wants_address(request: HttpRequest) -> bool:
    return _BUTTON in request.POST


def with_address(request: HttpRequest, typed: dict[str, str], form: type[Form]) -> tuple[Form, str]:
    """A form with the address written into `typed`, and a note when there is none to write.

    The button replaces an address that does not fit; leaving the postcode field only fills an empty one.
    """
    note = ""
    try:
        if not fill_address(typed, overwrite=request.POST[_BUTTON] == OVERWRITE):
            note = _("この郵便番号の住所が見つかりません。住所を入力してください。")
    except InputError as error:
        note = str(error)
    # Unbound: nobody asked yet whether the other fields are complete.
    return form(initial=typed), note
