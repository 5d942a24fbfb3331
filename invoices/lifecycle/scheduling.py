"""Scheduled issue (発行予約): the clock issues at a time that the supplier reserved, never early."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from accounts.acting import ActingFor
from invoices import emails, rules
from invoices.enums import Action, Status
from invoices.lifecycle import issuing
from invoices.lifecycle.workflow import WrongInput, WrongStatus, step
from invoices.models import Invoice, ScheduledIssue, content_of
from portal.lib.jobs import database_now, perform


class NotDue(Exception):
    """The reservation was moved while it was being taken up, or the database's clock was set back."""


@transaction.atomic
def schedule(*, invoice_id: UUID, actor: ActingFor, version: int, at: datetime, seen: str | None = None) -> Invoice:
    """Reserve the issue of a draft, or move a reservation.

    The checks pass now, as of the reserved time, and once more when it has come.

    Args:
        version: The version that the person saw when confirming.
        at: In the future, by the database's clock.
        seen: Digest of the snapshot that the person saw; None when nobody looked.

    Raises:
        Refused: the checks found errors.
        ChangedAfterConfirming: the draft was changed since.
        WrongStatus: it is issued already.
        WrongInput: the time has passed, is more than a year away or is one for which alone there are errors.
        NotPermitted: it is another supplier's.
    """
    with step(invoice_id, Action.SCHEDULE, actor=actor, data={"scheduled_for": at.isoformat()}) as invoice:
        issuing.require_unchanged(invoice, version, seen)
        _require_issuable(invoice, at)
        invoice.scheduled_for = at
        invoice.refused_at = None
        invoice.refusal = []
    _request_issue(invoice)
    return invoice


def _require_issuable(invoice: Invoice, at: datetime) -> None:
    for finding in rules.check_schedule(at, database_now()):
        raise WrongInput("day", finding.message)
    content = content_of(invoice)
    errors = rules.errors(rules.check(invoice, content, now=at))
    if errors and not rules.errors(rules.check(invoice, content)):
        # The draft itself has nothing that could be shown there and put right.
        raise WrongInput("day", errors[0].message)
    if errors:
        raise issuing.Refused(errors)


@transaction.atomic
def unschedule(*, invoice_id: UUID, actor: ActingFor) -> Invoice:
    """Withdraw a reservation: the invoice is a draft again.

    Raises:
        WrongStatus: the clock has issued it.
        NotPermitted: it is another supplier's.
    """
    with step(invoice_id, Action.UNSCHEDULE, actor=actor) as invoice:
        invoice.scheduled_for = None
    ScheduledIssue.objects.filter(invoice=invoice).update(done_at=Now(), leased_until=None)
    return invoice


def issue_due(row_id: UUID | str) -> bool:
    """Issue one invoice whose time has come. Safe to run any number of times.

    Returns:
        Whether this call settled it.
    """
    return perform(ScheduledIssue, row_id, _issue_due)


def _issue_due(row: ScheduledIssue) -> None:
    try:
        _issue_or_refuse(row.invoice_id)
    except WrongStatus:
        return  # withdrawn or issued in the meantime
    except NotDue:
        _wait_for_its_time(row.invoice_id)


def _issue_or_refuse(invoice_id: UUID) -> None:
    try:
        _issue(invoice_id)
    except issuing.Refused as refused:
        _refuse(invoice_id, refused)


@transaction.atomic
def _issue(invoice_id: UUID) -> None:
    with step(invoice_id, Action.ISSUE, actor=None) as invoice:
        _require_due(invoice)
        issuing.freeze(invoice)
    issuing.request_delivery(invoice)


@transaction.atomic
def _refuse(invoice_id: UUID, refused: issuing.Refused) -> None:
    findings = [{"code": finding.code, "message": str(finding.message)} for finding in refused.findings]
    comment = "\n".join(finding["message"] for finding in findings)
    with step(invoice_id, Action.REFUSE, actor=None, comment=comment) as invoice:
        # Refused in another transaction than this one: the reservation may have been moved in between.
        _require_due(invoice)
        invoice.refusal = findings
    emails.refused(invoice)


def _require_due(invoice: Invoice) -> None:
    if invoice.scheduled_for is None or invoice.scheduled_for > database_now():
        raise NotDue


def _request_issue(invoice: Invoice) -> None:
    """Make the pending work, or set it anew for another time; whoever holds it from before finds it changed."""
    assert invoice.scheduled_for is not None
    ScheduledIssue.objects.update_or_create(
        invoice=invoice,
        defaults={
            "next_attempt_at": invoice.scheduled_for,
            "attempts": 0,
            "leased_until": None,
            "last_error": "",
            "done_at": None,
            "dead_at": None,
        },
    )


def _wait_for_its_time(invoice_id: UUID) -> None:
    """Set the pending work anew, so that whoever came too early does not record it as done."""
    with transaction.atomic():
        invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice_id)
        if invoice.status == Status.SCHEDULED:
            _request_issue(invoice)
