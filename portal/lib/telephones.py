"""Telephone numbers as people type them."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from portal.lib.errors import InputError
from portal.lib.text import mended, with_hyphens

PHONE_LIMIT = 20
"""Characters of a stored number, with its note."""

_TEXT_LIMIT = 60
_EXTENSION = r"(?:内線?|ext\.?|x|#)[\s:.]*[0-9-]{1,6}(?:番)?"
_NOTE = rf"\((?:代表?|直通?|{_EXTENSION})\)|代表?|直通?|{_EXTENSION}"
_TYPED = re.compile(
    r"(?:(?:tel|電話)[\s:.]*)?(?P<number>\+?[0-9(](?:[0-9()\s.-]*?[0-9().-])?)"
    rf"\s*(?P<notes>(?:(?:{_NOTE})\s*)*)",
    re.IGNORECASE,
)
_OF_JAPAN = re.compile(r"^\+81[-\s]?(\(0\))?0?")
_BETWEEN_PARTS = re.compile(r"[\s().-]+")
_ABROAD = re.compile(r"\+[1-9]-?([0-9]-?){6,13}")
_IN_PARTS = re.compile(r"0[0-9]+(-[0-9]+){0,3}")
# Numbers whose third digit is 0 (mobile, IP telephone, 0800) have 11 digits, all others 10.
_DIGITS = re.compile(r"0[1-9][1-9][0-9]{7}|(0[5-9]0|020)[0-9]{8}")


def normalise_phone(text: str) -> str:
    """Read a telephone number as people type it and return `0994-43-2111`, or no hyphens if none were typed.

    Accepts full-width digits, brackets around a part, spaces or full stops between parts, and +81. A number abroad
    begins with + and its country. What says whose number it is, (代) or (内線 12), stays behind it as it was typed.

    Raises:
        InputError: `invalid_phone`, or `too_long` with its note.
    """
    plain = with_hyphens(unicodedata.normalize("NFKC", mended(text))).strip() if len(text) <= _TEXT_LIMIT else ""
    match = _TYPED.fullmatch(plain)
    number = _number(match["number"]) if match else None
    if match is None or number is None:
        raise InputError(
            _(
                "電話番号は0から始まる10桁か11桁の数字で入力してください(例: 0994-43-2111)。"
                "内線は「(内線 12)」のように後ろに、海外の番号は「+1-212-555-0123」のように国番号から入力してください"
            ),
            "invalid_phone",
        )
    notes = match["notes"].strip()
    phone = f"{number} {notes}" if notes and not notes.startswith("(") else number + notes
    if len(phone) > PHONE_LIMIT:
        raise InputError(
            _("電話番号は内線などを含めて%(limit)d文字以内で入力してください(いまは%(length)d文字)"),
            "too_long",
            {"limit": PHONE_LIMIT, "length": len(phone)},
        )
    return phone


def _number(typed: str) -> str | None:
    """The number alone with hyphens between its parts; None for what is no number."""
    number = _BETWEEN_PARTS.sub("-", _OF_JAPAN.sub("0", typed)).strip("-")
    if number.startswith("+"):
        return number if _ABROAD.fullmatch(number) else None
    digits = number.replace("-", "")
    return number if _IN_PARTS.fullmatch(number) and _DIGITS.fullmatch(digits) else None
