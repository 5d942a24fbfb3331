"""Invoices that belong together: the corrections of an invoice, one after the other, and the credit notes about it."""

from uuid import UUID

from django.db.models import Q, QuerySet

from invoices.enums import InvoiceKind, Status
from invoices.models import Invoice
from invoices.models.invoice import WITHDRAWN
from portal.lib.yen import Yen


def credit_notes_about(invoice: Invoice) -> QuerySet[Invoice]:
    """All credit notes that name this invoice as their original, and the drafts of such."""
    return Invoice.objects.filter(original=invoice, kind=InvoiceKind.CREDIT_NOTE)


def credit_notes_against(invoice: Invoice) -> QuerySet[Invoice]:
    """All that name this invoice or one in whose place it stands, and that no correction stands in the place of."""
    named = Q(original=invoice) | Q(original__superseded_by=invoice)
    return Invoice.objects.filter(named, kind=InvoiceKind.CREDIT_NOTE, superseded_by=None)


def credit_notes_reducing(invoice: Invoice) -> QuerySet[Invoice]:
    """Those that are issued and neither withdrawn nor returned: they take something back of this invoice now."""
    return credit_notes_against(invoice).filter(number__isnull=False).exclude(status__in=WITHDRAWN)


def is_against(note: Invoice, claim: Invoice) -> bool:
    """Whether a credit note names this claim, or one in whose place it stands."""
    named = note.original
    return named is not None and claim.pk in (named.pk, named.superseded_by_id)


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


def shown_successor(invoice: Invoice) -> Invoice | None:
    """Of which successor its page speaks: the one that counts for it, or on which the city is to decide, or any."""
    return invoice.superseded_by or undecided_correction(invoice) or live_successor(invoice)


def accepted_correction(invoice: Invoice) -> Invoice | None:
    """The correction that the city has accepted in this one's place, however many lie between; the last of several.

    What an invoice has in `superseded_by` is this, written whenever an acceptance comes or goes (`transfers`).
    """
    return _last_correction(invoice, Status.ACCEPTED, Status.PAID)


def undecided_correction(invoice: Invoice) -> Invoice | None:
    """The correction that has arrived and on which the city has not decided; the last of several."""
    return _last_correction(invoice, Status.UNOPENED, Status.OPENED)


def _last_correction(invoice: Invoice, *statuses: Status) -> Invoice | None:
    last = None
    waiting = list(invoice.successors.all())
    while waiting:
        successor = waiting.pop(0)  # nearer ones first
        if successor.status in statuses:
            last = successor
        waiting.extend(successor.successors.all())
    return last


def corrected_by(invoice: Invoice) -> list[Invoice]:
    """The invoices that this one corrects, the nearest first: what it replaces, what that one replaced, and so on."""
    found = []
    while (before := invoice.replaces) is not None:
        found.append(before)
        invoice = before
    return found


def settled_before(invoice: Invoice) -> list[Invoice]:
    """The invoices that this one corrects and of which something is settled: what counts for them, and not for it."""
    return [before for before in corrected_by(invoice) if before.settled]


def paid_before(invoice: Invoice) -> Yen:
    """What is settled, in yen, of the invoices that this one corrects: it counts for this one once it is accepted."""
    return sum(before.settled for before in settled_before(invoice))


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


def lock_chain(invoice_id: UUID) -> None:
    """Lock a chain of corrections from its first one down to this invoice, or to what stands in its place.

    Whoever changes what stands in the place of another waits at the first one; so nothing of that changes any more.
    """
    lock_first_of_chain(invoice_id)
    invoice = Invoice.objects.select_related("superseded_by").get(pk=invoice_id)
    last = invoice.superseded_by or invoice
    for member in [*reversed(corrected_by(last)), last]:
        Invoice.objects.select_for_update(of=("self",)).get(pk=member.pk)
