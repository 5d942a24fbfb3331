"""The database itself refuses to change what is frozen, whoever asks."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from invoices.enums import Action, DocumentKind, Status
from invoices.lifecycle import review
from invoices.models import (
    FROZEN_AT_ISSUE,
    OPEN_AFTER_ISSUE,
    OPEN_ON_PAPER,
    Document,
    Invoice,
    InvoiceEvent,
    InvoiceLine,
    Payment,
)
from portal.lib.calendar import today_jst
from portal.lib.ids import uuid7
from tests import factories
from tests.factories import InvoiceFactory, SupplierFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_db]


class _Undone(Exception):
    """Raised so that nothing stays of an update that went through."""


def another_value(column: models.Field, now: object) -> object:
    """Something that the column may hold and does not."""
    if isinstance(column, models.ForeignKey | models.UUIDField):
        return uuid7()
    if column.choices:
        return next(value for value, _label in column.choices if value != now)
    if isinstance(column, models.IntegerField):
        return (now or 0) + 1
    if isinstance(column, models.DateTimeField):
        return timezone.now() - timedelta(days=1)
    if isinstance(column, models.DateField):
        return today_jst() - timedelta(days=9)
    return [{"code": "forged"}] if isinstance(column, models.JSONField) else "別"


ACCEPTED = {"status": Status.ACCEPTED, "delivered_at": Coalesce("delivered_at", Now())}
ALONG = {
    "settled": ACCEPTED,
    "set_off": ACCEPTED,
    "disputed_at": {"dispute_reason": "別"},
    "dispute_reason": {"disputed_at": Now()},
}
"""What has to be written along with a column, because a constraint asks for it."""


def refused(invoice: Invoice, **valid: object) -> set[str]:
    """The columns of this invoice that the database keeps from being changed.

    Args:
        valid: What to write into columns that not everything can be written into.
    """
    found = set()
    for column in Invoice._meta.concrete_fields:
        now = getattr(invoice, column.attname)
        value = valid.get(column.name, another_value(column, now))
        assert value != now, column
        try:
            with transaction.atomic():
                Invoice.objects.filter(pk=invoice.pk).update(**{column.attname: value}, **ALONG.get(column.name, {}))
                raise _Undone
        except _Undone:
            continue
        except IntegrityError as error:
            if "frozen row: UPDATE on invoices_invoice" not in str(error):
                raise
            found.add(column.name)
    return found


def test_every_column_is_either_frozen_at_issue_or_open():
    columns = [column.name for column in Invoice._meta.concrete_fields]
    assert sorted([*FROZEN_AT_ISSUE, *OPEN_AFTER_ISSUE]) == sorted(columns)
    copied = {"bank_account", "payment_method", "price_mode", "rounding", "layout", "remarks", "own_reference"}
    people = {f"{who}_{part}" for who in ("responsible", "contact") for part in ("title", "name", "phone")}
    assert copied | people <= set(FROZEN_AT_ISSUE)


def test_of_an_issued_invoice_every_frozen_column_is_refused_and_no_open_one(
    issued_invoice, reviewer, other_department
):
    open_to = {"status": Status.CANCELLED, "department": other_department.pk}
    open_to |= {"opened_by": reviewer.user.pk, "created_by": reviewer.user.pk}
    assert refused(issued_invoice, **open_to) == set(FROZEN_AT_ISSUE)


def test_of_a_paper_invoice_what_was_typed_is_open_until_it_is_accepted_and_then_frozen_with_the_day_of_receipt(
    paper_invoice, reviewer, accountant, other_department
):
    open_to = {"status": Status.ACCEPTED, "department": other_department.pk}
    open_to |= {"opened_by": accountant.user.pk, "created_by": accountant.user.pk}
    assert refused(paper_invoice, **open_to) == set(FROZEN_AT_ISSUE) - set(OPEN_ON_PAPER)
    accepted = review.accept(invoice_id=paper_invoice.pk, actor=reviewer)
    open_to["status"] = Status.OPENED
    assert refused(accepted, **open_to) == {*FROZEN_AT_ISSUE, "delivered_at"}


def test_nothing_of_a_draft_is_frozen(draft):
    Invoice.objects.filter(pk=draft.pk).update(title="別件", remarks="別", version=9, delivered_at=timezone.now())
    Invoice.objects.filter(pk=draft.pk).update(title="", remarks="", version=1)


def test_a_column_that_a_later_release_adds_is_frozen_from_the_beginning(issued_invoice):
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite the triggers are made anew after every migration")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE invoices_invoice ADD COLUMN later text")
        with pytest.raises(IntegrityError, match="frozen row: UPDATE on invoices_invoice"), transaction.atomic():
            cursor.execute("UPDATE invoices_invoice SET later = 'x'")
        cursor.execute("UPDATE invoices_invoice SET opened_at = now()")


def test_an_invoice_cannot_be_thawed_by_taking_its_number(issued_invoice):
    with pytest.raises(DatabaseError, match="frozen row"), transaction.atomic():
        Invoice.objects.filter(pk=issued_invoice.pk).update(
            status=Status.DRAFT, number=None, issued_at=None, snapshot=None
        )


def test_a_draft_can_be_changed_and_deleted(draft):
    Invoice.objects.filter(pk=draft.pk).update(title="別件", total=1)
    draft.lines.update(description="別の品")
    draft.lines.all().delete()
    draft.delete()


@pytest.mark.parametrize("fixture", ["issued_invoice", "cancelled_invoice", "returned_invoice"])
def test_an_issued_invoice_can_never_be_deleted(fixture, request):
    invoice = request.getfixturevalue(fixture)
    rows = Invoice.objects.filter(pk=invoice.pk, number__isnull=False)
    assert rows.count() == 1
    with pytest.raises(DatabaseError, match="frozen row: DELETE on invoices_invoice"), transaction.atomic():
        rows._raw_delete("default")


def test_the_lines_of_an_issued_invoice_can_neither_change_nor_go_nor_come(issued_invoice, new_draft):
    lines = InvoiceLine.objects.filter(invoice=issued_invoice)
    line = lines.get()
    other = new_draft().lines.get()
    with pytest.raises(DatabaseError, match="frozen row: UPDATE"), transaction.atomic():
        lines.update(amount=1)
    with pytest.raises(DatabaseError, match="frozen row: DELETE"), transaction.atomic():
        lines.all().delete()
    with pytest.raises(DatabaseError, match="frozen row: INSERT"), transaction.atomic():
        InvoiceLine.objects.create(invoice=issued_invoice, position=9, description="追加")
    with pytest.raises(DatabaseError, match="frozen row: UPDATE"), transaction.atomic():
        lines.update(invoice=other.invoice, position=8)
    with pytest.raises(DatabaseError, match="frozen row: UPDATE"), transaction.atomic():
        InvoiceLine.objects.filter(pk=other.pk).update(invoice=issued_invoice, position=8)
    assert InvoiceLine.objects.values().get(pk=line.pk)["amount"] == 1620


def test_an_event_can_neither_change_nor_go(issued_invoice):
    events = InvoiceEvent.objects.filter(invoice=issued_invoice)
    with pytest.raises(DatabaseError, match="frozen row: UPDATE on invoices_invoiceevent"), transaction.atomic():
        events.update(actor_name="別人")
    with pytest.raises(DatabaseError, match="frozen row: DELETE on invoices_invoiceevent"), transaction.atomic():
        events.all().delete()
    assert events.count() == 1


def test_the_moment_of_receipt_never_changes(unopened_invoice):
    rows = Invoice.objects.filter(pk=unopened_invoice.pk)
    for moment in (None, unopened_invoice.delivered_at + timedelta(seconds=1)):
        with pytest.raises(DatabaseError, match="frozen row: UPDATE on invoices_invoice"), transaction.atomic():
            rows.update(delivered_at=moment)
    rows.update(delivered_at=unopened_invoice.delivered_at)


@pytest.mark.parametrize("fixture", ["unopened_invoice", "paper_invoice"])
def test_a_stored_document_can_neither_change_nor_go(fixture, request):
    invoice = request.getfixturevalue(fixture)
    documents = Document.objects.filter(invoice=invoice)
    columns = {
        "invoice": InvoiceFactory(status=Status.SENT),
        "kind": DocumentKind.SCAN if invoice.is_issued else DocumentKind.INVOICE_PDF,
        "key": "elsewhere",
        "sha256": "0" * 64,
        "size": 1,
        "content_type": "image/gif",
        "stored_at": None,
    }
    for column, value in columns.items():
        with pytest.raises(DatabaseError, match="frozen row: UPDATE on invoices_document"), transaction.atomic():
            documents.update(**{column: value})
    with pytest.raises(DatabaseError, match="frozen row: DELETE on invoices_document"), transaction.atomic():
        documents.all().delete()
    documents.update(done_at=None, attempts=7, last_error="…")


def test_a_document_that_is_not_stored_yet_can_be_worked_on(issued_invoice):
    Document.objects.update(key="a/b/c", sha256="0" * 64, size=1)
    Document.objects.update(stored_at=timezone.now())


def test_the_events_of_a_draft_may_go_with_it_and_those_of_a_reserved_invoice_stay(scheduled_invoice):
    events = InvoiceEvent.objects.filter(invoice=scheduled_invoice)
    with pytest.raises(DatabaseError, match="frozen row: DELETE on invoices_invoiceevent"), transaction.atomic():
        events.all().delete()
    Invoice.objects.update(status=Status.DRAFT)
    with pytest.raises(DatabaseError, match="frozen row: UPDATE on invoices_invoiceevent"), transaction.atomic():
        events.update(comment="改ざん")
    assert events.all().delete()[0] == 1


def test_the_events_of_a_paper_invoice_stay(paper_invoice):
    with pytest.raises(DatabaseError, match="frozen row: DELETE on invoices_invoiceevent"), transaction.atomic():
        InvoiceEvent.objects.all().delete()


def test_no_database_holds_a_reserved_invoice_without_its_time():
    InvoiceFactory(status=Status.SCHEDULED)
    with pytest.raises(IntegrityError, match="scheduled_invoice_has_time"), transaction.atomic():
        InvoiceFactory(status=Status.SCHEDULED, scheduled_for=None)


@pytest.mark.parametrize("change", [{"paid_on": None}, {"settled": 1781}, {"settled": 0}, {"settled": 1783}], ids=str)
def test_no_database_calls_paid_what_its_payments_do_not_settle(change):
    with pytest.raises(IntegrityError, match="paid_invoice_is_settled"), transaction.atomic():
        InvoiceFactory(status=Status.PAID, **change)


@pytest.mark.parametrize("status", [status for status in Status if status not in (Status.ACCEPTED, Status.PAID)])
def test_no_database_holds_payments_of_what_was_not_accepted(status):
    with pytest.raises(IntegrityError, match="payments_only_of_accepted"), transaction.atomic():
        InvoiceFactory(status=status, settled=1)


def test_no_database_holds_a_dispute_without_a_reason():
    with pytest.raises(IntegrityError, match="dispute_has_reason"), transaction.atomic():
        InvoiceFactory(status=Status.ACCEPTED, disputed_at=timezone.now())


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "payment", "amount": 0},
        {"kind": "payment", "amount": -1},
        {"kind": "set_off", "amount": 1},
        {"kind": "refund", "amount": 1},
        {"kind": "counter_entry", "amount": -1, "reason": "誤り"},
        {"kind": "transfer", "amount": 1},
        {"kind": "payment", "amount": 1, "set_off": 1},
    ],
    ids=str,
)
def test_no_database_holds_an_entry_that_is_not_of_its_kind(row, accepted_invoice):
    with pytest.raises(IntegrityError, match="payment_is_of_its_kind"), transaction.atomic():
        Payment.objects.create(invoice=accepted_invoice, paid_on=today_jst(), **row)


def test_what_was_paid_is_never_changed_or_deleted(paid_invoice):
    entries = Payment.objects.filter(invoice=paid_invoice)
    with pytest.raises(DatabaseError, match="frozen row: UPDATE on invoices_payment"), transaction.atomic():
        entries.update(amount=1)
    with pytest.raises(DatabaseError, match="frozen row: DELETE on invoices_payment"), transaction.atomic():
        entries.all().delete()


def test_what_is_payable_is_frozen(accepted_invoice, paper_invoice, reviewer):
    accepted_paper = review.accept(invoice_id=paper_invoice.pk, actor=reviewer)
    for invoice in (accepted_invoice, accepted_paper):
        with pytest.raises(DatabaseError, match="frozen row: UPDATE on invoices_invoice"), transaction.atomic():
            Invoice.objects.filter(pk=invoice.pk).update(payable=1)


def test_no_database_holds_a_portal_invoice_without_its_supplier():
    series = InvoiceFactory(status=Status.SENT).series
    for columns in ({"status": Status.DRAFT}, {"status": Status.SENT, "series": series, "sequence": 99}):
        with pytest.raises(IntegrityError, match="issued_invoice_is_complete"), transaction.atomic():
            InvoiceFactory(supplier=None, **columns)


@pytest.mark.parametrize(
    "part", ["supplier", "number", "snapshot", "department", "municipality", "draft", "scheduled", "sent"]
)
def test_no_database_holds_a_paper_invoice_with_a_part_of_an_issue_or_in_a_status_that_paper_never_has(
    part, paper_invoice
):
    changes = {
        "supplier": {"supplier": SupplierFactory},
        "number": {"number": "2026-00001"},
        "snapshot": {"snapshot": "{}"},
        "department": {"department": None},
        "municipality": {"municipality": None},
    }.get(part, {"status": part, "scheduled_for": timezone.now()})
    paper_invoice.pk = uuid7()  # a new row: what stands in the old one is frozen besides
    for name, value in changes.items():
        setattr(paper_invoice, name, value() if callable(value) else value)
    with pytest.raises(DatabaseError, match="issued_invoice_is_complete"), transaction.atomic():
        paper_invoice.save(force_insert=True)


@pytest.mark.parametrize(
    "change",
    [{"title": "別の件名"}, {"total": 1}, {"issuer_name": "別の事業者"}, {"issue_date": "2020-01-01"}],
    ids=str,
)
def test_what_stands_on_a_paper_invoice_stays_from_its_acceptance_on(change, paper_invoice, reviewer):
    review.accept(invoice_id=paper_invoice.pk, actor=reviewer)
    with pytest.raises(DatabaseError, match="frozen row: UPDATE on invoices_invoice"), transaction.atomic():
        Invoice.objects.filter(pk=paper_invoice.pk).update(**change)


@pytest.mark.parametrize(
    "missing", ["number", "series", "sequence", "issued_at", "snapshot", "check_code", "department", "municipality"]
)
def test_no_database_holds_an_issued_invoice_that_is_incomplete(missing):
    whole = {"number": "X2026-00001", "municipality": factories.MunicipalityFactory()}
    InvoiceFactory(status=Status.SENT, **whole)
    with pytest.raises(IntegrityError, match="issued_invoice_is_complete"), transaction.atomic():
        InvoiceFactory(status=Status.SENT, **whole | {missing: None})


@pytest.mark.parametrize("column", ["number", "issued_at", "snapshot"])
def test_no_database_holds_a_draft_with_a_part_of_an_issue(column):
    values = {"number": "2026-00001", "issued_at": timezone.now(), "snapshot": "{}"}
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceFactory(status=Status.DRAFT, **{column: values[column]})


def test_no_database_holds_a_number_twice_in_its_series():
    first = InvoiceFactory(status=Status.SENT)
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceFactory(status=Status.SENT, supplier=first.supplier, sequence=first.sequence, check_code="OTHER")


@pytest.mark.parametrize("status", [Status.UNOPENED, Status.OPENED, Status.ACCEPTED, Status.PAID])
def test_no_database_holds_a_delivered_invoice_without_its_moment_of_receipt(status):
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceFactory(status=status, delivered_at=None)


@pytest.mark.parametrize("column", ["return_reason", "return_comment"])
def test_no_database_holds_a_return_without_reason(column):
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceFactory(status=Status.RETURNED, **{column: ""})


def test_no_database_holds_two_live_successors():
    old = InvoiceFactory(status=Status.RETURNED)
    InvoiceFactory(status=Status.CANCELLED, replaces=old)
    InvoiceFactory(replaces=old)
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceFactory(replaces=old)


def test_no_database_holds_two_events_of_one_place(issued_invoice):
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceEvent.objects.create(
            invoice=issued_invoice, sequence=1, action=Action.OPEN, from_status=Status.SENT, to_status=Status.OPENED
        )
