"""How the accounting office takes accepted invoices over, and hands them back. How it pays them is in `payments`."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor
from invoices import emails
from invoices.enums import Action
from invoices.lifecycle import transfers
from invoices.lifecycle.comments import required_comment
from invoices.lifecycle.related import lock_chain
from invoices.lifecycle.seen import require_seen
from invoices.lifecycle.workflow import refusal, step, transition
from invoices.models import Invoice


@transaction.atomic
def take_over(*, invoice_id: UUID, actor: ActingFor) -> Invoice:
    """Take an accepted invoice over into the finance system; from then on its department cannot reopen it.

    Where nothing is left to be paid it is at its end: a claim of nothing, or a correction that is paid by what was
    transferred to it. No day of payment is made up.

    Raises:
        WrongStatus: it is neither accepted nor paid, it was taken over before, a correction stands in its place, or it
            is a credit note.
        NotPermitted: the actor is no accountant of the city.
    """
    return transition(invoice_id, Action.TAKE_OVER, actor=actor)


@transaction.atomic
def recall(*, invoice_id: UUID, actor: ActingFor, comment: str, seen: int | None = None) -> Invoice:
    """Hand an invoice back to its department after a fault was found: open again, and marked 引戻し.

    Until the department accepts it anew or returns it, it is neither taken over nor paid. Whoever does this confirms
    that the finance system's entry is deleted. What was transferred to a correction goes back, as in a reopening.

    Args:
        seen: How many steps of its history the person saw; None when nobody looked.

    Raises:
        WrongStatus: it is not accepted, it was not taken over, a payment is recorded, or a correction stands in its
            place.
        ChangedMeanwhile: there are more steps than were seen.
        NotPermitted: the actor is no accountant of the city.
        NotAllowed: no reason.
    """
    comment = required_comment(comment, _("引き戻す理由"))
    lock_chain(invoice_id)
    invoice = Invoice.objects.get(pk=invoice_id)
    if refused := refusal(actor, Action.RECALL, invoice):
        raise refused
    require_seen(invoice, seen)
    transfers.take_back(invoice, actor=actor, reason=comment)
    with step(invoice_id, Action.RECALL, actor=actor, comment=comment) as invoice:
        invoice.taken_over_at = None
        invoice.accepted_at = invoice.paid_on = invoice.paid_at = None
        invoice.disputed_at, invoice.dispute_reason = None, ""
    transfers.put_in_order(invoice, actor=actor)
    emails.recalled(invoice, transfers.given_back(invoice))
    return invoice
