"""What was settled of a claim counts for its correction, as long as the acceptance of that one stands.

The duty to correct has no end (消費税法57条の4④), and a correction claims the whole anew. So in the transaction in
which the department accepts it, it takes the place of those that it corrects, and what was paid and set off on them
is transferred to it: what is due, the lists and the mails are right at once, and nobody has to remember it. If the
acceptance is taken back, so is the transfer.

Whoever calls has locked the chain of corrections (`related.lock_chain`).
"""

from accounts.acting import ActingFor
from invoices.enums import Action, PaymentKind
from invoices.lifecycle.entries import record
from invoices.lifecycle.related import accepted_correction, corrected_by, settled_before
from invoices.models import Invoice, Payment
from portal.lib.calendar import today_jst


def put_in_order(invoice: Invoice, *, actor: ActingFor) -> None:
    """Bring a chain of corrections in order, down to this invoice or to what stands in its place.

    After an acceptance came or went, or an entry was corrected: each earlier one says what stands in its place, and
    whatever is settled of it is transferred there.
    """
    for before in corrected_by(invoice.superseded_by or invoice):
        now = accepted_correction(before)
        if now != before.superseded_by:
            Invoice.objects.filter(pk=before.pk).update(superseded_by=now)
        before.refresh_from_db()
        if now is not None and before.settled:
            _transfer(before, now, actor)


def take_back(correction: Invoice, *, actor: ActingFor, reason: str) -> None:
    """Take back what was transferred to a correction, before its acceptance is taken back."""
    for entry in Payment.objects.in_force().filter(invoice=correction, kind=PaymentKind.TRANSFER).order_by("pk"):
        counter = Payment(
            kind=PaymentKind.COUNTER_ENTRY,
            amount=-entry.amount,
            set_off=-entry.set_off,
            paid_on=today_jst(),
            reason=reason,
            transferred_from_id=entry.transferred_from_id,
            takes_back=entry,
        )
        record(counter, correction.pk, Action.TRANSFER, actor=actor, comment=reason)


def given_back(correction: Invoice) -> list[Invoice]:
    """Those for which what was paid counts again, after the acceptance of their correction was taken back."""
    return settled_before(Invoice.objects.get(pk=correction.pk))


def _transfer(before: Invoice, correction: Invoice, actor: ActingFor) -> None:
    entry = Payment(
        kind=PaymentKind.TRANSFER,
        amount=before.settled,
        set_off=before.set_off,
        paid_on=today_jst(),
        transferred_from=before,
    )
    record(entry, correction.pk, Action.TRANSFER, actor=actor)
