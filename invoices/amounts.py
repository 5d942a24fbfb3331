"""The amounts of an invoice, computed from what it holds: for whoever asks, a page, a check, a document."""

from decimal import Decimal

from django.db.models import Q, Sum

from invoices.enums import (
    AmountRounding,
    DeductionKind,
    InvoiceKind,
    PriceMode,
    Rounding,
    TaxCategory,
    TaxUnit,
    WithholdingKind,
)
from invoices.models import Content, Invoice, InvoiceLine, TaxRate
from invoices.models.invoice import WITHDRAWN
from invoices.tax import calculation
from invoices.tax.calculation import Deduction, LineAmount, Rate, Totals
from invoices.tax.carry_over import CarryOver
from invoices.tax.withholding import Withholding
from portal.lib.yen import Yen


def rate_of(row: TaxRate) -> Rate:
    return Rate(row.position, row.code, row.label, row.percent, TaxCategory(row.category), row.reduced)


def totals_of(invoice: Invoice, content: Content) -> Totals:
    """The invoice's sums from its lines and deductions; those that have no rate yet are left out."""
    return calculation.totals(
        (
            LineAmount(rate_of(line.rate), line.amount, exact_amount_of(invoice, line))
            for line in content.lines
            if line.rate is not None
        ),
        PriceMode(invoice.price_mode),
        Rounding(invoice.rounding),
        deductions=[
            Deduction(rate_of(row.rate), DeductionKind(row.kind), row.amount)
            for row in content.deductions
            if row.rate is not None and row.amount is not None
        ],
        unit=unit_of(invoice),
    )


def exact_amount_of(invoice: Invoice, line: InvoiceLine) -> Decimal | None:
    """A line's amount with its decimals, where the invoice carries them to the sum; None where it does not."""
    if invoice.amount_rounding != AmountRounding.CARRIED:
        return None
    if line.quantity is None or line.unit_price is None:
        return Decimal(0)
    return calculation.exact_amount(line.quantity, line.unit_price)


def unit_of(invoice: Invoice) -> TaxUnit:
    """How often tax is rounded: for a registered issuer once per invoice and rate, whatever a draft says."""
    return TaxUnit.INVOICE if invoice.issuer.is_registered else TaxUnit(invoice.tax_unit)


def carry_over_of(invoice: Invoice) -> CarryOver | None:
    """前回請求額 and ご入金額, where the invoice shows them; one that is left empty counts as nothing."""
    billed, received = invoice.carry_over_billed, invoice.carry_over_received
    return None if billed is None and received is None else CarryOver(billed or 0, received or 0)


def withholding_of(invoice: Invoice) -> Withholding | None:
    """源泉徴収, where the invoice shows it. Nobody knows the day of payment yet, so the issue date decides the law.

    A credit note lowers what was withheld of its original to that of the fee that is left.
    """
    base, kind, day = invoice.withholding_base, WithholdingKind(invoice.withholding_kind), invoice.issue_date
    if base is None:
        return None
    before = withholding_base_before(invoice)
    return Withholding.of(base, kind, day=day) if before is None else Withholding.of_refund(base, before, kind, day=day)


def withholding_base_before(note: Invoice) -> Yen | None:
    """What was subject to withholding in the claim of a credit note, less what others have taken back, in yen.

    None where that is not known: the claim was not issued here, or withheld by another rule, or less than the note
    takes back is left of it.
    """
    claim, base = note.original, note.withholding_base
    if not note.is_credit_note or claim is None or base is None or base > 0:
        return None
    claim = claim.superseded_by or claim
    if claim.withholding_base is None or claim.withholding_kind != note.withholding_kind:
        return None
    others = Invoice.objects.filter(
        Q(original=claim) | Q(original__superseded_by=claim), kind=InvoiceKind.CREDIT_NOTE, number__isnull=False
    )
    others = others.exclude(status__in=WITHDRAWN).exclude(pk__in=[note.pk, note.replaces_id or note.pk])
    taken = others.filter(superseded_by=None).aggregate(sum=Sum("withholding_base"))["sum"] or 0
    before = claim.withholding_base + taken
    return before if before + base >= 0 else None
