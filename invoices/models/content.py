"""The parts of an invoice that are rows of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

from invoices.models.attachment import Attachment
from invoices.models.deduction import InvoiceDeduction
from invoices.models.invoice import Invoice
from invoices.models.line import InvoiceLine


@dataclass(frozen=True, slots=True)
class Content:
    """Lines, deductions and attachments of an invoice, in order. They may be saved or not."""

    lines: Sequence[InvoiceLine]
    deductions: Sequence[InvoiceDeduction] = ()
    attachments: Sequence[Attachment] = ()


def content_of(invoice: Invoice) -> Content:
    """The saved content of an invoice, read from the database."""
    return Content(
        lines=list(invoice.lines.select_related("rate")),
        deductions=list(invoice.deductions.select_related("rate")),
        attachments=list(invoice.attachments.all()),
    )
