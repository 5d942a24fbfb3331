"""The day on which the rules of an invoice are to be read, and the moment at which it goes out."""

from datetime import date, datetime

from django.utils import timezone

from invoices.enums import Status
from invoices.models import Content, Invoice


def transaction_day(invoice: Invoice, content: Content) -> date | None:
    """The day of the transaction, for which the public register is asked, and which decides the fiscal year.

    The transaction date; else the last day of the period, the last date of a line, or the issue date. None as long as
    the draft has none of them.
    """
    return (
        invoice.transaction_date
        or invoice.period_to
        or max((line.date for line in content.lines if line.date), default=None)
        or invoice.issue_date
    )


def moment_of_issue(invoice: Invoice) -> datetime:
    """When a draft goes out as things stand: at the time that is reserved for it, else now.

    An issued invoice went out when it reached the city; until then, when it was issued.
    """
    now = timezone.now()
    if invoice.is_issued:
        return invoice.delivered_at or invoice.issued_at or now
    if invoice.status == Status.SCHEDULED and invoice.scheduled_for is not None:
        return max(now, invoice.scheduled_for)
    return now
