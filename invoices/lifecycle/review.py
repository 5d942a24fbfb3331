"""What a department does with an invoice."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed
from accounts.models import Department
from invoices import emails
from invoices.enums import Action, ReturnReason
from invoices.lifecycle.comments import required_comment
from invoices.lifecycle.workflow import transition
from invoices.models import Invoice


def open_invoice(*, invoice_id: UUID, actor: ActingFor) -> Invoice:
    """Open an invoice (開封): the opener and the time are recorded, and the supplier can no longer cancel.

    Raises:
        WrongStatus: it was cancelled or opened before.
        NotAllowed: the actor has no part in the department, or belongs to the supplier.
    """
    return transition(invoice_id, Action.OPEN, actor=actor, prepare=lambda invoice: {"opened_by": actor.user})


def return_invoice(*, invoice_id: UUID, actor: ActingFor, reason: ReturnReason, comment: str) -> Invoice:
    """Return an invoice with a reason and a comment, both shown to the supplier.

    A return without a reason is not one (政府契約の支払遅延防止等に関する法律).

    Raises:
        WrongStatus: it is not open.
        NotAllowed: no comment, or the actor may not review it.
    """
    comment = required_comment(comment)
    return transition(
        invoice_id,
        Action.RETURN,
        actor=actor,
        comment=comment,
        prepare=lambda invoice: {"return_reason": reason, "return_comment": comment},
        follow_up=emails.returned,
    )


def accept(*, invoice_id: UUID, actor: ActingFor) -> Invoice:
    """Accept an opened invoice (受理): its claim is in order, the accounting office may take it over.

    Raises:
        WrongStatus: it is not open.
        NotAllowed: the actor may not review it.
    """
    return transition(invoice_id, Action.ACCEPT, actor=actor, follow_up=emails.accepted)


def reopen(*, invoice_id: UUID, actor: ActingFor, comment: str) -> Invoice:
    """Take an acceptance back, until the accounting office has taken the invoice over; the supplier is told.

    Raises:
        WrongStatus: it is not accepted.
        NotAllowed: no reason, it was taken over, or the actor may not review it.
    """
    return transition(
        invoice_id,
        Action.REOPEN,
        actor=actor,
        comment=required_comment(comment),
        prepare=lambda invoice: {"accepted_at": None},
        follow_up=emails.reopened,
    )


def reroute(*, invoice_id: UUID, actor: ActingFor, department_id: UUID, comment: str) -> Invoice:
    """Pass an invoice on to the department it concerns (回送): same number, and the document keeps its addressee.

    There it is unopened again; who opened it before stands in its history.

    Raises:
        WrongStatus: it was returned, accepted or cancelled.
        NotAllowed: no reason, the department is not one of this city's, or it lies there already.
    """
    comment = required_comment(comment)
    target = Department.objects.active().filter(pk=department_id, municipality_id=actor.id).first()
    if target is None:
        raise NotAllowed(_("回送先の課を一覧から選び直してください。"))
    data: dict[str, str] = {"to": target.name}

    def prepare(invoice: Invoice) -> Mapping[str, Any]:
        if invoice.department_id == target.pk:
            raise NotAllowed(_("この請求書はすでにその課にあります。"))
        assert invoice.department is not None
        data["from"] = invoice.department.name
        return {"department": target, "opened_at": None, "opened_by": None, "return_requested_at": None}

    return transition(
        invoice_id,
        Action.REROUTE,
        actor=actor,
        comment=comment,
        data=data,
        prepare=prepare,
        follow_up=emails.delivered,
    )
