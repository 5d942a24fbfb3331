"""Scheduled issue: at its time, never early, once, and whoever comes too late is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounts.acting import NotAllowed, NotPermitted
from accounts.models import OutgoingMail
from invoices.documents import schema, snapshot
from invoices.enums import Action, Status
from invoices.lifecycle import drafting, issuing, scheduling
from invoices.lifecycle.drafting import OutdatedDraft
from invoices.lifecycle.workflow import WrongStatus
from invoices.models import Document, Invoice, InvoiceEvent, InvoiceLine, NumberSeries, ScheduledIssue, content_of
from invoices.rules import Finding, Level
from invoices.tasks import issue_scheduled
from portal import work
from portal.lib import jobs
from tests.factories import let_its_time_come
from tests.racing import losers, race, winners

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def soon(**ahead):
    return timezone.now() + timedelta(**ahead or {"hours": 1})


def schedule(draft, actor, at=None, **changes) -> Invoice:
    options = {"version": draft.version, "at": at or soon()} | changes
    return scheduling.schedule(invoice_id=draft.pk, actor=actor, **options)


def unschedule(invoice, actor) -> Invoice:
    return scheduling.unschedule(invoice_id=invoice.pk, actor=actor)


def seen_by_the_person(draft: Invoice) -> str:
    return schema.digest(schema.dump(snapshot.build(draft, content_of(draft))))


def everything() -> dict[str, list]:
    models = (Invoice, InvoiceEvent, NumberSeries, Document, ScheduledIssue, OutgoingMail)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_a_reserved_invoice_has_its_time_and_its_pending_work_and_no_number_yet(draft, supplier_owner):
    at = soon(days=3)
    invoice = schedule(draft, supplier_owner, at)
    assert (invoice.status, invoice.scheduled_for, invoice.number) == (Status.SCHEDULED, at, None)
    row = ScheduledIssue.objects.get()
    assert (row.invoice, row.next_attempt_at, row.attempts, row.done_at) == (invoice, at, 0, None)
    event = InvoiceEvent.objects.get()
    assert (event.action, event.from_status, event.to_status) == (Action.SCHEDULE, Status.DRAFT, Status.SCHEDULED)
    assert event.data == {"scheduled_for": at.isoformat()}
    assert not NumberSeries.objects.exists()
    assert not Document.objects.exists()


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=-1), timedelta(days=-400)])
def test_a_time_that_has_passed_cannot_be_reserved(ahead, draft, supplier_owner):
    at = jobs.database_now() + ahead
    before = everything()
    with pytest.raises(NotAllowed, match="いまより後"):
        schedule(draft, supplier_owner, at)
    assert everything() == before


def test_a_draft_with_errors_cannot_be_reserved(new_draft, supplier_owner):
    faulty = new_draft(title="")
    before = everything()
    with pytest.raises(issuing.Refused) as refused:
        schedule(faulty, supplier_owner)
    assert [finding.code for finding in refused.value.findings] == ["title-missing"]
    assert everything() == before


@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize("fault", ["version", "seen", "seen-empty"])
def test_what_is_no_longer_as_it_was_seen_is_neither_reserved_nor_moved(fault, moving, draft, supplier_owner, supplier):
    seen = "" if fault == "seen-empty" else seen_by_the_person(draft)
    if moving:
        schedule(draft, supplier_owner)
    if fault == "seen":
        supplier.name = "改名株式会社"
        supplier.save()
    before = everything()
    with pytest.raises(OutdatedDraft):
        schedule(draft, supplier_owner, version=draft.version + (fault == "version"), seen=seen)
    assert everything() == before


def test_what_is_as_it_was_seen_is_reserved(draft, supplier_owner):
    assert schedule(draft, supplier_owner, seen=seen_by_the_person(draft)).status == Status.SCHEDULED


def test_a_reserved_invoice_can_be_neither_saved_nor_deleted(scheduled_invoice, supplier_owner):
    data = replace(drafting.input_of(scheduled_invoice), title="別件")
    with pytest.raises(WrongStatus):
        drafting.save(draft_id=scheduled_invoice.pk, data=data, actor=supplier_owner, version=scheduled_invoice.version)
    with pytest.raises(WrongStatus):
        drafting.delete(draft_id=scheduled_invoice.pk, actor=supplier_owner)
    assert Invoice.objects.get().title == scheduled_invoice.title


def test_the_clock_issues_when_the_time_has_come(scheduled_invoice, reviewer):
    at = scheduled_invoice.scheduled_for
    row_id = let_its_time_come(scheduled_invoice)
    assert scheduling.issue_due(row_id)
    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.sequence, invoice.total) == (Status.SENT, 1, 1782)
    assert invoice.issued_at >= invoice.scheduled_for
    assert invoice.scheduled_for != at, "the time was moved into the past for this test"
    event = invoice.events.last()
    assert (event.action, event.from_status, event.to_status) == (Action.ISSUE, Status.SCHEDULED, Status.SENT)
    assert (event.actor, event.actor_name) == (None, "")
    document = Document.objects.get()
    assert (document.invoice, document.attempts) == (invoice, 0)
    row = ScheduledIssue.objects.get()
    assert (row.attempts, row.last_error, row.leased_until) == (1, "", None)
    assert row.done_at is not None
    assert not OutgoingMail.objects.exists(), "the department hears of it when it arrives"


def test_the_sweep_finds_what_is_due_and_not_what_is_not(scheduled_invoice, new_draft, supplier_owner):
    schedule(new_draft(), supplier_owner)
    row_id = let_its_time_come(scheduled_invoice)
    messages = []
    jobs.use_transport(lambda task_name, row_id: messages.append((task_name, row_id)))
    try:
        work.sweep()
    finally:
        jobs.use_transport(None)
    assert messages == [("invoices.issue_scheduled", str(row_id))]


def test_before_its_time_no_message_issues_it(scheduled_invoice):
    before = everything()
    assert not scheduling.issue_due(ScheduledIssue.objects.get().pk)
    issue_scheduled(str(ScheduledIssue.objects.get().pk))
    assert everything() == before


def test_the_invoices_own_time_counts_even_when_its_work_is_taken_up_too_early(scheduled_invoice):
    """As when the database's clock was set back between the claim and the issue. It is not forgotten either."""
    at = scheduled_invoice.scheduled_for
    ScheduledIssue.objects.update(next_attempt_at=Now() - timedelta(seconds=1))
    assert not scheduling.issue_due(ScheduledIssue.objects.get().pk)
    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.number) == (Status.SCHEDULED, None)
    row = ScheduledIssue.objects.get()
    assert (row.next_attempt_at, row.done_at, row.dead_at, row.leased_until, row.attempts) == (at, None, None, None, 0)


def test_the_task_run_twice_has_the_effect_of_once(scheduled_invoice):
    row_id = let_its_time_come(scheduled_invoice)
    issue_scheduled(str(row_id))
    after = everything()
    issue_scheduled(str(row_id))
    assert everything() == after
    # The record of the success was lost with its worker.
    ScheduledIssue.objects.update(done_at=None, leased_until=Now() - timedelta(seconds=1))
    issue_scheduled(str(row_id))
    after["ScheduledIssue"] = []
    assert everything() | {"ScheduledIssue": []} == after
    row = ScheduledIssue.objects.get()
    assert (row.attempts, row.last_error) == (2, "")
    assert row.done_at is not None


@pytest.mark.parametrize("ahead", [{"minutes": 5}, {"days": 9}], ids=["earlier", "later"])
def test_a_reservation_can_be_moved(ahead, scheduled_invoice, colleague):
    at = soon(**ahead)
    invoice = schedule(scheduled_invoice, colleague, at)
    assert (invoice.status, invoice.scheduled_for) == (Status.SCHEDULED, at)
    assert ScheduledIssue.objects.get().next_attempt_at == at
    assert [event.data for event in invoice.events.all()][1:] == [{"scheduled_for": at.isoformat()}]
    row_id = let_its_time_come(invoice)
    assert scheduling.issue_due(row_id)
    assert invoice.events.filter(action=Action.ISSUE).count() == 1


def test_a_withdrawn_reservation_is_a_draft_again_and_the_clock_leaves_it_alone(scheduled_invoice, supplier_owner):
    row_id = let_its_time_come(scheduled_invoice)
    invoice = unschedule(scheduled_invoice, supplier_owner)
    assert (invoice.status, invoice.scheduled_for, invoice.number) == (Status.DRAFT, None, None)
    assert not ScheduledIssue.objects.pending().exists()
    before = everything()
    assert not scheduling.issue_due(row_id)
    assert everything() == before
    assert issuing.issue(invoice_id=invoice.pk, actor=supplier_owner, version=invoice.version).status == Status.SENT


def test_a_withdrawn_reservation_can_be_made_again(scheduled_invoice, supplier_owner):
    at = soon(hours=2)
    invoice = schedule(unschedule(scheduled_invoice, supplier_owner), supplier_owner, at)
    row = ScheduledIssue.objects.get()
    assert (row.next_attempt_at, row.done_at, row.attempts) == (at, None, 0)
    let_its_time_come(invoice)
    assert scheduling.issue_due(row.pk)
    assert Invoice.objects.get().status == Status.SENT


def test_a_draft_whose_reservation_was_withdrawn_is_deleted_without_a_trace(scheduled_invoice, supplier_owner):
    drafting.delete(draft_id=unschedule(scheduled_invoice, supplier_owner).pk, actor=supplier_owner)
    for model in (Invoice, InvoiceLine, InvoiceEvent, ScheduledIssue):
        assert not model.objects.exists(), model


def test_another_supplier_neither_makes_moves_nor_withdraws_a_reservation(
    scheduled_invoice, new_draft, other_supplier, reviewer
):
    other_draft = new_draft()
    before = everything()
    for actor in (other_supplier, reviewer):
        for invoice in (other_draft, scheduled_invoice):
            with pytest.raises(NotPermitted):
                schedule(invoice, actor)
        with pytest.raises(NotPermitted):
            unschedule(scheduled_invoice, actor)
    assert everything() == before


def test_what_can_no_longer_be_issued_goes_back_to_the_draft_and_its_people_hear_why(
    new_draft, colleague, supplier_owner, trading_link, other_supplier, reviewer
):
    invoice = schedule(new_draft(), supplier_owner)
    Invoice.objects.update(created_by=colleague.user)
    row_id = let_its_time_come(invoice)
    trading_link.active = False
    trading_link.save()
    assert scheduling.issue_due(row_id)
    invoice.refresh_from_db()
    assert (invoice.status, invoice.number) == (Status.DRAFT, None)
    assert invoice.refused_at is not None
    (finding,) = invoice.refusal
    assert finding["code"] == "trading-link-closed"
    event = invoice.events.last()
    assert (event.action, event.actor, event.comment) == (Action.REFUSE, None, finding["message"])
    assert not NumberSeries.objects.exists()
    mails = list(OutgoingMail.objects.all())
    assert {mail.recipient for mail in mails} == {"owner@a.example", "colleague@a.example"}
    assert len(mails) == 2
    for mail in mails:
        assert mail.subject == "【発行予約】請求書「10月分 消耗品」を発行できませんでした"
        assert finding["message"] in mail.body
        assert f"/s/{invoice.supplier_id}/" in mail.body
    after = everything()
    assert not scheduling.issue_due(row_id)
    assert everything() == after
    assert work.sweep() == 2, "nothing is due but the two mails"


def test_all_reasons_of_a_refusal_are_kept(scheduled_invoice, bank_account, supplier):
    row_id = let_its_time_come(scheduled_invoice)
    bank_account.active = False
    bank_account.save()
    supplier.representative_name = ""
    supplier.save()
    scheduling.issue_due(row_id)
    invoice = Invoice.objects.get()
    assert {finding["code"] for finding in invoice.refusal} == {"bank-account-closed", "representative-missing"}
    assert invoice.events.last().comment.splitlines() == [finding["message"] for finding in invoice.refusal]


def test_a_new_reservation_forgets_the_refusal(scheduled_invoice, supplier_owner, trading_link):
    row_id = let_its_time_come(scheduled_invoice)
    for active in (False, True):
        trading_link.active = active
        trading_link.save()
        if not active:
            scheduling.issue_due(row_id)
    invoice = schedule(Invoice.objects.get(), supplier_owner)
    assert (invoice.status, invoice.refused_at, invoice.refusal) == (Status.SCHEDULED, None, [])
    let_its_time_come(invoice)
    assert scheduling.issue_due(row_id)
    assert Invoice.objects.get().status == Status.SENT


@pytest.mark.parametrize("then", ["moved", "withdrawn", "withdrawn and made again"])
def test_a_worker_that_holds_the_work_while_the_reservation_changes_does_not_settle_it(
    then, scheduled_invoice, supplier_owner
):
    """The first worker claimed it, and comes to the issue only after the supplier changed its mind."""
    row_id = let_its_time_come(scheduled_invoice)
    at = soon(hours=5)

    def be_slow(row):
        invoice = scheduled_invoice
        if then != "moved":
            invoice = unschedule(invoice, supplier_owner)
        if then != "withdrawn":
            schedule(invoice, supplier_owner, at)
        scheduling._issue_due(row)

    assert not jobs.perform(ScheduledIssue, row_id, be_slow)
    invoice, row = Invoice.objects.get(), ScheduledIssue.objects.get()
    assert (invoice.number, row.last_error, row.dead_at, row.leased_until) == (None, "", None, None)
    assert not InvoiceEvent.objects.filter(action__in=(Action.ISSUE, Action.REFUSE)).exists()
    if then == "withdrawn":
        assert (invoice.status, row.done_at is not None) == (Status.DRAFT, True)
    else:
        assert (invoice.status, row.next_attempt_at, row.done_at) == (Status.SCHEDULED, at, None)
        let_its_time_come(invoice)
        assert scheduling.issue_due(row_id)


def test_a_reservation_that_was_moved_after_the_checks_found_errors_is_not_refused(scheduled_invoice):
    """The refusal is a transaction of its own, and the supplier may come in between."""
    before = everything()
    with pytest.raises(scheduling.NotDue):
        scheduling._refuse(scheduled_invoice.pk, issuing.Refused([Finding("title-missing", Level.ERROR, "件名")]))
    assert everything() == before


def test_what_is_due_together_gets_numbers_without_gap_also_around_a_refusal(new_draft, supplier_owner, bank_account):
    drafts = [new_draft(title=f"{n}件目") for n in range(6)]
    rows = [let_its_time_come(schedule(draft, supplier_owner)) for draft in drafts]
    Invoice.objects.filter(pk=drafts[2].pk).update(title="")
    for row_id in rows:
        assert scheduling.issue_due(row_id)
    assert list(Invoice.objects.exclude(number=None).order_by("sequence").values_list("sequence", flat=True)) == [
        1,
        2,
        3,
        4,
        5,
    ]
    assert NumberSeries.objects.get().last == 5
    assert Invoice.objects.get(number=None).status == Status.DRAFT


@pytest.mark.django_db(transaction=True)
def test_many_that_are_due_at_once_are_issued_without_gap_or_double(new_draft, supplier_owner):
    drafts = [new_draft(title=f"{n}件目") for n in range(8)]
    rows = [let_its_time_come(schedule(draft, supplier_owner)) for draft in drafts]
    outcomes = race(*(lambda row_id=row_id: scheduling.issue_due(row_id) for row_id in rows * 2))
    assert sorted(outcomes) == [False] * 8 + [True] * 8
    assert sorted(Invoice.objects.values_list("sequence", flat=True)) == list(range(1, 9))
    assert NumberSeries.objects.get().last == 8
    assert Document.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_of_a_withdrawal_and_the_clock_one_wins_and_the_other_leaves_no_trace(new_draft, supplier_owner):
    for _round in range(8):
        invoice = schedule(new_draft(), supplier_owner)
        row_id = let_its_time_come(invoice)
        issued, withdrawn = race(
            lambda: scheduling.issue_due(row_id),  # noqa: B023
            lambda: unschedule(invoice, supplier_owner),  # noqa: B023
        )
        assert isinstance(issued, bool)
        invoice.refresh_from_db()
        row = ScheduledIssue.objects.get(pk=row_id)
        assert (row.last_error, row.dead_at, row.leased_until) == ("", None, None)
        assert row.done_at is not None
        if isinstance(withdrawn, Exception):
            assert isinstance(withdrawn, WrongStatus)
            assert "すでに発行" in str(withdrawn.message)
            assert (invoice.status, issued) == (Status.SENT, True)
        else:
            assert (invoice.status, invoice.number, issued) == (Status.DRAFT, None, False)
            assert not Document.objects.filter(invoice=invoice).exists()


@pytest.mark.django_db(transaction=True)
def test_of_a_move_and_the_clock_one_wins(new_draft, supplier_owner):
    for _round in range(8):
        invoice = schedule(new_draft(), supplier_owner)
        row_id = let_its_time_come(invoice)
        at = soon(hours=3)
        _issued, moved = race(
            lambda: scheduling.issue_due(row_id),  # noqa: B023
            lambda: schedule(invoice, supplier_owner, at),  # noqa: B023
        )
        invoice.refresh_from_db()
        row = ScheduledIssue.objects.get(pk=row_id)
        assert row.last_error == ""
        if isinstance(moved, Exception):
            assert isinstance(moved, WrongStatus)
            assert (invoice.status, row.done_at is not None) == (Status.SENT, True)
        else:
            assert (invoice.status, invoice.scheduled_for) == (Status.SCHEDULED, at)
            assert (row.next_attempt_at, row.done_at) == (at, None)


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_who_reserve_and_issue_the_same_draft_at_once(draft, supplier_owner, colleague):
    outcomes = race(
        lambda: schedule(draft, supplier_owner),
        lambda: issuing.issue(invoice_id=draft.pk, actor=colleague, version=draft.version),
    )
    (winner,) = winners(outcomes)
    (loser,) = losers(outcomes)
    assert isinstance(loser, WrongStatus)
    assert Invoice.objects.get().status == winner.status == loser.status
