"""Invoices that belong together: the corrections of an invoice, one after the other, and the credit notes about it."""

from uuid import UUID

from django.db.models import QuerySet

from invoices.enums import InvoiceKind, Status
from invoices.models import Invoice
from invoices.models.invoice import WITHDRAWN
from portal.lib.yen import Yen


def credit_notes_about(invoice: Invoice) -> QuerySet[Invoice]:
    """All credit notes that name this invoice as their original, and the drafts of such."""
    return Invoice.objects.filter(original=invoice, kind=InvoiceKind.CREDIT_NOTE)


def credit_notes_reducing(invoice: Invoice) -> QuerySet[Invoice]:
    """Those that are issued and neither withdrawn nor returned: they take something back of this invoice now."""
    return credit_notes_about(invoice).filter(number__isnull=False).exclude(status__in=WITHDRAWN)


def live_successor(invoice: Invoice) -> Invoice | None:
    """The invoice or draft that stands in this one's place now; a cancelled one does not count, but its own does.

    The successor of a cancelled correction may stand beside it, as another correction of what it had replaced.
    """
    waiting = list(nearest_uncancelled(invoice).successors.all())
    while waiting:
        successor = waiting.pop()
        if successor.status != Status.CANCELLED:
            return successor
        waiting.extend(successor.successors.all())
    return None


def accepted_correction(invoice: Invoice) -> Invoice | None:
    """The correction that the city has accepted in this one's place, however many lie between."""
    waiting = list(invoice.successors.all())
    while waiting:
        successor = waiting.pop()
        if successor.status in (Status.ACCEPTED, Status.PAID):
            return successor
        waiting.extend(successor.successors.all())
    return None


def corrections_of(invoice: Invoice) -> QuerySet[Invoice]:
    """Those that directly replace this one, and the drafts of such."""
    return Invoice.objects.filter(replaces=invoice)


def credit_notes_and_corrections(invoice: Invoice) -> QuerySet[Invoice]:
    """All documents that decide, together with this one, what is to be paid."""
    return credit_notes_about(invoice) | corrections_of(invoice)


def paid_before(invoice: Invoice) -> Yen:
    """What was paid, in yen, on the invoices that this one corrects: only the rest is still to be paid."""
    paid = 0
    while (before := invoice.replaces) is not None:
        paid += before.settled
        invoice = before
    return paid


def nearest_uncancelled(invoice: Invoice) -> Invoice:
    """The invoice or, if it was cancelled, what it was to replace, and so on; the first of all where all were."""
    while invoice.status == Status.CANCELLED and invoice.replaces is not None:
        invoice = invoice.replaces
    return invoice


def lock_first_of_chain(invoice_id: UUID) -> None:
    """Lock the invoice with which a chain of corrections began: there those who continue the chain wait."""
    first = invoice_id
    while before := Invoice.objects.filter(pk=first, replaces__isnull=False).values_list("replaces", flat=True).first():
        first = before
    Invoice.objects.select_for_update(of=("self",)).get(pk=first)
