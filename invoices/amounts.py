"""The amounts of an invoice, computed from what it holds: for whoever asks, a page, a check, a document."""

from decimal import Decimal

from invoices.enums import (
    AmountRounding,
    DeductionKind,
    PriceMode,
    Rounding,
    TaxCategory,
    TaxUnit,
    WithholdingKind,
)
from invoices.models import Content, Invoice, InvoiceLine, TaxRate
from invoices.tax import calculation
from invoices.tax.calculation import Deduction, LineAmount, Rate, Totals
from invoices.tax.carry_over import CarryOver
from invoices.tax.withholding import Withholding


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
    """源泉徴収, where the invoice shows it. Nobody knows the day of payment yet, so the issue date decides the law."""
    base = invoice.withholding_base
    if base is None:
        return None
    return Withholding.of(base, WithholdingKind(invoice.withholding_kind), day=invoice.issue_date)
