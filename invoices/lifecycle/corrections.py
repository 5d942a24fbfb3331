"""What a supplier does about an invoice that is out: withdraw it, or replace it by a corrected one."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed
from invoices import emails
from invoices.enums import Action, Status
from invoices.lifecycle import attachments, drafting
from invoices.lifecycle.comments import COMMENT_MAX, required_comment
from invoices.lifecycle.related import live_successor, lock_first_of_chain, nearest_uncancelled
from invoices.lifecycle.workflow import step, transition
from invoices.models import Invoice, InvoiceEvent
from portal.lib.calendar import today_jst

CANCELLED_A_DAY = 50
"""Each issue and each cancellation is a mail to everybody in the department."""


@transaction.atomic
def cancel(*, invoice_id: UUID, actor: ActingFor, comment: str = "") -> Invoice:
    """Withdraw an invoice that the department has not opened yet.

    The number, the PDF and the history stay (電子帳簿保存法7条: a deletion must remain visible).

    Raises:
        WrongStatus: the department opened it first, or a credit note reduces it.
        NotPermitted: it is another supplier's.
        NotAllowed: CANCELLED_A_DAY of the supplier's were cancelled within a day.
    """
    with step(invoice_id, Action.CANCEL, actor=actor, comment=comment.strip()[:COMMENT_MAX]) as invoice:
        _require_few_cancelled(actor)
    emails.cancelled(invoice)
    return invoice


@transaction.atomic
def request_return(*, invoice_id: UUID, actor: ActingFor, comment: str) -> Invoice:
    """Ask the department to return an opened invoice (差戻依頼). The status stays; the department sees the request.

    Raises:
        WrongStatus: it is not open, the city takes no such requests, or one waits for an answer already.
        NotPermitted: it is another supplier's.
        NotAllowed: no reason.
    """
    comment = required_comment(comment, _("差戻しを依頼する理由"))
    invoice = transition(invoice_id, Action.REQUEST_RETURN, actor=actor, comment=comment)
    emails.return_requested(invoice)
    return invoice


@transaction.atomic
def reissue(*, invoice_id: UUID, actor: ActingFor) -> Invoice:
    """Begin the correction of an invoice that is out: a new draft, a copy that refers to the old one.

    One that was returned or cancelled, or is accepted or paid already: that ends no duty to correct (消費税法57条の4④).

    The old one stays as it is. It has at most one live successor: asked again, the same draft comes back. A cancelled
    correction is copied as well, but the city never acted on it: the new one refers to what it had returned before.

    Raises:
        WrongStatus: the department still examines it, or it has been replaced already.
        NotPermitted: it is another supplier's.
    """
    # Whoever begins a correction anywhere in a chain waits here for the others.
    lock_first_of_chain(invoice_id)
    with step(invoice_id, Action.REISSUE, actor=actor) as invoice:
        begun = live_successor(invoice)
        if begun is not None:
            return begun
        drafting.require_room(actor)
        data = replace(drafting.input_of(invoice), issue_date=today_jst())
        draft, content = drafting.build(data, actor=actor)
        draft.replaces = _to_replace(invoice)
        draft.version = 1
        draft.save()
        drafting.write(draft, content)
        attachments.copy(invoice, draft)
    return draft


def _require_few_cancelled(actor: ActingFor) -> None:
    lately = InvoiceEvent.objects.filter(
        action=Action.CANCEL, at__gt=Now() - timedelta(days=1), invoice__in=Invoice.objects.visible_to(actor)
    )
    if lately.count() >= CANCELLED_A_DAY:
        raise NotAllowed(
            _(
                "1日に取り消せるのは%(max)d件までです。明日もう一度お試しいただくか、発行先の課に差戻しを依頼してください。"
            )
            % {"max": CANCELLED_A_DAY}
        )


def _to_replace(invoice: Invoice) -> Invoice:
    nearest = nearest_uncancelled(invoice)
    return invoice if nearest.status == Status.CANCELLED else nearest
