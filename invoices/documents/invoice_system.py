"""Which law of consumption tax an invoice comes under: that of the days on which its goods or services were supplied.

The systems are dated data. Only the last of them knows qualified invoices and registration numbers.
"""

from collections.abc import Iterable
from datetime import date

from invoices.enums import InvoiceKind, InvoiceSystem, LineKind, TaxCategory
from invoices.models import Content, Invoice, InvoiceDeduction, InvoiceLine
from suppliers.registration import REGISTER_BEGAN

SINCE = {
    InvoiceSystem.PLAIN: date(1989, 4, 1),
    # 平成28年改正法附則34条②, in force until the next one.
    InvoiceSystem.CLASSIFIED: date(2019, 10, 1),
    InvoiceSystem.QUALIFIED: REGISTER_BEGAN,
}
"""The first transaction day of each."""
QUALIFIED_SINCE = SINCE[InvoiceSystem.QUALIFIED]


def system_on(day: date) -> InvoiceSystem:
    """The system for a transaction of this day; for days before all of them the first."""
    return next((system for system in reversed(SINCE) if SINCE[system] <= day), InvoiceSystem.PLAIN)


def system_of(invoice: Invoice, content: Content) -> InvoiceSystem:
    """The system for all that an invoice claims or refunds: that of the latest supply.

    One whose supplies lie on both sides of a change need not be split where the issuer was registered on the first day
    (国税庁のインボイスQ&A, second-hand), so it comes under the later system. A draft without any day is one of today.
    """
    days = supply_days(invoice, content)
    return system_on(days[-1]) if days else InvoiceSystem.QUALIFIED


def supply_days(invoice: Invoice, content: Content) -> list[date]:
    """The days of the supplies that are known, each once, in order: of what is claimed, and else of what is refunded.

    The head of a document that only refunds names the days of the refunds, which are no supplies. A credit note claims
    nothing: what refunds no sale there, as a deposit that comes back, is no supply either.
    """
    claims = [line for line in content.lines if line.kind == LineKind.ITEM and not line.original_date]
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        claims, refunds = [], refunded_days(content)
    else:
        refunds = [day for line in content.lines for day in (line.original_date, line.original_until) if day]
    days: Iterable[date | None] = refunds
    if claims or not refunds:
        dated = (line.date for line in claims)  # one without a date lies on the days of the head
        days = (invoice.transaction_date, invoice.period_from, invoice.period_to, *dated)
    return sorted({day for day in days if day} or {day for day in (invoice.issue_date,) if day})


def refunded_days(content: Content) -> list[date]:
    """The first and last days of the earlier sales that lines or deductions refund, each once, in order."""
    rows: tuple[InvoiceLine | InvoiceDeduction, ...] = (*content.lines, *content.deductions)
    return sorted({day for row in rows for day in (row.original_date, row.original_until) if day})


def printed_number(invoice: Invoice, content: Content) -> str:
    """The registration number (登録番号) that the document prints; only with one it is a qualified invoice.

    Empty for an issuer that is not registered, and where all supplies were made before there were numbers, or before
    the issuer had its own, or a joint venture had filed its notice, or after the registration ended: for those nobody
    can give a qualified invoice or a qualified credit note (消費税法57条の4, 57条の6①). Where nothing is taxed none is
    needed, and a number is printed that held on all days.
    """
    issuer, days = invoice.issuer, supply_days(invoice, content)
    if system_of(invoice, content) != InvoiceSystem.QUALIFIED:
        return ""
    if not days:
        return issuer.registration_number
    first, last = days[0], days[-1]
    if not is_taxed(content):
        first, last = last, first
    if issuer.qualified_from and last < issuer.qualified_from:
        return ""
    if issuer.registration_ended_on and first >= issuer.registration_ended_on:
        return ""
    return issuer.registration_number


def is_taxed(content: Content) -> bool:
    """Whether a line is taxed, or has no rate yet."""
    items = [line for line in content.lines if line.kind == LineKind.ITEM]
    return not items or any(line.rate is None or line.rate.category == TaxCategory.TAXABLE for line in items)
