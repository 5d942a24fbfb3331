"""An invoice as somebody wrote it: the one form in which form, file, interface and copy hand it over."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from invoices.enums import DeductionKind, InvoiceKind, Layout, PaymentMethod, PriceMode, Rounding, TaxUnit

LINES_MAX = 1000
DEDUCTIONS_MAX = 20


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as somebody wrote it; whatever is missing is None or empty."""

    date: datetime.date | None = None
    slip_number: str = ""
    description: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    rate_id: UUID | None = None
    original_date: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class DeductionInput:
    """A deduction as somebody wrote it; `amount` in yen, positive where it reduces."""

    kind: DeductionKind = DeductionKind.OTHER
    rate_id: UUID | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class DraftInput:
    """An invoice as somebody wrote it, complete or not. The one way into a draft, from form, file, interface or copy.

    Attributes:
        department_id: One of the supplier's open trading links.
        bank_account_id, billing_source_id, seal_id: One of the supplier's own that is in use.
        original_id: For returns: an invoice that the supplier issued here.
        carry_over_billed, carry_over_received, withholding_base: Yen; None where the document shows none.
    """

    kind: InvoiceKind = InvoiceKind.INVOICE
    layout: Layout = Layout.STANDARD
    original_id: UUID | None = None
    original_number: str = ""
    department_id: UUID | None = None
    title: str = ""
    issue_date: datetime.date | None = None
    transaction_date: datetime.date | None = None
    period_from: datetime.date | None = None
    period_to: datetime.date | None = None
    price_mode: PriceMode = PriceMode.EXCLUSIVE
    rounding: Rounding = Rounding.FLOOR
    tax_unit: TaxUnit = TaxUnit.INVOICE
    carry_over_billed: int | None = None
    carry_over_received: int | None = None
    withholding_base: int | None = None
    payment_method: PaymentMethod = PaymentMethod.TRANSFER
    bank_account_id: UUID | None = None
    creditor_number: str = ""
    billing_source_id: UUID | None = None
    seal_id: UUID | None = None
    remarks: str = ""
    own_reference: str = ""
    responsible_title: str = ""
    responsible_name: str = ""
    responsible_phone: str = ""
    contact_title: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    lines: tuple[LineInput, ...] = field(default=())
    deductions: tuple[DeductionInput, ...] = field(default=())


COPIED = (
    "kind",
    "layout",
    "original_number",
    "title",
    "issue_date",
    "transaction_date",
    "period_from",
    "period_to",
    "price_mode",
    "rounding",
    "tax_unit",
    "carry_over_billed",
    "carry_over_received",
    "withholding_base",
    "payment_method",
    "creditor_number",
    "remarks",
    "own_reference",
    "responsible_title",
    "responsible_name",
    "responsible_phone",
    "contact_title",
    "contact_name",
    "contact_phone",
)
