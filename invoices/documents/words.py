"""How a document says things: titles, figures, offices, and how its sums came about.

The text of a document is Japanese by nature and not a matter of the reader's language, so nothing here is translated:
the same document gives the same page whoever asks for it.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from invoices.documents.invoice_system import QUALIFIED_SINCE
from invoices.documents.schema import FrozenDocument, load
from invoices.documents.schema_parts import Deduction, Line, Rate, TaxBlock
from invoices.enums import (
    AmountRounding,
    InvoiceKind,
    InvoiceSystem,
    KindWords,
    LineKind,
    Origin,
    PriceMode,
    Reduction,
    Rounding,
    TaxCategory,
    TaxUnit,
)
from invoices.models import Invoice
from portal.lib.periods import Period, period_text
from portal.lib.text import composed, visible, with_line_feeds
from portal.lib.yen import format_yen

T = TypeVar("T")

MISSING = "―"
ROUNDING = {Rounding.FLOOR: "切捨て", Rounding.HALF_UP: "四捨五入", Rounding.CEIL: "切上げ"}
REDUCTION = {Reduction.RETURNED: "返品", Reduction.DISCOUNT: "値引", Reduction.REBATE: "割戻"}
PLAIN_REDUCTION = "差引き"
"""A negative amount that refunds no earlier sale."""
WITH_TAX = "税込"
PRICE_MODE = {PriceMode.EXCLUSIVE: "税抜", PriceMode.INCLUSIVE: WITH_TAX}
_NO_POSITION = frozenset({"", "無", "なし", "役職なし"})
# Hyphens of word processors, of a width of their own.
_HYPHENS = str.maketrans({"\u2011": "-", "\u2012": "-"})


def title(document: FrozenDocument) -> str:
    """The title by kind; only a registered issuer's credit note may be called 適格返還請求書 (消費税法57条の5).

    Where no tax is refunded, it is none either (57条の4③).
    """
    if not document.is_credit_note:
        return "請求書"
    return "適格返還請求書" if document.issuer.registration_number and is_taxed(document) else "返還請求書"


def certificate_title(document: FrozenDocument) -> str:
    return f"{title(document)}到達証明書"


def total_label(document: FrozenDocument) -> str:
    return str(document.kind.words.amount)


def total_in_full(invoice: Invoice) -> str:
    """What the total of an issued invoice is called on pages: with 税込, unless nothing on it is taxed.

    What came on paper has no document of ours, and nobody typed what is taxed on it.
    """
    amount = str(invoice.words.amount)
    taxed = invoice.origin != Origin.PAPER and not (invoice.snapshot and not speaks_of_tax(load(invoice.snapshot)))
    return f"{amount}（{WITH_TAX}）" if taxed else amount


def legal_kind(document: FrozenDocument) -> str:
    """What the document is in the terms of the Consumption Tax Act.

    Only a registered issuer's may be called 適格請求書 (消費税法57条の5). For the credit notes of others it has no
    name, and had none for any document before there were reduced rates, nor what carries no tax at all, as 診療報酬 and
    前払金 do (57条の4①: of taxable supplies alone).
    """
    if document.is_credit_note or document.system == InvoiceSystem.PLAIN:
        return title(document)
    if not is_taxed(document):
        return ""
    if not document.issuer.registration_number:
        return "区分記載請求書"
    refunding = {_refunds(document, line) for line in document.lines if _counts(document, line)}
    refunding |= {True for row in document.deductions if _refunds(document, row)}
    if True not in refunding:
        return "適格請求書"
    return "適格請求書・適格返還請求書" if False in refunding else "適格返還請求書"


def is_taxed(document: FrozenDocument) -> bool:
    """Whether anything on it is taxed. The first edition of the words did not ask."""
    rates = (row.rate for row in document.tax.rates)
    return document.wording == 1 or any(rate.category == TaxCategory.TAXABLE for rate in rates)


def speaks_of_tax(document: FrozenDocument) -> bool:
    """Whether its fixed words name the tax (税込, 税抜, 消費税額): not where lines are written and none is taxed."""
    return document.wording < 4 or not document.tax.rates or is_taxed(document)


def _counts(document: FrozenDocument, line: Line) -> bool:
    """Whether a line tells what the document is: one that carries tax does."""
    taxed = line.rate is not None and line.rate.category == TaxCategory.TAXABLE
    return taxed or (document.wording == 1 and line.kind == LineKind.ITEM)


def _refunds(document: FrozenDocument, row: Line | Deduction) -> bool:
    """Whether a row refunds a sale for which a qualified credit note is due: one since there were qualified invoices.

    The earlier editions of the words did not ask when it was.
    """
    last = row.original_until or row.original_date
    return last is not None and (document.wording < 3 or last >= QUALIFIED_SINCE)


def of_dates(document: FrozenDocument) -> KindWords:
    """What its dates are called. The first edition of the words had those of a claim on credit notes, too."""
    return (InvoiceKind.INVOICE if document.wording == 1 else document.kind).words


def reduction(line: Line) -> str:
    """Why an amount is negative: 返品, 値引 or 割戻 of an earlier sale, else a mere 差引き."""
    return REDUCTION.get(line.reduction, PLAIN_REDUCTION)


def reductions(document: FrozenDocument) -> tuple[str, ...]:
    """What the negative amounts among the lines are, each once, in the order of the kinds."""
    used = {reduction(line) for line in document.lines if line.amount < 0}
    return tuple(word for word in (*REDUCTION.values(), PLAIN_REDUCTION) if word in used)


def refunded(first: date | None, until: date | None) -> str:
    """The day, month or period of the sale that is refunded, but for a day, which each page writes in its way."""
    return period_text(Period(first, until)) if first and until else ""


def amount(figures: int | Decimal) -> str:
    """An amount of a line as paper shows it; with decimals where they are carried to the sum."""
    return format_yen(figures) if isinstance(figures, int) else figure(figures)


def figure(number: Decimal | None) -> str:
    """A decimal with thousands commas, and △ for minus: `1,620.5`, `△10`."""
    if number is None:
        return MISSING
    return f"△{number.copy_abs():,f}" if number.is_signed() else f"{number:,f}"


def rate_mark(document: FrozenDocument, rate: Rate | None) -> str:
    """The rate of a line in its narrow column: in per cent, where no other rate has the same.

    The reduced rate is told by the mark ※ on its line; an earlier one of as many per cent by its name.
    """
    if rate is None:
        return MISSING
    if rate.category == TaxCategory.TAXABLE and (rate.reduced or document.wording < 4):
        return f"{rate.percent:f}%"
    return rate.label.removeprefix(str(TaxCategory.TAXABLE.label)).strip()


def position(text: str) -> str:
    """An office as cities want to read it: somebody without one is 無."""
    return "無" if text in _NO_POSITION else text


def price_mode(document: FrozenDocument) -> str:
    """Whether prices contain the tax; empty where there is none."""
    return PRICE_MODE[document.tax.price_mode] if speaks_of_tax(document) else ""


def rounding(document: FrozenDocument) -> str:
    """How the figures came about."""
    tax = document.tax
    if not speaks_of_tax(document):
        return _amount_rounding(tax) or f"明細の金額の1円未満は{ROUNDING[tax.rounding]}です。"
    often = "明細ごとに" if tax.unit == TaxUnit.LINE else "税率ごとに1回で"
    return (
        f"明細の単価と金額は{PRICE_MODE[tax.price_mode]}です。{_amount_rounding(tax)}"
        f"消費税額は{often}計算し、1円未満は{ROUNDING[tax.rounding]}です。"
    )


def _amount_rounding(tax: TaxBlock) -> str:
    """Said where amounts are not rounded as the tax is."""
    if tax.amount_rounding == AmountRounding.SAME:
        return ""
    if tax.amount_rounding == AmountRounding.CARRIED:
        return f"明細の1円未満は合計まで持ち越し、税率ごとの合計で1回だけ処理({ROUNDING[tax.rounding]})します。"
    return f"明細の金額の1円未満は{ROUNDING[Rounding(tax.amount_rounding.value)]}です。"


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
