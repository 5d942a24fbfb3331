"""What is due of a claim: what is payable, less what was settled, less the credit notes that name it.

What was settled of a claim in whose place it stands counts for it (`transfers`), and so do the credit notes about that.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When

from invoices.enums import InvoiceKind, Status
from invoices.lifecycle.related import credit_notes_against
from invoices.models import Invoice
from portal.lib.yen import Yen


@dataclass(frozen=True, slots=True)
class Due:
    """What a claim still comes to, in yen.

    Attributes:
        balance: 残額: what is payable less what was settled. Below zero, too much was paid.
        accepted: What the accepted credit notes that name it still take back; it is set off before anything is paid.
        undecided: The same of those on which the department has not decided yet.
    """

    balance: Yen
    accepted: Yen = 0
    undecided: Yen = 0

    @property
    def amount(self) -> Yen:
        """What is due: never more than this is to be paid."""
        return max(0, self.balance - self.accepted)

    @property
    def proposed(self) -> Yen:
        """What to pay now: the rest waits until the department has decided on its credit notes."""
        return max(0, self.amount - self.undecided)

    @property
    def overpaid(self) -> Yen:
        """過払い: what was paid above what was payable."""
        return max(0, -self.balance)


def due_of(invoice: Invoice) -> Due:
    """What is due of a claim, or of a credit note beyond which money came back.

    Nothing is due once a correction stands in its place.

    Asks the database, unless the invoice came with `with_credit_notes`.
    """
    if invoice.superseded_by_id:
        return Due(0)
    if invoice.is_credit_note:
        return Due(invoice.too_much_back)
    known: Any = invoice
    if not hasattr(invoice, "accepted_notes"):
        known = Invoice.objects.with_credit_notes().only("pk").get(pk=invoice.pk)
    return Due(invoice.balance, known.accepted_notes, known.undecided_notes)


def partners(invoice: Invoice) -> QuerySet[Invoice]:
    """With what it can be set off: the claims of a credit note that are to be paid, or the credit notes of a claim.

    All are accepted, of the same supplier and for the same city; what a credit note names stands first.
    """
    accepted = Invoice.objects.filter(
        status=Status.ACCEPTED,
        supplier=invoice.supplier_id,
        supplier__isnull=False,
        superseded_by=None,
        municipality=invoice.municipality_id,
    )
    if invoice.is_credit_note:
        claims = accepted.filter(kind=InvoiceKind.INVOICE, settled__lt=F("payable"))
        named = invoice.original
        return claims.order_by(_first(pk=named and (named.superseded_by_id or named.pk)), "issued_at", "pk")
    notes = accepted.filter(kind=InvoiceKind.CREDIT_NOTE, settled__gt=F("payable"))
    return notes.order_by(_first(pk__in=credit_notes_against(invoice)), "issued_at", "pk")


def _first(**these: Any) -> Case:
    return Case(When(**these, then=Value(0)), default=Value(1))
