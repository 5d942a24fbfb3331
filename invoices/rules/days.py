"""The days of the transaction, and the time of issue."""

from datetime import date, datetime

from django.utils import timezone

from invoices.documents.invoice_system import QUALIFIED_SINCE, refunded_days, supply_days
from invoices.enums import Status
from invoices.models import Content, Invoice

REGISTER_DAYS_MAX = 62
"""Days of one invoice about which the register is asked: every day of two months."""


def transaction_day(invoice: Invoice, content: Content) -> date | None:
    """The day of the transaction, which decides the fiscal year.

    It is the transaction date, or else the last day of the period, the last date of a line, or the issue date. None
    while the draft has none of them.
    """
    return (
        invoice.transaction_date
        or invoice.period_to
        or max((line.date for line in content.lines if line.date), default=None)
        or invoice.issue_date
    )


def register_days(invoice: Invoice, content: Content) -> list[date]:
    """The days on which the issuer has to be registered, in order: each known day of what is supplied or refunded.

    These are the first and the last day of the document and the dates of its lines, as far as there were registered
    issuers at all. What is refunded counts with the days on which it was sold: who was registered then still owes a
    qualified credit note (適格返還請求書) after its registration ended, and who was not owes none. Of more than
    REGISTER_DAYS_MAX, the first, the last and some at equal steps between them.
    """
    supplied = supply_days(invoice, content)
    if not supplied or supplied[-1] < QUALIFIED_SINCE:
        return []
    refunded = {day for day in refunded_days(content) if day >= QUALIFIED_SINCE}
    # Whoever was registered on the first day of the system need not part what was supplied before (see system_of).
    days = sorted(refunded | {max(day, QUALIFIED_SINCE) for day in supplied})
    if len(days) <= REGISTER_DAYS_MAX:
        return days
    steps = REGISTER_DAYS_MAX - 1
    return [days[number * (len(days) - 1) // steps] for number in range(REGISTER_DAYS_MAX)]


def names_day_of_supply(invoice: Invoice, content: Content) -> bool:
    """Whether a day of the supply is known already; else the issue date stands for it."""
    head = (invoice.transaction_date, invoice.period_from, invoice.period_to)
    return any(head) or any(line.date for line in content.lines) or bool(refunded_days(content))


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
