"""The table of the workflow: who may do what, from where, and what is written down about it."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounts.acting import NotAllowed, NotPermitted
from invoices.enums import Action, InvoiceKind, Status
from invoices.lifecycle.workflow import TABLE, WrongStatus, can, step, transition
from invoices.models import Invoice, InvoiceEvent, Payment
from portal.lib.calendar import today_jst
from portal.lib.request_id import request_id
from tests.factories import InvoiceFactory, member_of

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]

SYSTEM = {"system"}
SUPPLIER = {"supplier_owner", "colleague"}
DEPARTMENT = {"reviewer", "second_reviewer"}
ACCOUNTING = {"accountant"}
# The table of the specification, written out a second time: a change of the code must be one of this, too.
ROWS = {
    Action.SCHEDULE: ({Status.DRAFT: SUPPLIER, Status.SCHEDULED: SUPPLIER}, Status.SCHEDULED),
    Action.UNSCHEDULE: ({Status.SCHEDULED: SUPPLIER}, Status.DRAFT),
    Action.REFUSE: ({Status.SCHEDULED: SYSTEM}, Status.DRAFT),
    Action.ISSUE: ({Status.DRAFT: SUPPLIER, Status.SCHEDULED: SYSTEM}, Status.SENT),
    Action.DELIVER: ({Status.SENT: SYSTEM}, Status.UNOPENED),
    Action.CANCEL: ({Status.SENT: SUPPLIER, Status.UNOPENED: SUPPLIER}, Status.CANCELLED),
    Action.OPEN: ({Status.UNOPENED: DEPARTMENT}, Status.OPENED),
    Action.REROUTE: (
        dict.fromkeys((Status.UNOPENED, Status.OPENED), DEPARTMENT | ACCOUNTING | {"municipality_admin"}),
        Status.UNOPENED,
    ),
    Action.MOVE: ({Status.UNOPENED: SYSTEM}, Status.UNOPENED),
    Action.RETURN: ({Status.OPENED: DEPARTMENT}, Status.RETURNED),
    Action.REQUEST_RETURN: ({Status.OPENED: SUPPLIER}, Status.OPENED),
    Action.ACCEPT: ({Status.OPENED: DEPARTMENT}, Status.ACCEPTED),
    # Of what is paid only if nothing but a transfer paid it.
    Action.REOPEN: (dict.fromkeys((Status.ACCEPTED, Status.PAID), DEPARTMENT), Status.OPENED),
    # Paid only if nothing is left to be paid: a claim of nothing, or what was paid without having been taken over.
    Action.TAKE_OVER: (dict.fromkeys((Status.ACCEPTED, Status.PAID), ACCOUNTING), Status.PAID),
    Action.RECALL: (dict.fromkeys((Status.ACCEPTED, Status.PAID), ACCOUNTING), Status.OPENED),
    # Paid when nothing is left; otherwise accepted (UNSETTLED).
    Action.PAY: ({Status.ACCEPTED: ACCOUNTING}, Status.PAID),
    Action.OVERPAY: (dict.fromkeys((Status.ACCEPTED, Status.PAID), ACCOUNTING), Status.ACCEPTED),
    Action.SET_OFF: ({Status.ACCEPTED: ACCOUNTING}, Status.PAID),
    Action.REFUND: ({Status.ACCEPTED: ACCOUNTING}, Status.PAID),
    Action.TRANSFER: (dict.fromkeys((Status.ACCEPTED, Status.PAID), SYSTEM), Status.PAID),
    Action.CORRECT: (dict.fromkeys((Status.ACCEPTED, Status.PAID), ACCOUNTING), Status.PAID),
    Action.DISPUTE: ({Status.ACCEPTED: ACCOUNTING}, Status.ACCEPTED),
    Action.END_DISPUTE: ({Status.ACCEPTED: ACCOUNTING}, Status.ACCEPTED),
    # These begin a new draft and leave the invoice as it is.
    Action.REISSUE: (
        dict.fromkeys((Status.RETURNED, Status.CANCELLED, Status.ACCEPTED, Status.PAID), SUPPLIER),
        None,
    ),
    Action.CREDIT_NOTE: (
        dict.fromkeys((Status.UNOPENED, Status.OPENED, Status.ACCEPTED, Status.PAID), SUPPLIER),
        None,
    ),
}
OF_PAPER = {
    Action.CORRECT_PAPER: ((Status.OPENED,), Status.OPENED),
    Action.WITHDRAW_PAPER: ((Status.OPENED,), Status.CANCELLED),
}
"""Who takes these, and that nobody does with what came by the portal, is held by the tests of paper invoices."""
CHAINED = (Action.TRANSFER, Action.REOPEN, Action.RECALL)
"""Of what is paid, these are taken with a correction to which all of it was transferred."""
COPIES = (Action.REISSUE, Action.CREDIT_NOTE)
ENTRIES = (Action.PAY, Action.SET_OFF, Action.REFUND, Action.TRANSFER, Action.CORRECT)
UNSETTLED = dict.fromkeys((Action.TAKE_OVER, *ENTRIES), Status.ACCEPTED)
STARTS = [(action, start, who) for action, (starts, _end) in ROWS.items() for start, who in sorted(starts.items())]
CAST = [
    "system",
    "supplier_owner",
    "colleague",
    "other_supplier",
    "reviewer",
    "second_reviewer",
    "other_department_staff",
    "accountant",
    "municipality_admin",
    "other_city_staff",
]
TIMES = {
    Action.REFUSE: "refused_at",
    Action.ISSUE: "issued_at",
    Action.DELIVER: "delivered_at",
    Action.CANCEL: "cancelled_at",
    Action.OPEN: "opened_at",
    Action.RETURN: "returned_at",
    Action.REQUEST_RETURN: "return_requested_at",
    Action.ACCEPT: "accepted_at",
    Action.TAKE_OVER: "taken_over_at",
    Action.RECALL: "recalled_at",
    Action.DISPUTE: "disputed_at",
}


def columns_for(action: Action, invoice: Invoice) -> dict[str, object]:
    """What the callers of `step` write along, so that the database's constraints are content."""
    if action == Action.ISSUE:
        issued = InvoiceFactory(supplier=invoice.supplier, department=invoice.department, status=Status.CANCELLED)
        return {
            "series": issued.series,
            "sequence": issued.sequence + 1000,
            "number": "X2026-99999",
            "snapshot": "{}",
            "check_code": "CODE",
        }
    if action == Action.RETURN:
        return {"return_reason": "minor", "return_comment": "印字不良"}
    if action == Action.SCHEDULE:
        return {"scheduled_for": timezone.now() + timedelta(days=2)}
    if action in ENTRIES:
        return {"paid_on": today_jst(), "settled": invoice.payable}
    if action in (Action.REOPEN, Action.RECALL):
        return {"settled": 0}
    if action == Action.OVERPAY:
        return {"settled": invoice.payable + 1}
    if action in (Action.DISPUTE, Action.END_DISPUTE):
        return (
            {"dispute_reason": "数量違い"} if action == Action.DISPUTE else {"dispute_reason": "", "disputed_at": None}
        )
    return {}


def take(action: Action, invoice: Invoice, actor, **options) -> Invoice:
    with step(invoice.pk, action, actor=actor, **options) as taken:
        for name, value in columns_for(action, invoice).items():
            setattr(taken, name, value)
    return taken


def somebody_permitted(action: Action) -> str:
    starts = ROWS[action][0]
    return min(starts[min(starts)])


@pytest.fixture
def invoice_in(supplier, department):
    """An invoice in a status; where an action is named, one with which nothing else stands in its way."""

    def make(status: Status, action: Action | None = None) -> Invoice:
        about = {"supplier": supplier, "department": department}
        accepted = status in (Status.ACCEPTED, Status.PAID)
        if accepted and action in CHAINED:
            about["replaces"] = InvoiceFactory(status=Status.ACCEPTED, **about)
        invoice = InvoiceFactory(status=status, **about, **(ready_for(action, status) if accepted else {}))
        if invoice.settled and action in CHAINED:
            Payment.objects.create(
                invoice=invoice,
                kind="transfer",
                amount=invoice.settled,
                transferred_from=invoice.replaces,
                paid_on=today_jst(),
            )
        if action == Action.SET_OFF:
            InvoiceFactory(kind=InvoiceKind.CREDIT_NOTE, total=-100, status=Status.ACCEPTED, **about)
        if action == Action.CORRECT and invoice.settled:
            Payment.objects.create(invoice=invoice, kind="payment", amount=invoice.settled, paid_on=today_jst())
        return invoice

    return make


def ready_for(action: Action | None, status: Status) -> dict[str, object]:
    """Columns of an accepted or paid claim with which nothing stands in the way of the step."""
    taken_over = {"taken_over_at": timezone.now()} if action == Action.RECALL else {}
    if status == Status.PAID:
        return taken_over
    disputed = {"disputed_at": timezone.now(), "dispute_reason": "数量違い"}
    sums = {Action.REFUND: {"settled": 1800}, Action.CORRECT: {"settled": 100}, Action.TAKE_OVER: {"total": 0}}
    return {Action.RECALL: taken_over, Action.END_DISPUTE: disputed, **sums}.get(action, {})


@pytest.fixture
def person(request):
    return lambda name: None if name == "system" else request.getfixturevalue(name)


def test_the_table_has_exactly_the_rows_of_the_specification():
    of_portal = {action: row for action, row in TABLE.items() if action not in OF_PAPER}
    assert {action: (set(row.from_statuses), row.to) for action, row in of_portal.items()} == {
        action: (set(starts), end) for action, (starts, end) in ROWS.items()
    }
    assert {action: (TABLE[action].from_statuses, TABLE[action].to) for action in OF_PAPER} == OF_PAPER
    assert {action: row.unsettled for action, row in TABLE.items() if row.unsettled} == UNSETTLED
    # A paper invoice enters its life by `record`, which starts from nothing.
    assert set(Action) - set(TABLE) == {Action.RECORD_PAPER}


@pytest.mark.parametrize(
    ("action", "start", "name"), [(action, start, name) for action, start, who in STARTS for name in sorted(who)]
)
def test_a_permitted_actor_takes_the_step(action, start, name, invoice_in, person):
    invoice = invoice_in(start, action)
    actor = person(name)
    assert can(actor, action, invoice)
    after = take(action, invoice, actor)
    end = start if action in COPIES else ROWS[action][1]
    assert after.status == end
    assert Invoice.objects.get(pk=invoice.pk).status == end


@pytest.mark.parametrize(
    ("action", "start", "name"),
    [(action, start, name) for action, start, who in STARTS for name in CAST if name not in who],
)
def test_nobody_else_takes_it(action, start, name, invoice_in, person):
    invoice = invoice_in(start, action)
    actor = person(name)
    before = Invoice.objects.values().get(pk=invoice.pk)
    assert not can(actor, action, invoice)
    with pytest.raises(NotAllowed) as refused:
        take(action, invoice, actor)
    if any(name in who for who in ROWS[action][0].values()):
        # Its supplier issues a draft and the clock a reserved invoice: the other one of the two came too late.
        assert isinstance(refused.value, WrongStatus)
        assert refused.value.status == start
    else:
        assert isinstance(refused.value, NotPermitted)
        assert "権限" in str(refused.value.message)
    assert Invoice.objects.values().get(pk=invoice.pk) == before
    assert not InvoiceEvent.objects.exists()


@pytest.mark.parametrize(
    ("action", "status"),
    [(action, status) for action, (starts, _end) in ROWS.items() for status in Status if status not in starts],
)
def test_from_any_other_status_the_step_is_refused_and_says_where_the_invoice_is(action, status, invoice_in, person):
    invoice = invoice_in(status)
    actor = person(somebody_permitted(action))
    before = Invoice.objects.values().get(pk=invoice.pk)
    assert not can(actor, action, invoice)
    with pytest.raises(WrongStatus) as refused:
        transition(invoice.pk, action, actor=actor)
    assert refused.value.status == status
    said = str(refused.value.message)
    assert (
        said.endswith(("請求書だけです。", "ものだけです。")) if action in COPIES else said.startswith("この請求書は")
    )
    assert Invoice.objects.values().get(pk=invoice.pk) == before
    assert not InvoiceEvent.objects.exists()


@pytest.mark.parametrize("action", [action for action in ROWS if action not in COPIES])
def test_the_time_of_the_step_is_recorded_by_the_database_and_no_other_time(action, invoice_in, person):
    start = min(ROWS[action][0])
    invoice = invoice_in(start, action)
    before = Invoice.objects.values().get(pk=invoice.pk)
    started = Invoice.objects.annotate(now=Now()).values_list("now", flat=True)[0]
    take(action, invoice, person(min(ROWS[action][0][start])))
    after = Invoice.objects.values().get(pk=invoice.pk)
    assert {name for name in after if name.endswith("_at") and after[name] != before[name]} == {
        "updated_at",
        *([TIMES[action]] if action in TIMES else []),
        *(["disputed_at"] if action == Action.END_DISPUTE else []),  # which is taken away
    }
    assert action not in TIMES or started <= after[TIMES[action]] <= timezone.now()


@pytest.mark.parametrize("action", [action for action in ROWS if action not in COPIES])
def test_a_step_writes_no_column_but_its_own(action, invoice_in, person):
    start = min(ROWS[action][0])
    invoice = invoice_in(start, action)
    columns = columns_for(action, invoice)
    own = {Invoice._meta.get_field(name).attname for name in columns} | {"status", "updated_at", TIMES.get(action)}
    before = Invoice.objects.values().get(pk=invoice.pk)
    with step(invoice.pk, action, actor=person(min(ROWS[action][0][start])), data={"a": 1}) as taken:
        for name, value in columns.items():
            setattr(taken, name, value)
    after = Invoice.objects.values().get(pk=invoice.pk)
    assert {name for name in after if after[name] != before[name]} <= own
    assert InvoiceEvent.objects.values_list("action", "from_status", "to_status", "data").get() == (
        action,
        start,
        ROWS[action][1],
        {"a": 1},
    )


@pytest.mark.parametrize("action", COPIES)
def test_what_begins_another_document_writes_nothing_on_the_invoice_and_leaves_no_event(
    action, invoice_in, supplier_owner
):
    invoice = invoice_in(min(ROWS[action][0]))
    before = Invoice.objects.values().get(pk=invoice.pk)
    take(action, invoice, supplier_owner)
    assert Invoice.objects.values().get(pk=invoice.pk) == before
    assert not InvoiceEvent.objects.exists()
    with pytest.raises(AssertionError), step(invoice.pk, action, actor=supplier_owner) as taken:
        taken.title = "別の件名"
    assert Invoice.objects.values().get(pk=invoice.pk) == before


def test_an_event_keeps_who_it_was_at_that_time(supplier_owner, invoice_in):
    invoice = invoice_in(Status.UNOPENED)
    token = request_id.set("req-12345678")
    try:
        transition(invoice.pk, Action.CANCEL, actor=supplier_owner, comment="金額の誤り")
    finally:
        request_id.reset(token)
    supplier_owner.user.name = "改姓 花子"
    supplier_owner.user.save(update_fields=["name"])

    event = InvoiceEvent.objects.get()
    assert event.invoice_id == invoice.pk
    assert (event.sequence, event.action) == (1, Action.CANCEL)
    assert (event.from_status, event.to_status) == (Status.UNOPENED, Status.CANCELLED)
    assert event.actor == supplier_owner.user
    assert (event.actor_name, event.actor_role, event.actor_organisation) == ("宮園 花子", "owner", "事業者A")
    assert event.comment == "金額の誤り"
    assert event.request_id == "req-12345678"
    assert event.at is not None


def test_an_event_of_the_system_names_nobody(invoice_in):
    transition(invoice_in(Status.SENT).pk, Action.DELIVER, actor=None)
    event = InvoiceEvent.objects.get()
    assert (event.actor, event.actor_name, event.actor_role, event.actor_organisation) == (None, "", "", "")


def test_events_are_counted_within_each_invoice(invoice_in, reviewer):
    first, second = invoice_in(Status.SENT), invoice_in(Status.SENT)
    for invoice in (first, second):
        transition(invoice.pk, Action.DELIVER, actor=None)
    transition(first.pk, Action.OPEN, actor=reviewer)
    take(Action.RETURN, first, reviewer)
    assert list(first.events.values_list("sequence", "action")) == [(1, "deliver"), (2, "open"), (3, "return")]
    assert list(second.events.values_list("sequence", "action")) == [(1, "deliver")]


@pytest.mark.parametrize("name", ["鶴" * 60, ""], ids=["long-name", "no-name"])
def test_a_long_name_and_a_long_address_do_not_stop_a_step(name, supplier, invoice_in):
    actor = member_of(supplier, name=name, email=f"{'a' * 60}@{'b' * 60}.example")
    transition(invoice_in(Status.UNOPENED).pk, Action.CANCEL, actor=actor)
    assert str(actor.user).startswith(InvoiceEvent.objects.get().actor_name)


def test_a_stale_copy_in_memory_decides_nothing(supplier_owner, invoice_in):
    invoice = invoice_in(Status.UNOPENED)
    Invoice.objects.filter(pk=invoice.pk).update(status=Status.OPENED)
    assert invoice.status == Status.UNOPENED
    with pytest.raises(WrongStatus):
        transition(invoice.pk, Action.CANCEL, actor=supplier_owner)


@pytest.mark.parametrize(
    ("action", "start", "name"),
    [(action, start, name) for action, start, who in STARTS for name in sorted(who - SUPPLIER - SYSTEM)],
)
def test_staff_who_belong_to_the_supplier_take_no_step_with_its_invoices(
    action, start, name, supplier, invoice_in, person
):
    invoice, actor = invoice_in(start, action), person(name)
    assert can(actor, action, invoice)
    supplier.members.create(user=actor.user, role="member")
    assert not can(actor, action, invoice)
    with pytest.raises(NotPermitted):
        take(action, invoice, actor)


def test_a_reviewer_is_told_that_an_accepted_invoice_was_taken_over_and_is_not_turned_away(invoice_in, reviewer):
    invoice = invoice_in(Status.ACCEPTED)
    Invoice.objects.filter(pk=invoice.pk).update(taken_over_at=Now())
    invoice.refresh_from_db()
    assert not can(reviewer, Action.REOPEN, invoice)
    with pytest.raises(WrongStatus, match="会計へ引き継がれています") as refused:
        take(Action.REOPEN, invoice, reviewer)
    assert refused.value.status == Status.ACCEPTED


@pytest.mark.parametrize("active", [True, False])
def test_a_former_member_of_the_supplier_is_no_impartial_reviewer_either(active, supplier, reviewer, invoice_in):
    supplier.members.create(user=reviewer.user, role="member", active=active)
    assert not can(reviewer, Action.OPEN, invoice_in(Status.UNOPENED))
