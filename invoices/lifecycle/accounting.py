"""What the accounting office does with accepted invoices."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor
from invoices import emails
from invoices.documents import schema
from invoices.enums import Action
from invoices.lifecycle.comments import required_comment
from invoices.lifecycle.workflow import WrongInput, step, transition
from invoices.models import Invoice
from portal.lib.calendar import jst_date, today_jst
from portal.lib.yen import MAX_YEN, Yen


class ImpossiblePayment(WrongInput):
    """The day or the amount of a payment cannot be. `field` is the argument of `pay` that is wrong."""


@transaction.atomic
def take_over(*, invoice_id: UUID, actor: ActingFor) -> Invoice:
    """Take an accepted invoice over into the finance system; from then on its department cannot reopen it.

    Raises:
        WrongStatus: it is not accepted, or it was taken over before.
        NotPermitted: the actor is no accountant of the city.
    """
    return transition(invoice_id, Action.TAKE_OVER, actor=actor)


@transaction.atomic
def recall(*, invoice_id: UUID, actor: ActingFor, comment: str) -> Invoice:
    """Hand an invoice back to its department after a fault was found: it can be reopened and returned as usual.

    Whoever does this confirms that the finance system's entry is deleted.

    Raises:
        WrongStatus: it is not accepted, or it was not taken over.
        NotPermitted: the actor is no accountant of the city.
        NotAllowed: no reason.
    """
    comment = required_comment(comment, _("引き戻す理由"))
    with step(invoice_id, Action.RECALL, actor=actor, comment=comment) as invoice:
        invoice.taken_over_at = None
    emails.recalled(invoice)
    return invoice


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


@transaction.atomic
def pay(*, invoice_id: UUID, actor: ActingFor, paid_on: date, amount: Yen | None = None) -> Invoice:
    """Record the payment of an accepted invoice.

    Args:
        paid_on: The day of payment (JST), not in the future and not before the invoice was received.
        amount: Yen, at most MAX_YEN; None for what is due.

    Raises:
        WrongStatus: it is not accepted.
        ImpossiblePayment: the day or the amount cannot be.
        NotPermitted: the actor is no accountant of the city.
    """
    require_past(paid_on)
    if amount is not None and amount <= 0:
        raise ImpossiblePayment("amount", _("支払額は1円以上で入力してください。"))
    if amount is not None and amount > MAX_YEN:
        raise ImpossiblePayment("amount", _("支払額は12桁以内で入力してください。"))
    data: dict[str, object] = {"paid_on": paid_on.isoformat()}
    if amount is not None:
        data["amount"] = amount
    with step(invoice_id, Action.PAY, actor=actor, data=data) as invoice:
        if invoice.delivered_at is not None and paid_on < jst_date(invoice.delivered_at):
            raise ImpossiblePayment("paid_on", _("支払日が、請求書の届いた日より前です。日付を確かめてください。"))
        invoice.paid_on = paid_on
        invoice.paid_amount = amount_due(invoice) if amount is None else amount
    emails.paid(invoice)
    return invoice
