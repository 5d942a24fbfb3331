"""The day of the transaction, and the time of issue."""

from datetime import date, datetime

from django.utils import timezone

from invoices.enums import Status
from invoices.models import Content, Invoice


def transaction_day(invoice: Invoice, content: Content) -> date | None:
    """The day of the transaction. The public register is asked about this day, and it decides the fiscal year.

    It is the transaction date, or else the last day of the period, the last date of a line, or the issue date. None
    while the draft has none of them.
    """
    return (
        invoice.transaction_date
        or invoice.period_to
        or max((line.date for line in content.lines if line.date), default=None)
        or invoice.issue_date
    )


def moment_of_issue(invoice: Invoice) -> datetime:
    """When a draft will be issued as far as is known now: at its reserved time, or else now.

    For an issued invoice it is the time when it reached the city, or the time of issue until it has reached it.
    """
    now = timezone.now()
    if invoice.is_issued:
        return invoice.delivered_at or invoice.issued_at or now
    if invoice.status == Status.SCHEDULED and invoice.scheduled_for is not None:
        return max(now, invoice.scheduled_for)
    return now
