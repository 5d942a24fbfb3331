"""The workflow as data, and the only writer of an invoice's status.

Buttons, batch actions, the API and the clock all ask the same table. Every step is one transaction: the row locked and
read anew, the table and the permission asked, the columns saved, one event appended; follow-ups run after the commit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.acting import ActingFor, NotAllowed, NotPermitted
from invoices.enums import Action, Status
from invoices.models import Invoice, InvoiceEvent
from invoices.permissions import (
    Permission,
    is_accountant,
    is_issuer,
    is_reviewer,
    is_system,
    may_issue,
    may_request_return,
    may_reroute,
)
from portal.lib.request_id import request_id


class WrongStatus(NotAllowed):
    """Somebody was faster, or the page was old: the invoice is no longer where the step starts."""

    def __init__(self, message: StrOrPromise, status: Status) -> None:
        super().__init__(message)
        self.status = status


Hindrance = Callable[[ActingFor | None, Invoice], StrOrPromise | None]


def _nothing(actor: ActingFor | None, invoice: Invoice) -> None:
    return None


def _reserved(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """A draft is issued by its supplier, a scheduled invoice by the clock alone."""
    for_the_clock = invoice.status == Status.SCHEDULED
    return None if is_system(actor, invoice) == for_the_clock else _WHY_NOT[Status(invoice.status)]


def _taken_over(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    if invoice.taken_over_at is None:
        return None
    return _("この請求書はすでに会計へ引き継がれています。受理を取りやめるには、会計に引戻しを依頼してください。")


def _no_request(actor: ActingFor | None, invoice: Invoice) -> StrOrPromise | None:
    """A city may take no requests; and one is enough until the department has answered it or passed the invoice on."""
    if not may_request_return(actor, invoice):
        return _("この市は画面からの差戻しの依頼を受け付けていません。担当の課に直接お問い合わせください。")
    if invoice.return_requested_at is not None:
        return _("差戻しはすでに依頼してあります。課の対応をお待ちください。")
    return None


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the workflow table.

    Attributes:
        permitted: Who may take it.
        at: The column that records when it happened, if it has one.
        hindrance: Why it cannot be taken just now, although the status is right and the person may; None when it can.
    """

    from_statuses: tuple[Status, ...]
    to: Status
    permitted: Permission
    at: str = ""
    hindrance: Hindrance = _nothing


TABLE: Mapping[Action, Step] = {
    Action.SCHEDULE: Step((Status.DRAFT, Status.SCHEDULED), Status.SCHEDULED, is_issuer),
    Action.UNSCHEDULE: Step((Status.SCHEDULED,), Status.DRAFT, is_issuer),
    Action.REFUSE: Step((Status.SCHEDULED,), Status.DRAFT, is_system, "refused_at"),
    Action.ISSUE: Step((Status.DRAFT, Status.SCHEDULED), Status.SENT, may_issue, "issued_at", _reserved),
    Action.DELIVER: Step((Status.SENT,), Status.UNOPENED, is_system, "delivered_at"),
    Action.CANCEL: Step((Status.SENT, Status.UNOPENED), Status.CANCELLED, is_issuer, "cancelled_at"),
    Action.OPEN: Step((Status.UNOPENED,), Status.OPENED, is_reviewer, "opened_at"),
    Action.REROUTE: Step((Status.UNOPENED, Status.OPENED), Status.UNOPENED, may_reroute),
    Action.RETURN: Step((Status.OPENED,), Status.RETURNED, is_reviewer, "returned_at"),
    Action.REQUEST_RETURN: Step((Status.OPENED,), Status.OPENED, is_issuer, "return_requested_at", _no_request),
    Action.ACCEPT: Step((Status.OPENED,), Status.ACCEPTED, is_reviewer, "accepted_at"),
    Action.REOPEN: Step((Status.ACCEPTED,), Status.OPENED, is_reviewer, hindrance=_taken_over),
    Action.TAKE_OVER: Step((Status.ACCEPTED,), Status.ACCEPTED, is_accountant, "taken_over_at"),
    Action.RECALL: Step((Status.ACCEPTED,), Status.ACCEPTED, is_accountant),
    Action.PAY: Step((Status.ACCEPTED,), Status.PAID, is_accountant, "paid_at"),
}
"""Recording a paper invoice is the one step that starts from nothing: `record`."""

_WHY_NOT: Mapping[Status, StrOrPromise] = {
    Status.DRAFT: _("この請求書はまだ発行されていません。"),
    Status.SCHEDULED: _("この請求書は発行予約中です。"),
    Status.SENT: _("この請求書はすでに発行され、送信中です。"),
    Status.UNOPENED: _("この請求書はすでに発行され、相手に届いています。"),
    Status.OPENED: _("この請求書はすでに開封されています。"),
    Status.RETURNED: _("この請求書はすでに差し戻されています。"),
    Status.ACCEPTED: _("この請求書はすでに受理されています。"),
    Status.PAID: _("この請求書はすでに支払済みです。"),
    Status.CANCELLED: _("この請求書は請求者が取り消しました。"),
}


def can(actor: ActingFor | None, action: Action, invoice: Invoice) -> bool:
    """Whether the button for this step is shown."""
    step = TABLE[action]
    if invoice.status not in step.from_statuses or not step.permitted(actor, invoice):
        return False
    return step.hindrance(actor, invoice) is None


def transition(
    invoice_id: UUID,
    action: Action,
    *,
    actor: ActingFor | None,
    comment: str = "",
    data: Mapping[str, Any] | None = None,
    prepare: Callable[[Invoice], Mapping[str, Any]] | None = None,
    follow_up: Callable[[Invoice], None] | None = None,
) -> Invoice:
    """Take one step of the workflow.

    Args:
        actor: Who takes it; None is the system.
        data: What the event keeps of the step beside the comment.
        prepare: Called on the locked row before it is saved; returns further columns to write. What it raises undoes
            the whole step.
        follow_up: Called inside the transaction after the event; it may only write rows (mails, pending work), which
            then commit with their cause.

    Raises:
        WrongStatus: the invoice is not where the step starts, or something stands in its way there.
        NotPermitted: the actor may not take it.
    """
    step = TABLE[action]
    with transaction.atomic():
        invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice_id)
        if not step.permitted(actor, invoice):
            raise NotPermitted
        before = Status(invoice.status)
        if before not in step.from_statuses:
            raise WrongStatus(_WHY_NOT[before], before)
        if hindrance := step.hindrance(actor, invoice):
            raise WrongStatus(hindrance, before)
        columns: dict[str, Any] = dict(prepare(invoice)) if prepare else {}
        columns["status"] = step.to
        if step.at:
            columns[step.at] = Now()
        # The row is locked on PostgreSQL and the whole database on SQLite; the condition holds on any other.
        if not Invoice.objects.filter(pk=invoice_id, status=before).update(updated_at=Now(), **columns):
            raise WrongStatus(_WHY_NOT[before], before)
        _append_event(invoice, action, before, step.to, actor=actor, comment=comment, data=data)
        invoice.refresh_from_db()
        if follow_up:
            follow_up(invoice)
    return invoice


def record(invoice: Invoice, *, actor: ActingFor) -> None:
    """Enter a paper invoice into its life, opened: whoever records it has it in their hands.

    Only inside a transaction, with an invoice that is not saved yet.
    """
    invoice.status = Status.OPENED
    invoice.save(force_insert=True)
    _append_event(invoice, Action.RECORD_PAPER, None, Status.OPENED, actor=actor)


def _append_event(
    invoice: Invoice,
    action: Action,
    before: Status | None,
    after: Status,
    *,
    actor: ActingFor | None,
    comment: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    last = invoice.events.aggregate(last=Max("sequence"))["last"] or 0
    InvoiceEvent.objects.create(
        invoice=invoice,
        sequence=last + 1,
        action=action,
        from_status=before or "",
        to_status=after,
        actor=actor.user if actor else None,
        actor_name=actor.user.name if actor else "",
        actor_role=actor.role if actor else "",
        actor_organisation=actor.name if actor else "",
        comment=comment,
        data=dict(data or {}),
        request_id=request_id.get(),
    )
