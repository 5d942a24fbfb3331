"""What a supplier does about an invoice that is out: withdraw it, or replace it by a corrected one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.acting import ActingFor, NotAllowed, NotPermitted
from invoices import emails
from invoices.enums import Action, Status
from invoices.lifecycle import attachments, credit_notes, drafting
from invoices.lifecycle.comments import COMMENT_MAX, required_comment
from invoices.lifecycle.workflow import WrongStatus, transition
from invoices.models import Invoice
from invoices.permissions import is_issuer
from portal.lib.calendar import today_jst

REPLACEABLE = (Status.RETURNED, Status.CANCELLED)


def cancel(*, invoice_id: UUID, actor: ActingFor, comment: str = "") -> Invoice:
    """Withdraw an invoice that the department has not opened yet.

    The number, the PDF and the history stay (電子帳簿保存法7条: a deletion must remain visible).

    Raises:
        WrongStatus: the department opened it first, or a credit note reduces it (`why_not_cancel`).
        NotAllowed: the actor may not cancel.
    """
    return transition(
        invoice_id,
        Action.CANCEL,
        actor=actor,
        comment=comment.strip()[:COMMENT_MAX],
        prepare=_require_unreduced,
        follow_up=emails.cancelled,
    )


def why_not_cancel(invoice: Invoice) -> StrOrPromise | None:
    """What stands in the way of withdrawing an invoice, and what to do first: returns of nothing would be left."""
    reducing = credit_notes.reducing(invoice).order_by("issued_at").first()
    if reducing is None:
        return None
    return _(
        "返還請求書%(number)sがこの請求書を減額しているため、取り消せません。"
        "先に返還請求書を取り消してください。開封されていれば、差戻しを依頼してください。"
    ) % {"number": reducing.number}


def request_return(*, invoice_id: UUID, actor: ActingFor, comment: str) -> Invoice:
    """Ask the department to return an opened invoice (差戻依頼). The status stays; the department sees the request.

    Raises:
        WrongStatus: it is not open, the city takes no such requests, or one waits for an answer already.
        NotAllowed: no reason, or it is another supplier's.
    """
    comment = required_comment(comment, _("差戻しを依頼する理由"))
    return transition(
        invoice_id, Action.REQUEST_RETURN, actor=actor, comment=comment, follow_up=emails.return_requested
    )


def reissue(*, invoice_id: UUID, actor: ActingFor) -> Invoice:
    """Begin the correction of a returned or cancelled invoice: a new draft, a copy that refers to the old one.

    The old one stays as it is. It has at most one live successor: asked again, the same draft comes back. A cancelled
    correction is copied as well, but the city never acted on it: the new one refers to what it had returned before.

    Raises:
        WrongStatus: it is neither returned nor cancelled.
        NotAllowed: it is another supplier's, or it has been replaced already.
    """
    with transaction.atomic():
        # Whoever begins a correction anywhere in a chain waits for the others at its first invoice.
        _lock_chain(invoice_id)
        invoice = Invoice.objects.select_related("department__municipality").get(pk=invoice_id)
        if not is_issuer(actor, invoice):
            raise NotPermitted
        if invoice.status not in REPLACEABLE:
            raise WrongStatus(
                _("再発行できるのは、差し戻された請求書と取り消した請求書だけです。"), Status(invoice.status)
            )
        successor = live_successor(invoice)
        if successor is not None:
            if successor.status == Status.DRAFT:
                return successor
            raise NotAllowed(_("この請求書はすでに再発行されています。"))
        data = replace(drafting.input_of(invoice), issue_date=today_jst())
        draft, content = drafting.build(data, actor=actor)
        draft.replaces = _to_replace(invoice)
        draft.version = 1
        draft.save()
        drafting.write(draft, content)
        attachments.copy(invoice, draft)
    return draft


def live_successor(invoice: Invoice) -> Invoice | None:
    """The invoice or draft that stands in this one's place now; a cancelled one does not count, but its own does.

    The successor of a cancelled correction may stand beside it, as another correction of what it had replaced.
    """
    waiting = list(_nearest_uncancelled(invoice).successors.all())
    while waiting:
        successor = waiting.pop()
        if successor.status != Status.CANCELLED:
            return successor
        waiting.extend(successor.successors.all())
    return None


def can_reissue(actor: ActingFor, invoice: Invoice) -> bool:
    """Whether the button 修正して再発行 is shown."""
    if not is_issuer(actor, invoice) or invoice.status not in REPLACEABLE:
        return False
    successor = live_successor(invoice)
    return successor is None or successor.status == Status.DRAFT


def _require_unreduced(invoice: Invoice) -> Mapping[str, Any]:
    """That no credit note reduces a locked invoice.

    The drafts of such documents are locked too: one that is being issued is waited for if it has been checked already,
    and otherwise finds the invoice withdrawn.
    """
    list(credit_notes.about(invoice).select_for_update(of=("self",)).values_list("pk"))
    if reason := why_not_cancel(invoice):
        raise WrongStatus(reason, Status(invoice.status))
    return {}


def _to_replace(invoice: Invoice) -> Invoice:
    nearest = _nearest_uncancelled(invoice)
    return invoice if nearest.status == Status.CANCELLED else nearest


def _nearest_uncancelled(invoice: Invoice) -> Invoice:
    """The invoice or, if it was cancelled, what it was to replace, and so on; the first of all where all were."""
    while invoice.status == Status.CANCELLED and invoice.replaces is not None:
        invoice = invoice.replaces
    return invoice


def _lock_chain(invoice_id: UUID) -> None:
    first = invoice_id
    while before := Invoice.objects.filter(pk=first, replaces__isnull=False).values_list("replaces", flat=True).first():
        first = before
    Invoice.objects.select_for_update(of=("self",)).get(pk=first)
