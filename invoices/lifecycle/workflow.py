"""The workflow as data, and the only writer of an invoice's status.

Buttons, batch actions and the clock all ask the same table. Every step is one transaction: the row locked and
read anew, the table asked, the columns saved, one event appended; what follows from it commits with it.

Attributes:
    TABLE: Who may do what, from where to where, and what may stand in the way.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.acting import ActingFor, NotAllowed, NotPermitted
from invoices.enums import Action, Status
from invoices.lifecycle import blockers
from invoices.lifecycle.blockers import Blocker, where_it_is
from invoices.lifecycle.related import credit_notes_about, credit_notes_against
from invoices.models import Invoice, InvoiceEvent
from invoices.permissions import (
    Permission,
    is_accountant,
    is_issuer,
    is_reviewer,
    is_system,
    may_issue,
    may_keep_paper,
    may_reroute,
)
from portal.lib.request_id import request_id


class WrongStatus(NotAllowed):
    """Somebody was faster, or the page was old: the invoice is no longer where the step starts."""

    def __init__(self, message: StrOrPromise, status: Status) -> None:
        super().__init__(message)
        self.status = status


class WrongInput(NotAllowed):
    """What somebody typed for a step cannot be.

    Attributes:
        field: What the step's form calls it.
    """

    def __init__(self, field: str, message: StrOrPromise) -> None:
        super().__init__(message)
        self.field = field


class Blocked(WrongStatus):
    """The status is right and the person may, but something else stands in the way. `message` says what."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the workflow table.

    Attributes:
        to: None when the invoice stays as it is and a new draft is begun from it: nothing is written on it, no event.
        unsettled: Where it ends instead as long as its payments do not come to what is payable.
        permitted: Who may take the step.
        at: The column that records when it happened, if it has one.
        blockers: What may stand in its way although the status is right and the person may.
        also_locks: Other invoices that the blockers read, and that therefore stay as they are until the step ends.
        only_from: The sentence for an invoice in another status, where it is not enough to say where that one is.
    """

    from_statuses: tuple[Status, ...]
    to: Status | None
    permitted: Permission
    unsettled: Status | None = None
    at: str = ""
    blockers: tuple[Blocker, ...] = ()
    also_locks: Callable[[Invoice], QuerySet[Invoice]] | None = None
    only_from: StrOrPromise = ""

    @property
    def ends(self) -> tuple[Status, ...]:
        """Where the step may leave an invoice."""
        return tuple(status for status in (self.to, self.unsettled) if status is not None)

    def end_of(self, invoice: Invoice) -> Status | None:
        """Where the step leaves this invoice, as its columns are now."""
        return self.to if self.unsettled is None or not invoice.balance else self.unsettled


TABLE: Mapping[Action, Row] = {
    Action.SCHEDULE: Row((Status.DRAFT, Status.SCHEDULED), Status.SCHEDULED, is_issuer),
    Action.UNSCHEDULE: Row((Status.SCHEDULED,), Status.DRAFT, is_issuer),
    Action.REFUSE: Row((Status.SCHEDULED,), Status.DRAFT, is_system, at="refused_at"),
    Action.ISSUE: Row(
        (Status.DRAFT, Status.SCHEDULED), Status.SENT, may_issue, at="issued_at", blockers=(blockers.wrong_issuer,)
    ),
    Action.DELIVER: Row((Status.SENT,), Status.UNOPENED, is_system, at="delivered_at"),
    Action.CANCEL: Row(
        (Status.SENT, Status.UNOPENED),
        Status.CANCELLED,
        is_issuer,
        at="cancelled_at",
        blockers=(blockers.opened_before, blockers.reduced),
        # The drafts among them, too: one that is being issued is waited for if it has been checked already, and
        # otherwise finds the invoice withdrawn.
        also_locks=credit_notes_about,
    ),
    Action.OPEN: Row((Status.UNOPENED,), Status.OPENED, is_reviewer, at="opened_at", blockers=(blockers.closed,)),
    Action.REROUTE: Row((Status.UNOPENED, Status.OPENED), Status.UNOPENED, may_reroute, blockers=(blockers.closed,)),
    Action.MOVE: Row((Status.UNOPENED,), Status.UNOPENED, is_system),
    Action.RETURN: Row((Status.OPENED,), Status.RETURNED, is_reviewer, at="returned_at", blockers=(blockers.closed,)),
    Action.REQUEST_RETURN: Row(
        (Status.OPENED,),
        Status.OPENED,
        is_issuer,
        at="return_requested_at",
        blockers=(blockers.closed, blockers.requests_not_taken, blockers.already_requested),
    ),
    Action.ACCEPT: Row(
        (Status.OPENED,),
        Status.ACCEPTED,
        is_reviewer,
        at="accepted_at",
        blockers=(blockers.closed, blockers.typed_alone),
    ),
    # A correction may be paid with what was transferred to it alone; that goes back with the acceptance.
    Action.REOPEN: Row(
        (Status.ACCEPTED, Status.PAID),
        Status.OPENED,
        is_reviewer,
        blockers=(blockers.closed, blockers.in_accounting, blockers.partly_settled),
    ),
    # What has nothing left to be paid is at its end with it: a claim of nothing, and a correction that is settled by
    # what was transferred to it, of which the finance system has to hear all the same.
    Action.TAKE_OVER: Row(
        (Status.ACCEPTED, Status.PAID),
        Status.PAID,
        is_accountant,
        unsettled=Status.ACCEPTED,
        at="taken_over_at",
        blockers=(blockers.not_to_pay, blockers.closed, blockers.taken_over, blockers.accepted_alone),
    ),
    Action.RECALL: Row(
        (Status.ACCEPTED, Status.PAID),
        Status.OPENED,
        is_accountant,
        at="recalled_at",
        blockers=(blockers.closed, blockers.partly_settled, blockers.not_taken_over),
    ),
    Action.CORRECT_PAPER: Row((Status.OPENED,), Status.OPENED, may_keep_paper),
    Action.WITHDRAW_PAPER: Row((Status.OPENED,), Status.CANCELLED, may_keep_paper, at="cancelled_at"),
    Action.PAY: Row(
        (Status.ACCEPTED,),
        Status.PAID,
        is_accountant,
        unsettled=Status.ACCEPTED,
        blockers=(
            blockers.not_to_give_back,
            blockers.closed,
            blockers.disputed,
            blockers.nothing_due,
            blockers.accepted_alone,
        ),
        also_locks=credit_notes_against,
    ),
    Action.OVERPAY: Row(
        (Status.ACCEPTED, Status.PAID),
        Status.ACCEPTED,
        is_accountant,
        blockers=(blockers.not_to_pay, blockers.closed, blockers.accepted_alone),
        also_locks=credit_notes_against,
    ),
    # Taken with both, the claim and the credit note; the claim is locked first.
    Action.SET_OFF: Row(
        (Status.ACCEPTED,),
        Status.PAID,
        is_accountant,
        unsettled=Status.ACCEPTED,
        blockers=(blockers.closed, blockers.nothing_to_set_off, blockers.set_off_alone),
    ),
    Action.REFUND: Row(
        (Status.ACCEPTED,),
        Status.PAID,
        is_accountant,
        unsettled=Status.ACCEPTED,
        blockers=(blockers.closed, blockers.nothing_to_refund),
    ),
    Action.CORRECT: Row(
        (Status.ACCEPTED, Status.PAID),
        Status.PAID,
        is_accountant,
        unsettled=Status.ACCEPTED,
        blockers=(blockers.nothing_to_correct,),
    ),
    # Follows from an acceptance that comes or goes, and from a correction of what was transferred; taken with both.
    Action.TRANSFER: Row(
        (Status.ACCEPTED, Status.PAID),
        Status.PAID,
        is_system,
        unsettled=Status.ACCEPTED,
        blockers=(blockers.nothing_to_transfer,),
    ),
    Action.DISPUTE: Row(
        (Status.ACCEPTED,),
        Status.ACCEPTED,
        is_accountant,
        at="disputed_at",
        blockers=(blockers.not_to_pay, blockers.closed, blockers.disputed, blockers.nothing_due),
    ),
    Action.END_DISPUTE: Row(
        (Status.ACCEPTED,), Status.ACCEPTED, is_accountant, blockers=(blockers.closed, blockers.not_disputed)
    ),
    # The duty to correct does not end with the acceptance or the payment (消費税法57条の4④). While a department still
    # examines an invoice, it returns it instead.
    Action.REISSUE: Row(
        (Status.RETURNED, Status.CANCELLED, Status.ACCEPTED, Status.PAID),
        None,
        is_issuer,
        blockers=(blockers.replaced,),
        only_from=_("再発行できるのは、差し戻されたもの、取り消したものと、受理または支払の済んだものだけです。"),
    ),
    # Delivered and still claiming: what came back (差戻し) is corrected by a new invoice instead.
    Action.CREDIT_NOTE: Row(
        (Status.UNOPENED, Status.OPENED, Status.ACCEPTED, Status.PAID),
        None,
        is_issuer,
        blockers=(blockers.is_credit_note, blockers.closed),
        only_from=_("返還請求書を作成できるのは、課が受け取っている請求書だけです。"),
    ),
}
"""Recording a paper invoice is the one step that starts from nothing: `record`."""


def can(actor: ActingFor | None, action: Action, invoice: Invoice) -> bool:
    """Whether the step can be taken, and its button is shown."""
    # The status costs no query, unlike some permissions.
    return invoice.status in TABLE[action].from_statuses and refusal(actor, action, invoice) is None


def refusal(actor: ActingFor | None, action: Action, invoice: Invoice) -> NotAllowed | None:
    """Why the step cannot be taken: what `step` raises, and None when it can be taken.

    The person is asked for first, so that nobody learns the state of what is not theirs; then the status, and only
    then what else stands in the way.
    """
    row = TABLE[action]
    if not row.permitted(actor, invoice):
        return NotPermitted()
    status = Status(invoice.status)
    if status not in row.from_statuses:
        return WrongStatus(row.only_from or where_it_is(invoice), status)
    for blocker in row.blockers:
        if reason := blocker(actor, invoice):
            return Blocked(reason, status)
    return None


@contextmanager
def step(
    invoice_id: UUID,
    action: Action,
    *,
    actor: ActingFor | None,
    comment: str = "",
    data: Mapping[str, Any] | None = None,
) -> Iterator[Invoice]:
    """Take one step of the workflow.

        with step(invoice_id, Action.OPEN, actor=actor) as invoice:
            invoice.opened_by = actor.user
        emails.opened(invoice)

    The body has the locked invoice, and sets what the step changes beside the status. At its end the columns that it
    changed, the status and the event are written; the invoice is then as the database has it. What follows from the
    step (mails, pending work: rows) is written afterwards, in the same transaction. What any of it raises undoes the
    whole step.

    Only inside a transaction, which is the caller's: its function is `@transaction.atomic`.

    Args:
        actor: Who takes it; None is the system.
        data: What the event keeps of the step beside the comment; the body may still add to it.

    Raises:
        NotPermitted: the actor may not take it.
        WrongStatus: the invoice is not where the step starts.
        Blocked: something else stands in its way.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a step is taken inside a transaction: what follows from it commits with it")
    row = TABLE[action]
    invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice_id)
    if row.also_locks:
        list(row.also_locks(invoice).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    if refused := refusal(actor, action, invoice):
        raise refused
    before, as_read = Status(invoice.status), _columns(invoice)
    yield invoice
    changed = {name: value for name, value in _columns(invoice).items() if value != as_read[name]}
    if row.to is None:
        assert not changed, f"{action} leaves the invoice as it is"
        return
    end = row.end_of(invoice)
    assert end is not None
    columns = changed | {"status": end, "updated_at": Now()}
    if row.at:
        columns[row.at] = Now()
    # The row is locked on PostgreSQL and the whole database on SQLite; the condition holds on any other.
    if not Invoice.objects.filter(pk=invoice_id, status=before, settled=as_read["settled"]).update(**columns):
        raise WrongStatus(where_it_is(invoice), before)
    _append_event(invoice, action, before, end, actor=actor, comment=comment, data=data)
    invoice.refresh_from_db()


def transition(invoice_id: UUID, action: Action, *, actor: ActingFor | None, comment: str = "") -> Invoice:
    """Take a step that changes nothing but what stands in its row of the table. Otherwise like `step`."""
    with step(invoice_id, action, actor=actor, comment=comment) as invoice:
        pass
    return invoice


def _columns(invoice: Invoice) -> dict[str, Any]:
    fields = Invoice._meta.concrete_fields
    return {field.attname: getattr(invoice, field.attname) for field in fields}


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
