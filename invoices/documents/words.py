"""How a document says things: titles, figures, offices, and how its sums came about.

The text of a document is Japanese by nature and not a matter of the reader's language, so nothing here is translated:
the same document gives the same page whoever asks for it.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from invoices.documents.schema import FrozenDocument
from invoices.documents.schema_parts import Rate, TaxBlock
from invoices.enums import InvoiceSystem, PriceMode, Rounding, TaxCategory, TaxUnit
from portal.lib.text import composed, visible, with_line_feeds

T = TypeVar("T")

MISSING = "―"
ROUNDING = {Rounding.FLOOR: "切捨て", Rounding.HALF_UP: "四捨五入", Rounding.CEIL: "切上げ"}
PRICE_MODE = {PriceMode.EXCLUSIVE: "税抜", PriceMode.INCLUSIVE: "税込"}
_NO_POSITION = frozenset({"", "無", "なし", "役職なし"})
# Hyphens of word processors, of a width of their own.
_HYPHENS = str.maketrans({"\u2011": "-", "\u2012": "-"})


def title(document: FrozenDocument) -> str:
    """The title by kind; only a registered issuer's returns may be called 適格返還請求書 (消費税法57条の5)."""
    if not document.is_credit_note:
        return "請求書"
    return "適格返還請求書" if document.issuer.registration_number else "返還請求書"


def certificate_title(document: FrozenDocument) -> str:
    return f"{title(document)}到達証明書"


def total_label(document: FrozenDocument) -> str:
    return "返還金額" if document.is_credit_note else "請求金額"


def legal_kind(document: FrozenDocument) -> str:
    """What the document is in the terms of the Consumption Tax Act.

    Only a registered issuer's may be called 適格請求書 (消費税法57条の5). For the returns of others it has no name, and
    had none for any document before there were reduced rates.
    """
    if document.system == InvoiceSystem.PLAIN:
        return title(document)
    if document.is_credit_note and not document.issuer.registration_number:
        return title(document)
    if not document.issuer.registration_number:
        return "区分記載請求書"
    returns = [line for line in document.lines if line.original_date]
    if not returns:
        return "適格請求書"
    return "適格返還請求書" if len(returns) == len(document.lines) else "適格請求書・適格返還請求書"


def figure(number: Decimal | None) -> str:
    """A decimal with thousands commas, and △ for minus: `1,620.5`, `△10`."""
    if number is None:
        return MISSING
    return f"△{number.copy_abs():,f}" if number.is_signed() else f"{number:,f}"


def rate_mark(rate: Rate | None) -> str:
    if rate is None:
        return MISSING
    return f"{rate.percent:f}%" if rate.category == TaxCategory.TAXABLE else rate.label


def position(text: str) -> str:
    """An office as cities want to read it: somebody without one is 無."""
    return "無" if text in _NO_POSITION else text


def price_mode(tax: TaxBlock) -> str:
    return PRICE_MODE[tax.price_mode]


def rounding(tax: TaxBlock) -> str:
    """How the figures came about."""
    often = "明細ごとに" if tax.unit == TaxUnit.LINE else "税率ごとに1回で"
    return f"明細の単価と金額は{price_mode(tax)}です。消費税額は{often}計算し、1円未満は{ROUNDING[tax.rounding]}です。"


def clean_text(text: str) -> str:
    """The same text with spaces for tabs and without the spellings that fonts trip over.

    What was typed here was mended then; other sources and old rows may hold what nobody sees, and letters beside their
    marks. Kanji stay as they are, since Unicode's normalization would replace variants of names (﨑, 神) by their
    common forms.
    """
    return composed(visible(with_line_feeds(text).replace("\t", " ").translate(_HYPHENS)))


def clean(part: T) -> T:
    """A document, or a part of one, with all its texts as `clean_text` gives them."""
    kind: Any = type(part)
    cleaned: T = _cleaner(kind)(part)
    return cleaned


@cache
def _cleaner(kind: Any) -> Callable[[Any], Any]:
    if kind is str:  # not its subclasses: the words of an enumeration are clean
        return clean_text
    if kind is tuple:
        return lambda items: tuple([clean(item) for item in items])
    if is_dataclass(kind):
        return _record_cleaner(kind, tuple(field.name for field in fields(kind)))
    return lambda value: value


def _record_cleaner(kind: Any, names: tuple[str, ...]) -> Callable[[Any], Any]:
    return lambda part: kind(**{name: clean(getattr(part, name)) for name in names})
