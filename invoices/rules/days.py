"""The day on which the rules of an invoice are to be read."""

from datetime import date

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
