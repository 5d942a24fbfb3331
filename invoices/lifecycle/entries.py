"""How an entry is written: the row, and what follows from it of the claim and of the other document that it settles.

What an entry changes of an invoice is written in the transaction of the entry: `settled`, and the status, which is
`paid` when nothing is left.
"""

from contextlib import ExitStack
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from accounts.acting import ActingFor
from invoices.enums import Action
from invoices.lifecycle.related import corrected_by
from invoices.lifecycle.workflow import step
from invoices.models import Invoice, Payment


@transaction.atomic
def record(entry: Payment, invoice_id: UUID, action: Action, *, actor: ActingFor, comment: str = "") -> Invoice:
    """Write an entry, and what follows from it on the claim and on its partner. Whoever calls has locked both.

    A transfer follows from what somebody did, and is nobody's step; the row still says who did that.
    """
    entry.invoice_id = invoice_id
    entry.recorded_by = actor.user
    entry.recorded_by_name, entry.recorded_by_organisation = actor.user.name, actor.name
    by = None if action == Action.TRANSFER else actor
    with ExitStack() as steps:
        taken = []
        for key in (invoice_id, entry.partner_id):
            if key is not None:
                data: dict[str, Any] = {}
                taken.append((steps.enter_context(step(key, action, actor=by, comment=comment, data=data)), data))
        entry.save(force_insert=True)
        for invoice, data in taken:
            _enter(entry, invoice)
            data.update(_about(entry, invoice))
    return taken[0][0]


def _enter(entry: Payment, invoice: Invoice) -> None:
    invoice.settled += entry.counted_for(invoice)
    invoice.set_off += entry.set_off_for(invoice)
    invoice.paid_on = invoice.paid_at = None
    if invoice.balance:
        return
    # A transfer moves no money: what it carries was paid, or set off, on its own day. Nothing is behind a claim of
    # nothing whose only entry was mistaken. Where transfers of a mistaken entry are taken back one after the other,
    # nothing is behind another claim either until the last of them, and the day of each stands for so long.
    behind = Payment.objects.of(invoice, *corrected_by(invoice)).correctable()
    last = behind.aggregate(last=Max("paid_on"))["last"]
    if last or invoice.payable:
        invoice.paid_on, invoice.paid_at = last or entry.paid_on, Now()  # the database's clock
    invoice.disputed_at, invoice.dispute_reason = None, ""


def _about(entry: Payment, invoice: Invoice) -> dict[str, Any]:
    """What the history keeps of an entry: amounts in yen as this invoice counts them."""
    data: dict[str, Any] = {
        "paid_on": entry.paid_on.isoformat(),
        "amount": entry.counted_for(invoice),
        "balance": invoice.left,
    }
    if partner := entry.partner_of(invoice):
        data["partner"] = str(partner)
    if entry.transferred_from is not None:
        data["corrected"], data["correction"] = str(entry.transferred_from), str(entry.invoice)
        data["back"] = entry.takes_back_id is not None
        data["set_off"] = entry.set_off_for(invoice)
    return data | {name: text for name, text in [("reference", entry.reference)] if text}
