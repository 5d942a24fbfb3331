"""The lines of a document as the rows of a table, for its page; their labels for the PDF and the comparison as well."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from invoices.documents import schema_parts, words
from invoices.documents.reading_amounts import ORIGINAL_DATE
from invoices.documents.schema import FrozenDocument
from portal.lib.calendar import to_wareki

OPEN_LINES_MAX = 30
"""Of longer tables the page shows the number of lines, and the lines when they are asked for."""
REDUCED_NOTE = "※は軽減税率対象品目です。"


@dataclass(frozen=True, slots=True)
class Labels:
    """What the columns are called."""

    position: str = "行"
    date: str = "日付"
    slip_number: str = "伝票番号"
    description: str = "品名"
    quantity: str = "数量"
    unit: str = "単位"
    unit_price: str = "単価"
    rate: str = "税率"
    amount: str = "金額"
    original_date: str = ORIGINAL_DATE


LABELS = Labels()


@dataclass(frozen=True, slots=True)
class Line:
    """A line as its row of the table; days are ISO in `date` and `original_date`, in their era beside it.

    Attributes:
        is_item: Headings and blank rows have a description at most.
        reduction: Why it is negative, where it refunds an earlier sale.
        original_date: Empty where a month or a period is refunded, which `original_day` names.
    """

    position: int
    is_item: bool
    date: str
    day: str
    slip_number: str
    description: str
    is_reduced: bool
    quantity: str
    unit: str
    unit_price: str
    rate: str
    amount: str
    reduction: str
    original_date: str
    original_day: str


@dataclass(frozen=True, slots=True)
class Slip:
    """Lines that follow each other under one slip number; `amount` is their sum where they are several."""

    number: str
    lines: tuple[Line, ...]
    amount: str

    @property
    def label(self) -> str:
        return slip_label(self.number)


@dataclass(frozen=True, slots=True)
class Lines:
    """The table of lines: columns that no line uses are left out."""

    count: int
    slips: tuple[Slip, ...]
    has_slips: bool
    has_originals: bool
    price_mode: str
    amount: str
    notes: tuple[str, ...]
    labels: Labels = LABELS

    @property
    def is_folded(self) -> bool:
        return self.count > OPEN_LINES_MAX

    @property
    def columns_before_amount(self) -> int:
        """For the label of a sum, which stands before the column of the amounts."""
        return 8 if self.has_slips else 7

    @property
    def columns_of_a_heading(self) -> int:
        """All but that of the position."""
        return self.columns_before_amount + (1 if self.has_originals else 0)


def slip_label(number: str) -> str:
    """What the sum of a slip's lines is called."""
    return f"伝票 {number} の計"


def read_lines(document: FrozenDocument) -> Lines:
    rows = document.lines
    slips = []
    for number, group in groupby(enumerate(rows, 1), key=lambda entry: entry[1].slip_number):
        entries = list(group)
        amount = _sum(row for _position, row in entries) if number and len(entries) > 1 else ""
        slips.append(Slip(number, tuple(_line(position, row) for position, row in entries), amount))
    notes = []
    if any(row.is_reduced for row in rows):
        notes.append(REDUCED_NOTE)
    if any(row.amount < 0 for row in rows):
        what = "返品または値引き" if document.wording == 1 else "または".join(words.reductions(document))
        notes.append(f"金額が負の行は、{what}です。")
    return Lines(
        count=sum(row.is_item for row in rows),
        slips=tuple(slips),
        has_slips=any(row.slip_number for row in rows),
        has_originals=any(row.original_date for row in rows),
        price_mode=words.price_mode(document),
        amount=_sum(rows),
        notes=tuple(notes),
    )


def _line(position: int, row: schema_parts.Line) -> Line:
    return Line(
        position=position,
        is_item=row.is_item,
        date=row.date.isoformat() if row.date else "",
        day=_in_its_era(row.date),
        slip_number=row.slip_number,
        description=row.description,
        is_reduced=row.is_reduced,
        quantity=_figure(row.quantity),
        unit=row.unit,
        unit_price=_figure(row.unit_price),
        rate=row.rate.label if row.rate else "",
        amount=words.amount(row.shown_amount),
        reduction=words.REDUCTION.get(row.reduction, ""),
        original_date=row.original_date.isoformat() if row.original_date and not row.original_until else "",
        original_day=words.refunded(row.original_date, row.original_until) or _in_its_era(row.original_date),
    )


def _sum(rows: Iterable[schema_parts.Line]) -> str:
    return words.amount(sum((row.shown_amount for row in rows), start=0))


def _in_its_era(day: date | None) -> str:
    return to_wareki(day) if day else ""


def _figure(number: Decimal | None) -> str:
    return "" if number is None else words.figure(number)
