"""What a department does with an invoice."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed
from invoices import emails
from invoices.enums import Action, ReturnReason
from invoices.lifecycle.workflow import transition
from invoices.models import Invoice

COMMENT_MAX = 1000


def open_invoice(*, invoice_id: UUID, actor: ActingFor) -> Invoice:
    """Open an invoice (開封): the first opener and the time are recorded, and the supplier can no longer cancel.

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
    comment = comment.strip()
    if not comment or len(comment) > COMMENT_MAX:
        raise NotAllowed(_("差戻しの理由を1,000文字以内で入力してください。"))
    return transition(
        invoice_id,
        Action.RETURN,
        actor=actor,
        comment=comment,
        prepare=lambda invoice: {"return_reason": reason, "return_comment": comment},
        follow_up=emails.returned,
    )
