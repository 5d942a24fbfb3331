"""What the accounting office does with accepted invoices."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.acting import ActingFor, NotAllowed
from invoices import emails
from invoices.documents import schema
from invoices.enums import Action
from invoices.lifecycle.workflow import transition
from invoices.models import Invoice
from portal.lib.calendar import jst_date, today_jst
from portal.lib.yen import Yen

COMMENT_MAX = 1000
AMOUNT_MAX = 999_999_999_999
"""Yen; what has more digits than twelve is a slip of the hand."""


class ImpossiblePayment(NotAllowed):
    """The day or the amount of a payment cannot be.

    Attributes:
        field: The argument of `pay` that is wrong.
    """

    def __init__(self, field: str, message: StrOrPromise) -> None:
        super().__init__(message)
        self.field = field


def take_over(*, invoice_id: UUID, actor: ActingFor) -> Invoice:
    """Take an accepted invoice over into the finance system; from then on its department cannot reopen it.

    Raises:
        WrongStatus: it is not accepted.
        NotAllowed: it was taken over before, or the actor is no accountant of the city.
    """

    def prepare(invoice: Invoice) -> dict[str, object]:
        if invoice.taken_over_at is not None:
            raise NotAllowed(_("この請求書はすでに会計へ引き継がれています。"))
        return {}

    return transition(invoice_id, Action.TAKE_OVER, actor=actor, prepare=prepare)


def recall(*, invoice_id: UUID, actor: ActingFor, comment: str) -> Invoice:
    """Hand an invoice back to its department after a fault was found: it can be reopened and returned as usual.

    Whoever does this confirms that the finance system's entry is deleted.

    Raises:
        WrongStatus: it is not accepted.
        NotAllowed: no reason, it was not taken over, or the actor is no accountant of the city.
    """
    comment = comment.strip()
    if not comment or len(comment) > COMMENT_MAX:
        raise NotAllowed(_("引き戻す理由を1,000文字以内で入力してください。"))

    def prepare(invoice: Invoice) -> dict[str, object]:
        if invoice.taken_over_at is None:
            raise NotAllowed(_("この請求書はまだ会計へ引き継がれていません。"))
        return {"taken_over_at": None}

    return transition(
        invoice_id, Action.RECALL, actor=actor, comment=comment, prepare=prepare, follow_up=emails.recalled
    )


def amount_due(invoice: Invoice) -> Yen:
    """What a city pays for an issued or paper invoice, in yen: 差引お支払額 where tax is withheld, else 請求金額."""
    if invoice.withholding_base is None or invoice.snapshot is None:
        return invoice.total
    withheld = schema.load(invoice.snapshot).withholding
    return invoice.total if withheld is None else withheld.payable


def require_past(paid_on: date) -> None:
    """That a payment was made by today (JST), whichever invoice it is for.

    Raises:
        ImpossiblePayment: the day is still to come.
    """
    if paid_on > today_jst():
        raise ImpossiblePayment("paid_on", _("支払日が先の日付です。実際に支払った日を入力してください。"))


def pay(*, invoice_id: UUID, actor: ActingFor, paid_on: date, amount: Yen | None = None) -> Invoice:
    """Record the payment of an accepted invoice.

    Args:
        paid_on: The day of payment (JST), not in the future and not before the invoice was received.
        amount: Yen, at most AMOUNT_MAX; None for what is due.

    Raises:
        WrongStatus: it is not accepted.
        ImpossiblePayment: the day or the amount cannot be.
        NotPermitted: the actor is no accountant of the city.
    """
    require_past(paid_on)
    if amount is not None and amount <= 0:
        raise ImpossiblePayment("amount", _("支払額は1円以上で入力してください。"))
    if amount is not None and amount > AMOUNT_MAX:
        raise ImpossiblePayment("amount", _("支払額は12桁以内で入力してください。"))

    def prepare(invoice: Invoice) -> dict[str, object]:
        if invoice.delivered_at is not None and paid_on < jst_date(invoice.delivered_at):
            raise ImpossiblePayment("paid_on", _("支払日が、請求書の届いた日より前です。日付を確かめてください。"))
        return {"paid_on": paid_on, "paid_amount": amount_due(invoice) if amount is None else amount}

    return transition(
        invoice_id,
        Action.PAY,
        actor=actor,
        data={"paid_on": paid_on.isoformat(), **({"amount": amount} if amount is not None else {})},
        prepare=prepare,
        follow_up=emails.paid,
    )
