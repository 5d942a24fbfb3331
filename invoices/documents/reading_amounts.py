"""The amounts of a document: the table of rates, the sums, and what follows from them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from invoices.documents import words
from invoices.documents.schema import FrozenDocument
from invoices.documents.schema_parts import Deduction, RateRow
from invoices.documents.voice import SCREEN, Fact, Voice, fact, joined
from invoices.enums import AmountRounding, TaxCategory
from portal.lib.yen import Yen

ORIGINAL_DATE = "元の取引日"
RATES, IN_ALL = "税率別内訳", "合計"
SALES, DEDUCTED, BASE, TAX, GROSS = "売上額", "控除額", "税抜金額", "消費税額", "税込金額"
AMOUNT = "金額"
"""In place of the last three where nothing is taxed."""


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount under the table of rates.

    Attributes:
        note: What it is made of, in brackets; beside the label or the amount.
        details: More about it, line by line.
        rank: `grand` for what the document claims, `strong` for what follows from it, "" for what leads there.
        bare: See `Fact`.
    """

    label: str
    amount: str
    note: str = ""
    rank: str = ""
    bare: str = ""
    details: tuple[str, ...] = ()

    @property
    def fact(self) -> Fact:
        return fact(self.label, f"{self.amount}{self.note}", *self.details, bare=self.bare)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of rates; its cells, each with the name of its column, in the order of the columns."""

    label: str
    cells: tuple[tuple[str, str], ...]

    @property
    def amounts(self) -> tuple[str, ...]:
        return tuple(amount for _column, amount in self.cells)


@dataclass(frozen=True, slots=True)
class Amounts:
    """The table of rates and what follows from it.

    Attributes:
        in_all: The row below the rates.
        deductions: What lowered the base of a rate, each in words.
        sums: In blocks: the invoice itself, then withholding and what is carried over where there is any.
        rounding: How the figures came about.
    """

    columns: tuple[str, ...]
    rates: tuple[Row, ...]
    in_all: Row
    deductions: Fact | None
    sums: tuple[tuple[Sum, ...], ...]
    rounding: str


def amounts(document: FrozenDocument, voice: Voice) -> Amounts:
    tax = document.tax
    deducted = any(row.deductions for row in tax.rates)
    taxed = words.speaks_of_tax(document)
    columns = (*((SALES, DEDUCTED) if deducted else ()), *((BASE, TAX, GROSS) if taxed else (AMOUNT,)))

    def row(label: str, reduced: tuple[Yen, Yen], *figures: Yen) -> Row:
        cells = (*(reduced if deducted else ()), *(figures if taxed else figures[-1:]))
        return Row(label, tuple(zip(columns, map(voice.amount, cells), strict=True)))

    before = sum(one.sales for one in tax.rates), -sum(one.deducted for one in tax.rates)
    return Amounts(
        columns=columns,
        rates=tuple(row(one.rate.label, (one.sales, -one.deducted), one.base, one.tax, one.gross) for one in tax.rates),
        in_all=row(IN_ALL, before, tax.net, tax.tax, tax.total),
        deductions=_deductions(document, voice) if deducted else None,
        sums=sums(document, voice),
        rounding=words.rounding(document),
    )


def _deductions(document: FrozenDocument, voice: Voice) -> Fact:
    """Each rate's deductions by their kinds, and what they refund where they say it."""
    texts = []
    for row in document.tax.rates:
        for entry in row.deductions:
            named = [one for one in document.deductions if (one.rate.code, one.kind) == (row.rate.code, entry.kind)]
            what = voice.aside("、".join(_named(one, voice) for one in named)) if named else ""
            texts.append(f"{row.rate.label} {entry.label} {voice.yen(-entry.amount)}{what}")
    taxed = any(row.deductions and row.rate.category == TaxCategory.TAXABLE for row in document.tax.rates)
    mode = words.price_mode(document) if taxed or document.wording < 4 else ""
    return fact(f"控除の内訳{voice.aside(mode) if mode else ''}", *texts)


def _named(one: Deduction, voice: Voice) -> str:
    """What a deduction is and of which earlier sales, with its amount."""
    return joined(one.description, original(one.original_date, one.original_until, voice), voice.yen(-one.amount))


def original(first: date | None, until: date | None, voice: Voice) -> str:
    """When what is refunded was sold (資産譲渡年月日): a day, a month or a period."""
    return f"{ORIGINAL_DATE} {words.refunded(first, until) or voice.day(first)}" if first else ""


def refunding_deductions(document: FrozenDocument) -> Iterator[Fact]:
    """What deductions refund, to be compared one by one."""
    for number, one in enumerate(document.deductions, 1):
        text = joined(one.rate.label, _named(one, SCREEN))
        yield fact(f"控除 {number}", text, key=f"deduction {number}")


def conditions(document: FrozenDocument) -> Fact:
    tax = document.tax
    own = (tax.amount_rounding.label,) if tax.amount_rounding != AmountRounding.SAME else ()
    labels = (tax.price_mode.label, *own, tax.rounding.label, tax.unit.label)
    return fact("単価の税と端数処理", words.rounding(document), bare=joined(*map(str, labels)))


def of_rate(document: FrozenDocument, row: RateRow) -> Iterator[Fact]:
    """Of one rate, to be compared. Its label alone is no key: two rates may be called the same."""
    code, label = row.rate.code, row.rate.label
    for entry in row.deductions:
        yield fact(f"{label} {entry.label}", SCREEN.yen(-entry.amount), key=f"{code} {entry.kind.value}")
    if not words.speaks_of_tax(document):
        yield fact(f"{label} {AMOUNT}", SCREEN.yen(row.gross), key=f"{code} base")
        return
    yield fact(f"{label} {BASE}", SCREEN.yen(row.base), key=f"{code} base")
    yield fact(f"{label} {TAX}", SCREEN.yen(row.tax), key=f"{code} tax")


def sums(document: FrozenDocument, voice: Voice) -> tuple[tuple[Sum, ...], ...]:
    """The sums of the invoice itself, and what follows from them."""
    tax, taxed = document.tax, words.speaks_of_tax(document)
    leading = (
        Sum(f"{BASE}の{IN_ALL}", voice.yen(tax.net), bare=voice.yen(tax.net)),
        Sum(f"{TAX}の{IN_ALL}", voice.yen(tax.tax), bare=voice.yen(tax.tax)),
    )
    total = Sum(
        words.total_label(document),
        voice.yen(tax.total),
        note=voice.aside(words.WITH_TAX) if taxed else "",
        rank="grand",
        bare=voice.yen(tax.total),
    )
    return ((*(leading if taxed else ()), total), *after_total(document, voice))


def after_total(document: FrozenDocument, voice: Voice) -> Iterator[tuple[Sum, ...]]:
    """Withholding, which lowers what is paid and not the base of the tax, and what is carried over."""
    if withheld := document.withholding:
        yield (
            Sum(
                "源泉徴収税額",
                voice.yen(-withheld.amount),
                note=voice.aside(f"対象額 {voice.yen(withheld.base)}"),
                bare=f"{voice.yen(-withheld.amount)}{voice.aside(f'対象額 {voice.yen(withheld.base)}')}",
                details=tuple(text for text in (withheld.taxes, withheld.explanation) if text),
            ),
            Sum("差引お支払額", voice.yen(withheld.payable), rank="strong"),
        )
    if carried := document.carry_over:
        yield (
            Sum("前回請求額", voice.yen(carried.billed), bare=voice.yen(carried.billed)),
            Sum("ご入金額", voice.yen(carried.received), bare=voice.yen(carried.received)),
            Sum("前回ご請求残額", voice.yen(carried.remaining)),
            Sum(
                "合計請求額",
                voice.yen(carried.grand_total),
                note=voice.aside("前回ご請求残額 + 今回請求額"),
                rank="strong",
            ),
        )
