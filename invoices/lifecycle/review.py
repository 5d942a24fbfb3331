"""What a department does with an invoice."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed
from accounts.models import Department
from accounts.municipalities import departments
from invoices import emails
from invoices.enums import Action, ReturnReason
from invoices.lifecycle import transfers
from invoices.lifecycle.comments import required_comment
from invoices.lifecycle.related import lock_chain
from invoices.lifecycle.seen import require_seen
from invoices.lifecycle.workflow import refusal, step
from invoices.models import Invoice

CHOOSE_AGAIN = _("回送先の課を一覧から選び直してください。")


@transaction.atomic
def open_invoice(*, invoice_id: UUID, actor: ActingFor) -> Invoice:
    """Open an invoice (開封): the opener and the time are recorded, and the supplier can no longer cancel.

    Raises:
        WrongStatus: it was cancelled or opened before.
        NotPermitted: the actor has no part in the department, or belongs to the supplier.
    """
    with step(invoice_id, Action.OPEN, actor=actor) as invoice:
        invoice.opened_by = actor.user
    return invoice


@transaction.atomic
def return_invoice(*, invoice_id: UUID, actor: ActingFor, reason: ReturnReason, comment: str) -> Invoice:
    """Return an invoice with a reason and a comment, both shown to the supplier.

    A return without a reason is not one (政府契約の支払遅延防止等に関する法律).

    Raises:
        WrongStatus: it is not open.
        NotPermitted: the actor may not review it.
        NotAllowed: no comment.
    """
    comment = required_comment(comment)
    with step(invoice_id, Action.RETURN, actor=actor, comment=comment) as invoice:
        invoice.return_reason = reason
        invoice.return_comment = comment
        invoice.recalled_at = None
    emails.returned(invoice)
    return invoice


@transaction.atomic
def accept(*, invoice_id: UUID, actor: ActingFor, seen: int | None = None) -> Invoice:
    """Accept an opened invoice (受理): its claim is in order, the accounting office may take it over.

    A request to return it (差戻依頼) is answered by that; after a reopening the supplier may ask anew. A correction
    takes the place of those that it corrects, and what was settled of them counts for it.

    Args:
        seen: How many steps of its history the person saw; None when nobody looked.

    Raises:
        WrongStatus: it is not open, or a correction stands in its place.
        ChangedMeanwhile: there are more steps than were seen.
        NotPermitted: the actor may not review it.
    """
    lock_chain(invoice_id)
    with step(invoice_id, Action.ACCEPT, actor=actor) as invoice:
        require_seen(invoice, seen)
        invoice.return_requested_at = invoice.recalled_at = None
    transfers.put_in_order(invoice, actor=actor)
    invoice.refresh_from_db()
    emails.accepted(invoice)
    return invoice


@transaction.atomic
def reopen(*, invoice_id: UUID, actor: ActingFor, comment: str, seen: int | None = None) -> Invoice:
    """Take an acceptance back, until the accounting office has taken the invoice over; the supplier gets a mail.

    What was transferred to a correction goes back to those that it corrects, and they are what is to be settled again.

    Args:
        seen: How many steps of its history the person saw; None when nobody looked.

    Raises:
        WrongStatus: it is not accepted, it was taken over, a payment is recorded, or a correction stands in its place.
        ChangedMeanwhile: there are more steps than were seen.
        NotPermitted: the actor may not review it.
        NotAllowed: no reason.
    """
    comment = required_comment(comment)
    lock_chain(invoice_id)
    invoice = Invoice.objects.get(pk=invoice_id)
    if refused := refusal(actor, Action.REOPEN, invoice):
        raise refused
    require_seen(invoice, seen)
    transfers.take_back(invoice, actor=actor, reason=comment)
    with step(invoice_id, Action.REOPEN, actor=actor, comment=comment) as invoice:
        invoice.accepted_at = invoice.paid_on = invoice.paid_at = None
        invoice.disputed_at, invoice.dispute_reason = None, ""
    transfers.put_in_order(invoice, actor=actor)
    emails.reopened(invoice, transfers.given_back(invoice))
    return invoice


@transaction.atomic
def reroute(*, invoice_id: UUID, actor: ActingFor, department_id: UUID, comment: str) -> Invoice:
    """Pass an invoice on to the department it concerns (回送): same number, and the document keeps its addressee.

    There it is unopened again; who opened it before stands in its history. The supplier may cancel it only if nobody
    opened it before.

    Raises:
        WrongStatus: it was returned, accepted or cancelled.
        NotPermitted: the invoice is not in the actor's hands.
        NotAllowed: no reason, the department is not one of this city's, or it lies there already.
    """
    comment = required_comment(comment)
    target = Department.objects.active().filter(pk=department_id, municipality_id=actor.id).first()
    if target is None:
        raise NotAllowed(CHOOSE_AGAIN)
    names = {"to": target.name, "to_id": str(target.pk)}
    with step(invoice_id, Action.REROUTE, actor=actor, comment=comment, data=names) as invoice:
        if invoice.department_id == target.pk:
            raise NotAllowed(_("この%(name)sはすでにその課にあります。") % {"name": invoice.words.name})
        if departments.at_work(target.pk) != target:  # merged or closed just now
            raise NotAllowed(CHOOSE_AGAIN)
        assert invoice.department is not None  # it was delivered
        names |= {"from": invoice.department.name, "from_id": str(invoice.department.pk)}
        invoice.department = target
        invoice.opened_at = None
        invoice.opened_by = None
        invoice.return_requested_at = None
    emails.delivered(invoice)
    return invoice
