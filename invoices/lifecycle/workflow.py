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

from accounts.acting import ActingFor, NotAllowed
from invoices.enums import Action, Status
from invoices.models import Invoice, InvoiceEvent
from invoices.models.event import NAME_MAX
from invoices.permissions import Permission, is_issuer, is_reviewer, is_system
from portal.lib.request_id import request_id


class WrongStatus(NotAllowed):
    """Somebody was faster, or the page was old: the invoice is no longer where the step starts."""

    def __init__(self, message: StrOrPromise, status: Status) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the workflow table.

    Attributes:
        permitted: Who may take it.
        at: The column that records when it happened, if it has one.
    """

    from_statuses: tuple[Status, ...]
    to: Status
    permitted: Permission
    at: str = ""


TABLE: Mapping[Action, Step] = {
    Action.ISSUE: Step((Status.DRAFT,), Status.SENT, is_issuer, "issued_at"),
    Action.DELIVER: Step((Status.SENT,), Status.UNOPENED, is_system, "delivered_at"),
    Action.CANCEL: Step((Status.SENT, Status.UNOPENED), Status.CANCELLED, is_issuer, "cancelled_at"),
    Action.OPEN: Step((Status.UNOPENED,), Status.OPENED, is_reviewer, "opened_at"),
    Action.RETURN: Step((Status.OPENED,), Status.RETURNED, is_reviewer, "returned_at"),
}

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
    return invoice.status in step.from_statuses and step.permitted(actor, invoice)


def transition(
    invoice_id: UUID,
    action: Action,
    *,
    actor: ActingFor | None,
    comment: str = "",
    prepare: Callable[[Invoice], Mapping[str, Any]] | None = None,
    follow_up: Callable[[Invoice], None] | None = None,
) -> Invoice:
    """Take one step of the workflow.

    Args:
        actor: Who takes it; None is the system.
        prepare: Called on the locked row before it is saved; returns further columns to write. What it raises undoes
            the whole step.
        follow_up: Called inside the transaction after the event; it may only write rows (mails, pending work), which
            then commit with their cause.

    Raises:
        WrongStatus: the invoice is not where the step starts.
        NotAllowed: the actor may not take it.
    """
    step = TABLE[action]
    with transaction.atomic():
        invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice_id)
        if not step.permitted(actor, invoice):
            raise NotAllowed(_("この操作を行う権限がありません。"))
        before = Status(invoice.status)
        if before not in step.from_statuses:
            raise WrongStatus(_WHY_NOT[before], before)
        columns: dict[str, Any] = dict(prepare(invoice)) if prepare else {}
        columns["status"] = step.to
        if step.at:
            columns[step.at] = Now()
        # The row is locked on PostgreSQL and the whole database on SQLite; the condition holds on any other.
        if not Invoice.objects.filter(pk=invoice_id, status=before).update(updated_at=Now(), **columns):
            raise WrongStatus(_WHY_NOT[before], before)
        _append_event(invoice, action, before, step.to, actor, comment)
        invoice.refresh_from_db()
        if follow_up:
            follow_up(invoice)
    return invoice


def _append_event(
    invoice: Invoice, action: Action, before: Status, after: Status, actor: ActingFor | None, comment: str
) -> None:
    last = invoice.events.aggregate(last=Max("sequence"))["last"] or 0
    InvoiceEvent.objects.create(
        invoice=invoice,
        sequence=last + 1,
        action=action,
        from_status=before,
        to_status=after,
        actor=actor.user if actor else None,
        actor_name=str(actor.user)[:NAME_MAX] if actor else "",  # without a name it is the mail address
        actor_role=actor.role if actor else "",
        actor_organisation=actor.name if actor else "",
        comment=comment,
        request_id=request_id.get(),
    )
