"""How claims are settled: paid, in parts if need be, set off against credit notes, refunded, corrected, disputed.

Every entry is a row (`Payment`), and nothing but the rows closes a claim.

Whoever takes a step here locks the claim first and then its credit notes in the order of their ids. Where a correction
may stand in the place of a claim, its whole chain is locked, the first one first.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed
from invoices import emails
from invoices.enums import Action, PaymentKind, Status
from invoices.lifecycle.comments import required_comment
from invoices.lifecycle.dues import due_of, partners
from invoices.lifecycle.entries import record
from invoices.lifecycle.related import corrected_by, credit_notes_against, is_against, lock_chain
from invoices.lifecycle.seen import require_seen
from invoices.lifecycle.transfers import put_in_order
from invoices.lifecycle.workflow import WrongInput, WrongStatus, refusal, step
from invoices.models import Invoice, Payment
from portal.lib.calendar import jst_date, today_jst
from portal.lib.yen import MAX_YEN, Yen, format_yen


class ImpossiblePayment(WrongInput):
    """The day or the amount of a payment cannot be. `field` is the argument that is wrong."""


class PaidMeanwhile(WrongStatus):
    """Another entry was recorded since somebody looked: a colleague's, or their own by a second press."""

    def __init__(self, status: Status) -> None:
        super().__init__(
            _(
                "ほかの支払の記録が先に入りました(ご自分の前の操作のこともあります)。残額を確かめて、必要なときだけもう一度記録してください。"
            ),
            status,
        )


def require_past(paid_on: date, *, came_back: bool = False) -> None:
    """That a payment was made, or money came back, by today (JST), whichever invoice it is for.

    Raises:
        ImpossiblePayment: the day is still to come.
    """
    if paid_on <= today_jst():
        return
    if came_back:
        raise ImpossiblePayment("paid_on", _("戻入日が先の日付です。実際に戻入された日を入力してください。"))
    raise ImpossiblePayment("paid_on", _("支払日が先の日付です。実際に支払った日を入力してください。"))


@transaction.atomic
def pay(
    *,
    invoice_id: UUID,
    actor: ActingFor,
    paid_on: date,
    amount: Yen | None = None,
    reference: str = "",
    seen: int | None = None,
) -> Invoice:
    """Record a payment for an accepted claim, all of what is due or a part of it.

    First its accepted credit notes are set off, so that nobody pays what they take back.

    Args:
        paid_on: The day of payment (JST), not in the future and not before the invoice, or the first one that it
            corrects, was received.
        amount: Yen, at most what is due; None for what is proposed (`Due.proposed`).
        reference: By which the finance system knows the payment.
        seen: How many entries the person saw who decided this; None when nobody looked.

    Raises:
        WrongStatus: it is not accepted, nothing is due, or the rest is disputed.
        PaidMeanwhile: there are more entries than were seen.
        ImpossiblePayment: the day or the amount cannot be.
        NotPermitted: the actor is no accountant of the city.
    """
    require_past(paid_on)
    invoice = _locked(invoice_id, actor, Action.PAY, seen)
    due = due_of(invoice)
    if amount is None:
        amount = due.proposed
        if not amount:
            raise ImpossiblePayment(
                "amount", _("課がまだ受理していない返還請求書があります。受理または差戻しをお待ちください。")
            )
    _require_amount(amount)
    if amount > due.amount:
        raise ImpossiblePayment(
            "amount",
            _(
                "支払える残額は%(due)s円です。支払額を確かめてください。"
                "実際に多く支払ったときは「過払いを記録する」で記録します。"
            )
            % {"due": format_yen(due.amount)},
        )
    _require_received(invoice, paid_on)
    _set_off_notes(invoice, actor, paid_on)
    entry = Payment(kind=PaymentKind.PAYMENT, amount=amount, paid_on=paid_on, reference=reference)
    invoice = record(entry, invoice_id, Action.PAY, actor=actor)
    emails.paid(invoice, entry)
    return invoice


@transaction.atomic
def overpay(
    *,
    invoice_id: UUID,
    actor: ActingFor,
    paid_on: date,
    amount: Yen,
    comment: str,
    reference: str = "",
    seen: int | None = None,
) -> Invoice:
    """Record that more was paid than was due (過払い). The money has left, so the books must show it.

    It is a step of its own, with a reason, so that no slip of the pen becomes one. The claim stays on the list of what
    is to be settled until the excess has come back (`refund`) or the entry is corrected.

    Args:
        amount: Yen; all that was paid, and more than was due.
        comment: How it came about.

    Raises:
        WrongStatus: it is neither accepted nor paid.
        PaidMeanwhile: there are more entries than were seen.
        ImpossiblePayment: the day or the amount cannot be, or it is not above what was due.
        NotPermitted: the actor is no accountant of the city.
        NotAllowed: no reason.
    """
    require_past(paid_on)
    comment = required_comment(comment, _("過払いの理由"))
    invoice = _locked(invoice_id, actor, Action.OVERPAY, seen)
    _require_amount(amount)
    if amount <= due_of(invoice).amount:
        raise ImpossiblePayment(
            "amount", _("残額を超えていないため、過払いではありません。「支払を記録する」で記録してください。")
        )
    _require_received(invoice, paid_on)
    _set_off_notes(invoice, actor, paid_on)
    entry = Payment(kind=PaymentKind.PAYMENT, amount=amount, paid_on=paid_on, reference=reference, reason=comment)
    invoice = record(entry, invoice_id, Action.OVERPAY, actor=actor, comment=comment)
    emails.paid(invoice, entry)
    return invoice


@transaction.atomic
def set_off(*, invoice_id: UUID, partner_id: UUID, actor: ActingFor, seen: int | None = None) -> Invoice:
    """Set a credit note off against a claim of the same supplier and city (充当), as far as both go.

    Args:
        invoice_id: The credit note or the claim; `partner_id` is the other of the two.
        seen: How many entries of `invoice_id` the person saw; None when nobody looked.

    Raises:
        WrongStatus: one of them is not accepted, or nothing is left of it.
        PaidMeanwhile: there are more entries than were seen.
        NotPermitted: the actor is no accountant of the city.
        NotAllowed: the two do not belong together.
    """
    one = Invoice.objects.get(pk=invoice_id)
    claim_id, note_id = (partner_id, invoice_id) if one.is_credit_note else (invoice_id, partner_id)
    _lock(claim_id, note_id)
    invoice = Invoice.objects.get(pk=invoice_id)
    if refused := refusal(actor, Action.SET_OFF, invoice):
        raise refused
    _require_seen(invoice, seen)
    if not partners(invoice).filter(pk=partner_id).exists():
        raise NotAllowed(_("充当する相手を一覧から選び直してください。"))
    claim, note = Invoice.objects.get(pk=claim_id), Invoice.objects.get(pk=note_id)
    due = due_of(claim)
    # Its own credit notes come first; this one may be among them.
    room = due.balance if is_against(note, claim) else due.amount
    if room <= 0:
        raise NotAllowed(_("その請求書の残額は、それを減額する返還請求書で尽きます。別の請求書を選んでください。"))
    amount = _set_off(claim, note, min(room, -note.balance), actor, today_jst())
    invoice.refresh_from_db()
    emails.set_off(note=note, claim=claim, amount=amount)
    return invoice


@transaction.atomic
def refund(
    *,
    invoice_id: UUID,
    actor: ActingFor,
    paid_on: date,
    amount: Yen | None = None,
    reference: str = "",
    seen: int | None = None,
) -> Invoice:
    """Record that money came back from the supplier (戻入): for a credit note, or of what was overpaid.

    Args:
        paid_on: The day on which it came in (JST).
        amount: Yen, above zero, at most what is to come back; None for all of it.

    Raises:
        WrongStatus: it is not accepted, or nothing is to come back.
        PaidMeanwhile: there are more entries than were seen.
        ImpossiblePayment: the day or the amount cannot be.
        NotPermitted: the actor is no accountant of the city.
    """
    require_past(paid_on, came_back=True)
    invoice = _locked(invoice_id, actor, Action.REFUND, seen)
    amount = -invoice.balance if amount is None else amount
    _require_amount(amount)
    if amount > -invoice.balance:
        raise ImpossiblePayment(
            "amount",
            _("戻入できるのは%(left)s円までです。金額を確かめてください。") % {"left": format_yen(-invoice.balance)},
        )
    _require_received(invoice, paid_on, came_back=True)
    entry = Payment(kind=PaymentKind.REFUND, amount=-amount, paid_on=paid_on, reference=reference)
    invoice = record(entry, invoice_id, Action.REFUND, actor=actor)
    emails.refunded(invoice, entry)
    return invoice


@transaction.atomic
def correct(*, invoice_id: UUID, payment_id: UUID, actor: ActingFor, comment: str) -> Invoice:
    """Take an entry back by a counter-entry; the mistaken one stays and says so. The right one is then recorded anew.

    What was paid and is no longer, is accepted again. A set-off is taken back on the claim and on the credit note.
    Where a correction stands in the place of either, what is settled of that one changes by the same amount.

    Raises:
        WrongStatus: there is nothing to correct, or this entry was taken back before.
        NotPermitted: the actor is no accountant of the city.
        NotAllowed: no reason, the entry is of another invoice, or it is a transfer.
    """
    comment = required_comment(comment, _("訂正の理由"))
    mistaken = Payment.objects.filter(pk=payment_id).first()
    if mistaken is None or invoice_id not in (mistaken.invoice_id, mistaken.partner_id):
        raise NotAllowed(_("訂正する記録を一覧から選び直してください。"))
    settled = [key for key in (mistaken.invoice_id, mistaken.credit_note_id) if key is not None]
    for key in settled:
        lock_chain(key)
    invoice = Invoice.objects.get(pk=invoice_id)
    if refused := refusal(actor, Action.CORRECT, invoice):
        raise refused
    if mistaken.transferred_from_id is not None:
        raise NotAllowed(_("引継ぎは訂正できません。引き継ぐ前の請求書で、誤った記録を訂正してください。"))
    if not Payment.objects.in_force().filter(pk=payment_id).exists():
        raise WrongStatus(_("この記録はすでに訂正されています。"), Status(invoice.status))
    entry = Payment(
        kind=PaymentKind.COUNTER_ENTRY,
        amount=-mistaken.amount,
        paid_on=today_jst(),
        reference=mistaken.reference,
        reason=comment,
        credit_note_id=mistaken.credit_note_id,
        takes_back=mistaken,
    )
    record(entry, mistaken.invoice_id, Action.CORRECT, actor=actor, comment=comment)
    for key in settled:
        put_in_order(Invoice.objects.get(pk=key), actor=actor)
    invoice = Invoice.objects.get(pk=invoice_id)
    emails.payment_corrected(invoice, entry)
    return invoice


@transaction.atomic
def dispute(*, invoice_id: UUID, actor: ActingFor, comment: str, seen: int | None = None) -> Invoice:
    """Mark what is left of a claim as disputed (係争中): it is not paid until the dispute has ended.

    Args:
        seen: How many steps of its history the person saw; None when nobody looked.

    Raises:
        WrongStatus: it is not accepted, nothing is due, or it is disputed already.
        ChangedMeanwhile: there are more steps than were seen.
        NotPermitted: the actor is no accountant of the city.
        NotAllowed: no reason.
    """
    comment = required_comment(comment, _("係争の理由"))
    with step(invoice_id, Action.DISPUTE, actor=actor, comment=comment) as invoice:
        require_seen(invoice, seen)
        invoice.dispute_reason = comment
    emails.disputed(invoice)
    return invoice


@transaction.atomic
def end_dispute(*, invoice_id: UUID, actor: ActingFor, comment: str, seen: int | None = None) -> Invoice:
    """End a dispute: what is left can be paid, and the supplier gets a mail as at its beginning.

    Args:
        seen: How many steps of its history the person saw; None when nobody looked.

    Raises:
        WrongStatus: it is not accepted, or not disputed.
        ChangedMeanwhile: there are more steps than were seen.
        NotPermitted: the actor is no accountant of the city.
        NotAllowed: no reason.
    """
    comment = required_comment(comment, _("係争を終える理由"))
    with step(invoice_id, Action.END_DISPUTE, actor=actor, comment=comment) as invoice:
        require_seen(invoice, seen)
        invoice.disputed_at, invoice.dispute_reason = None, ""
    emails.dispute_ended(invoice)
    return invoice


def entries_seen(invoice: Invoice) -> int:
    """How many entries there are, for a form that is to be refused when there are more."""
    return Payment.objects.of(invoice).count()


def _lock(*invoice_ids: UUID) -> None:
    for invoice_id in invoice_ids:
        Invoice.objects.select_for_update(of=("self",)).get(pk=invoice_id)


def _locked(invoice_id: UUID, actor: ActingFor, action: Action, seen: int | None) -> Invoice:
    """The invoice as it is now, with the credit notes that name it locked, if the step can be taken."""
    invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice_id)
    list(credit_notes_against(invoice).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    if refused := refusal(actor, action, invoice):
        raise refused
    _require_seen(invoice, seen)
    return invoice


def _require_seen(invoice: Invoice, seen: int | None) -> None:
    if seen is not None and seen != entries_seen(invoice):
        raise PaidMeanwhile(Status(invoice.status))


def _require_amount(amount: Yen) -> None:
    if amount <= 0:
        raise ImpossiblePayment("amount", _("金額は1円以上で入力してください。"))
    if amount > MAX_YEN:
        raise ImpossiblePayment("amount", _("金額は12桁以内で入力してください。"))


def _require_received(invoice: Invoice, paid_on: date, *, came_back: bool = False) -> None:
    """Money may have moved before a correction or a credit note arrived, and never before the first claim did."""
    named = [invoice.original] if invoice.original is not None else []
    behind = [one for each in (invoice, *named) for one in (each, *corrected_by(each))]
    first = min((one.delivered_at for one in behind if one.delivered_at is not None), default=None)
    if first is None or paid_on >= jst_date(first):
        return
    name = _("もとの請求書") if named else invoice.words.name
    said = _("支払日が、%(name)sの届いた日より前です。日付を確かめてください。")
    if came_back:
        said = _("戻入日が、%(name)sの届いた日より前です。日付を確かめてください。")
    raise ImpossiblePayment("paid_on", said % {"name": name})


def _set_off_notes(claim: Invoice, actor: ActingFor, day: date) -> None:
    """Set off the accepted credit notes against the claim, the oldest first, as long as anything is left of it.

    A payment may be recorded later than it was made; nothing is set off before the city accepted it.
    """
    for note in credit_notes_against(claim).filter(status=Status.ACCEPTED).order_by("issued_at", "pk"):
        left = Invoice.objects.get(pk=claim.pk).balance
        if left > 0 and note.balance < 0:
            assert note.accepted_at is not None
            _set_off(claim, note, min(left, -note.balance), actor, max(day, jst_date(note.accepted_at)))


def _set_off(claim: Invoice, note: Invoice, amount: Yen, actor: ActingFor, day: date) -> Yen:
    entry = Payment(kind=PaymentKind.SET_OFF, amount=amount, paid_on=day, credit_note=note)
    record(entry, claim.pk, Action.SET_OFF, actor=actor)
    return amount
