"""An invoice as somebody wrote it: the one form in which the editor and every copy hand it over."""

import datetime
import re
from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from invoices.enums import (
    AmountRounding,
    DeductionKind,
    InvoiceKind,
    Layout,
    LineKind,
    PaymentMethod,
    Prepayment,
    PriceMode,
    Reduction,
    Rounding,
    TaxUnit,
    WithholdingKind,
)

LINES_MAX = 1000
DEDUCTIONS_MAX = 20

# What is known of a field beside its name, type and default. Everything else that has to be known of the fields, such
# as which of them are texts, is found out below from these three.
AGAIN = {"again": True}
"""The supplier's next document begins with what stands here."""
CLAIM_ONLY = {"claim_only": True}
"""It belongs to the claim: a credit note about the invoice begins without it."""

Unread = dict[str, str]
"""What was typed into fields and cannot be read, by the names that the fields have in the editor. Their values are
empty, nothing is issued before it is mended, and whoever opens the draft finds it as it was typed."""

_Row = TypeVar("_Row", "LineInput", "DeductionInput")
_MARKED_AS_HEADING = re.compile(r"[【〔［\[〈《<＜].+[】〕］\]〉》>＞]|[■□●○◆◇▼▽★☆].+")


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as somebody wrote it; whatever is missing is None or empty."""

    kind: LineKind = LineKind.ITEM
    date: datetime.date | None = None
    slip_number: str = ""
    description: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    rate_id: UUID | None = None
    original_date: datetime.date | None = None
    original_until: datetime.date | None = None
    reduction: Reduction = Reduction.NONE
    unread: Unread = field(default_factory=dict)

    @property
    def has_figures(self) -> bool:
        return self.quantity is not None or self.unit_price is not None

    @property
    def is_heading(self) -> bool:
        """Whether only a description is there: with a date or a rate, which new lines take over, one in brackets."""
        others = (self.unit, self.slip_number, self.original_date, self.reduction)
        if not self.description.strip() or self.has_figures or any(others):
            return False
        bare = self.date is None and self.rate_id is None
        return bare or bool(_MARKED_AS_HEADING.fullmatch(self.description.strip()))


def settled(line: LineInput) -> LineInput:
    """A line as what it is: with figures an item, whatever was chosen; with a description alone a heading.

    Headings and blank rows hold nothing else. What a line is cannot be told as long as it has something unread.
    """
    if line.unread:
        return line
    if line.kind == LineKind.ITEM:
        return LineInput(LineKind.HEADING, description=line.description) if line.is_heading else line
    if line.has_figures:
        return replace(line, kind=LineKind.ITEM)
    return LineInput(line.kind, description=line.description if line.kind == LineKind.HEADING else "")


@dataclass(frozen=True, slots=True)
class DeductionInput:
    """A deduction as somebody wrote it; `amount` in yen, positive where it reduces."""

    kind: DeductionKind = DeductionKind.OTHER
    rate_id: UUID | None = None
    amount: int | None = None
    description: str = ""
    original_date: datetime.date | None = None
    original_until: datetime.date | None = None
    unread: Unread = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftInput:
    """An invoice as somebody wrote it, complete or not. The one way into a draft.

    A field is called as the invoice's column is. A new one is named here, and the form, the copies and the checks of
    dates follow from its type; whatever is missing has the default, which is None or empty except for choices.

    Attributes:
        department_id: One of the supplier's open trading links.
        bank_account_id, billing_source_id, seal_id: One of the supplier's own that is in use.
        original_id: For credit notes: an invoice that the supplier issued here.
        carry_over_billed, carry_over_received, withholding_base: Yen; None where the document shows none.
    """

    kind: InvoiceKind = InvoiceKind.INVOICE
    layout: Layout = field(default=Layout.STANDARD, metadata=AGAIN)
    original_id: UUID | None = None
    original_number: str = ""
    department_id: UUID | None = None
    title: str = ""
    issue_date: datetime.date | None = None
    transaction_date: datetime.date | None = None
    period_from: datetime.date | None = field(default=None, metadata=CLAIM_ONLY)
    period_to: datetime.date | None = field(default=None, metadata=CLAIM_ONLY)
    prepayment: Prepayment = field(default=Prepayment.NONE, metadata=CLAIM_ONLY)
    contracted_on: datetime.date | None = None
    price_mode: PriceMode = field(default=PriceMode.EXCLUSIVE, metadata=AGAIN)
    rounding: Rounding = field(default=Rounding.FLOOR, metadata=AGAIN)
    amount_rounding: AmountRounding = field(default=AmountRounding.SAME, metadata=AGAIN)
    tax_unit: TaxUnit = field(default=TaxUnit.INVOICE, metadata=AGAIN)
    carry_over_billed: int | None = field(default=None, metadata=CLAIM_ONLY)
    carry_over_received: int | None = field(default=None, metadata=CLAIM_ONLY)
    withholding_base: int | None = None
    withholding_kind: WithholdingKind = field(default=WithholdingKind.FEE, metadata=AGAIN)
    payment_method: PaymentMethod = field(default=PaymentMethod.TRANSFER, metadata=AGAIN | CLAIM_ONLY)
    bank_account_id: UUID | None = field(default=None, metadata=AGAIN | CLAIM_ONLY)
    creditor_number: str = field(default="", metadata=CLAIM_ONLY)
    billing_source_id: UUID | None = field(default=None, metadata=AGAIN)
    seal_id: UUID | None = field(default=None, metadata=AGAIN)
    remarks: str = field(default="", metadata=CLAIM_ONLY)
    own_reference: str = field(default="", metadata=CLAIM_ONLY)
    responsible_title: str = field(default="", metadata=AGAIN)
    responsible_name: str = field(default="", metadata=AGAIN)
    responsible_phone: str = field(default="", metadata=AGAIN)
    responsible_email: str = field(default="", metadata=AGAIN)
    contact_title: str = field(default="", metadata=AGAIN)
    contact_name: str = field(default="", metadata=AGAIN)
    contact_phone: str = field(default="", metadata=AGAIN)
    contact_email: str = field(default="", metadata=AGAIN)
    lines: tuple[LineInput, ...] = ()
    deductions: tuple[DeductionInput, ...] = ()
    unread: Unread = field(default_factory=dict)


def without(unread: Unread, *names: str) -> Unread:
    """What is unread, but for these fields."""
    return {name: text for name, text in unread.items() if name not in names}


TABLES = ("lines", "deductions")
_HEAD = tuple(each for each in fields(DraftInput) if each.name not in (*TABLES, "unread"))
DEFAULTS: dict[str, Any] = {each.name: each.default for each in _HEAD}
"""The fields that are no table, and what each holds while nobody wrote anything."""
_CHOSEN = "_id"
CHOSEN = tuple(name for name in DEFAULTS if name.endswith(_CHOSEN))
"""The rows that were chosen, by their ids: each is to be looked up among those that the supplier may choose."""
COPIED = tuple(name for name in DEFAULTS if name not in CHOSEN)
"""The columns that take over what was written as it is."""
TEXTS = tuple(each.name for each in _HEAD if each.type is str)
DATES = tuple(each.name for each in _HEAD if each.type == datetime.date | None)
FROM_THE_LAST = tuple(each.name for each in _HEAD if "again" in each.metadata)
OF_CLAIMS_ALONE = tuple(each.name for each in _HEAD if "claim_only" in each.metadata)


def head_of(value_of: Callable[[str], Any]) -> dict[str, Any]:
    """Everything of a `DraftInput` but its tables and what is unread, from wherever it is written.

    Args:
        value_of: Gives what is written for a field's name. None and the empty text become the field's default.
    """
    return _read(_HEAD, value_of)


def row_of(kind: type[_Row], value_of: Callable[[str], Any]) -> _Row:
    """A line or a deduction, from wherever it is written: as `head_of`."""
    return kind(**_read(fields(kind), value_of))


def columns_of(row: LineInput | DeductionInput) -> dict[str, Any]:
    """The columns of a line or a deduction that take over what was written as it is: all but the chosen rate."""
    return {each.name: getattr(row, each.name) for each in fields(row) if not each.name.endswith(_CHOSEN)}


def _read(wanted: tuple[Field[Any], ...], value_of: Callable[[str], Any]) -> dict[str, Any]:
    read = {}
    for each in wanted:
        value = value_of(each.name)
        if value is None or value == "":
            value = each.default if each.default_factory is MISSING else each.default_factory()
        elif isinstance(each.default, Enum):
            value = type(each.default)(value)
        read[each.name] = value
    return read
