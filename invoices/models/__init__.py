"""Tables of invoices: drafts and what they froze into, their lines, events, documents, rates and number series."""

from invoices.models.document import Document
from invoices.models.event import InvoiceEvent
from invoices.models.invoice import Invoice
from invoices.models.line import InvoiceLine
from invoices.models.rate import TaxRate
from invoices.models.schedule import ScheduledIssue
from invoices.models.series import NumberSeries

__all__ = ["Document", "Invoice", "InvoiceEvent", "InvoiceLine", "NumberSeries", "ScheduledIssue", "TaxRate"]
