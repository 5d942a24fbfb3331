"""Tables of invoices: drafts and issued invoices, lines, events, documents, tax rates and number series."""

from invoices.models.after_issue import OPEN_AFTER_ISSUE, OPEN_ON_PAPER
from invoices.models.attachment import Attachment
from invoices.models.content import Content, content_of
from invoices.models.deduction import InvoiceDeduction
from invoices.models.document import Document
from invoices.models.event import InvoiceEvent
from invoices.models.invoice import FROZEN_AT_ISSUE, Invoice
from invoices.models.line import InvoiceLine
from invoices.models.payment import Payment
from invoices.models.rate import TaxRate
from invoices.models.schedule import ScheduledIssue
from invoices.models.series import NumberSeries

__all__ = [
    "FROZEN_AT_ISSUE",
    "OPEN_AFTER_ISSUE",
    "OPEN_ON_PAPER",
    "Attachment",
    "Content",
    "Document",
    "Invoice",
    "InvoiceDeduction",
    "InvoiceEvent",
    "InvoiceLine",
    "NumberSeries",
    "Payment",
    "ScheduledIssue",
    "TaxRate",
    "content_of",
]
