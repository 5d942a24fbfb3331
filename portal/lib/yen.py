"""Whole yen: rounding, reading what people type, and printing it."""

import re
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from portal.lib.errors import InputError
from portal.lib.text import DASHES, fault_of_cell, mended

# An alias and not a NewType: sums and differences of yen are yen, and a NewType would make every one of them a cast.
Yen: TypeAlias = int

MAX_YEN: Yen = 999_999_999_999
"""The largest amount that is taken anywhere: twelve digits, which is what the columns of a document show."""

_TEXT_LIMIT = 40
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)\s*(?:[¥\\]\s*)?(?P<inner_sign>[-+]?)(?=[0-9.])"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?P<fraction>\.[0-9]+)?\s*(?:円也?)?"
)
# In books a negative amount stands in brackets; and who writes by hand ends an amount with a dash.
_BRACKETED = re.compile(r"(?P<yen>[¥\\]?)\s*\((?P<inner>[^()+-]*)\)\s*円?")
_CLOSED = re.compile(r"(?P<amount>[-+]?\s*[¥\\][^-]*[0-9])\.?-")

# Only widths and minus signs are folded here. NFKC would also turn 10² into 102.
_FOLDED: dict[int, int | str] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLDED |= {ord("\u3000"): " ", ord("\u00a0"): " ", ord("￥"): "¥", ord("、"): ","}
_FOLDED |= {ord(minus): "-" for minus in "△▲" + DASHES}


class Rounding(StrEnum):
    """How an amount is rounded to whole yen. The issuer chooses; the choice is frozen on each invoice."""

    FLOOR = "floor"
    """切捨て: toward zero."""
    HALF_UP = "half_up"
    """四捨五入: halves away from zero."""
    CEIL = "ceil"
    """切上げ: away from zero."""


def round_yen(value: Fraction | Decimal | int, rounding: Rounding) -> Yen:
    """Round an exact amount to whole yen.

    The amount is rounded without its sign, so a negative amount gives the same yen as the positive one:
    a refund cancels its sale exactly.

    Raises:
        TypeError: the value is a float, which cannot hold most amounts exactly.
        ValueError: the value is infinite or not a number, or the rounding is unknown.
    """
    if not isinstance(value, Fraction | Decimal | int):
        raise TypeError(f"money must be a Fraction, Decimal or int, not {type(value).__name__}")
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"{value} is not an amount")
    exact = Fraction(value)
    return round_quotient(exact.numerator, exact.denominator, rounding)


def round_quotient(numerator: int, denominator: int, rounding: Rounding) -> Yen:
    """`round_yen` for numerator / denominator. Faster, for work that is done on every line of an invoice.

    Args:
        denominator: Positive.

    Raises:
        ValueError: the rounding is unknown.
    """
    magnitude = abs(numerator)
    match Rounding(rounding):
        case Rounding.FLOOR:
            rounded = magnitude // denominator
        case Rounding.HALF_UP:
            rounded = (2 * magnitude + denominator) // (2 * denominator)
        case Rounding.CEIL:
            rounded = -(-magnitude // denominator)
    return -rounded if numerator < 0 else rounded


def format_yen(amount: Yen) -> str:
    """An amount as people read it on screens, in mails and on documents, with △ for minus: `24,348`, `△1,620`.

    Files for other programs have plain numbers instead.
    """
    return f"△{-amount:,d}" if amount < 0 else f"{amount:,d}"


def yen_as_typed(amount: Yen) -> str:
    """An amount as it is typed into a field: `24,348`, `-1,620`."""
    return f"{amount:,d}"


def parse_decimal(text: str, *, max_decimals: int) -> Decimal:
    """Read a number as people type it: full-width digits, thousands commas, ￥, 円, and △, ▲ or − for minus.

    `(1,620)` is -1,620, and `¥1,620-` is 1,620. Commas must be between groups of three digits: `1,5` is taken for a
    typing mistake, not for 15.
    Zeros at the end of the decimals do not count.

    Args:
        max_decimals: How many decimals are allowed.

    Raises:
        InputError: `invalid_number`, `too_many_decimals`, or a fault of a spreadsheet's cell (`fault_of_cell`).
    """
    folded = mended(text).translate(_FOLDED).strip() if len(text) <= _TEXT_LIMIT else ""
    if fault := fault_of_cell(folded):
        raise fault
    bracketed = _BRACKETED.fullmatch(folded)
    if bracketed:
        folded = f"-{bracketed['yen']}{bracketed['inner'].strip()}"
    elif closed := _CLOSED.fullmatch(folded):
        folded = closed["amount"]
    match = _NUMBER.fullmatch(folded)
    if match is None or not (match["whole"] or match["fraction"]) or (match["sign"] and match["inner_sign"]):
        raise InputError(_("数字で入力してください(例: 1,620)"), "invalid_number")
    whole = (match["whole"] or "0").replace(",", "")
    fraction = (match["fraction"] or "").removeprefix(".").rstrip("0")
    if len(fraction) > max_decimals:
        if max_decimals == 0:
            raise InputError(_("小数は使えません。整数で入力してください"), "too_many_decimals")
        raise InputError(
            _("小数点以下は%(max_decimals)d桁までで入力してください"),
            "too_many_decimals",
            {"max_decimals": max_decimals},
        )
    number = Decimal(f"{whole}.{fraction}" if fraction else whole)
    negative = "-" in (match["sign"], match["inner_sign"])
    return -number if negative and number else number


def parse_yen(text: str) -> Yen:
    """Read an amount in yen as people type it; see `parse_decimal`.

    Raises:
        InputError: `invalid_number`, or `too_many_decimals` for a fraction of a yen.
    """
    return int(parse_decimal(text, max_decimals=0))
