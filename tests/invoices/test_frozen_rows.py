"""On PostgreSQL the database itself refuses to change what is frozen, whoever asks."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from invoices.enums import Action, DocumentKind, Status
from invoices.models import Document, Invoice, InvoiceEvent, InvoiceLine, NumberSeries
from portal.lib.calendar import today_jst
from tests import factories
from tests.factories import InvoiceFactory, SupplierFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def _triggers(db):
    if connection.vendor != "postgresql":
        pytest.skip("the triggers exist on PostgreSQL only")


def frozen_columns(invoice: Invoice) -> dict[str, object]:
    return {
        "supplier": SupplierFactory(),
        "municipality": InvoiceFactory().municipality,
        "series": NumberSeries.objects.create(supplier=invoice.supplier, prefix="Z", fiscal_year=2026),
        "sequence": 77,
        "number": "2026-00077",
        "issued_at": timezone.now() - timedelta(days=1),
        "snapshot": "{}",
        "snapshot_schema": 9,
        "check_code": "FORGED",
        "issuer_name": "別人",
        "recipient_name": "別市",
        "department_name": "別課",
        "title": "別件",
        "issue_date": today_jst() - timedelta(days=9),
        "transaction_date": None,
        "period_from": today_jst(),
        "period_to": today_jst(),
        "net": 1,
        "tax": 1,
        "total": 1,
        "replaces": InvoiceFactory(),
    }


@pytest.mark.usefixtures("_triggers")
def test_no_frozen_column_of_an_issued_invoice_can_be_updated(issued_invoice):
    for column, value in frozen_columns(issued_invoice).items():
        with pytest.raises(DatabaseError, match="frozen row: UPDATE on invoices_invoice"), transaction.atomic():
            Invoice.objects.filter(pk=issued_invoice.pk).update(**{column: value})
    assert Invoice.objects.get(pk=issued_invoice.pk).snapshot == issued_invoice.snapshot


@pytest.mark.usefixtures("_triggers")
def test_an_invoice_cannot_be_thawed_by_taking_its_number(issued_invoice):
    with pytest.raises(DatabaseError, match="frozen row"), transaction.atomic():
        Invoice.objects.filter(pk=issued_invoice.pk).update(
            status=Status.DRAFT, number=None, issued_at=None, snapshot=None
        )


@pytest.mark.usefixtures("_triggers")
def test_the_columns_of_the_further_life_stay_open(issued_invoice, reviewer, other_department):
    Invoice.objects.filter(pk=issued_invoice.pk).update(
        status=Status.OPENED,
        delivered_at=timezone.now(),
        opened_at=timezone.now(),
        opened_by=reviewer.user,
        department=other_department,
        return_comment="理由",
    )


@pytest.mark.usefixtures("_triggers")
def test_a_draft_can_be_changed_and_deleted(draft):
    Invoice.objects.filter(pk=draft.pk).update(title="別件", total=1)
    draft.lines.update(description="別の品")
    draft.lines.all().delete()
    draft.delete()


@pytest.mark.usefixtures("_triggers")
@pytest.mark.parametrize("fixture", ["issued_invoice", "cancelled_invoice", "returned_invoice"])
def test_an_issued_invoice_can_never_be_deleted(fixture, request):
    invoice = request.getfixturevalue(fixture)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM invoices_invoice WHERE number IS NOT NULL")
        assert cursor.fetchone() == (1,)
        with pytest.raises(DatabaseError, match="frozen row: DELETE on invoices_invoice"), transaction.atomic():
            cursor.execute("DELETE FROM invoices_invoice WHERE id = %s", [invoice.pk])


@pytest.mark.usefixtures("_triggers")
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


@pytest.mark.usefixtures("_triggers")
def test_an_event_can_neither_change_nor_go(issued_invoice):
    events = InvoiceEvent.objects.filter(invoice=issued_invoice)
    with pytest.raises(DatabaseError, match="frozen row: UPDATE on invoices_invoiceevent"), transaction.atomic():
        events.update(actor_name="別人")
    with pytest.raises(DatabaseError, match="frozen row: DELETE on invoices_invoiceevent"), transaction.atomic():
        events.all().delete()
    assert events.count() == 1


@pytest.mark.usefixtures("_triggers")
def test_the_moment_of_receipt_never_changes(unopened_invoice):
    rows = Invoice.objects.filter(pk=unopened_invoice.pk)
    for moment in (None, unopened_invoice.delivered_at + timedelta(seconds=1)):
        with pytest.raises(DatabaseError, match="frozen row: UPDATE on invoices_invoice"), transaction.atomic():
            rows.update(delivered_at=moment)
    rows.update(delivered_at=unopened_invoice.delivered_at)


@pytest.mark.usefixtures("_triggers")
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


@pytest.mark.usefixtures("_triggers")
def test_a_document_that_is_not_stored_yet_can_be_worked_on(issued_invoice):
    Document.objects.update(key="a/b/c", sha256="0" * 64, size=1)
    Document.objects.update(stored_at=timezone.now())


@pytest.mark.usefixtures("_triggers")
def test_the_events_of_a_draft_may_go_with_it_and_those_of_a_reserved_invoice_stay(scheduled_invoice):
    events = InvoiceEvent.objects.filter(invoice=scheduled_invoice)
    with pytest.raises(DatabaseError, match="frozen row: DELETE on invoices_invoiceevent"), transaction.atomic():
        events.all().delete()
    Invoice.objects.update(status=Status.DRAFT)
    with pytest.raises(DatabaseError, match="frozen row: UPDATE on invoices_invoiceevent"), transaction.atomic():
        events.update(comment="改ざん")
    assert events.all().delete()[0] == 1


@pytest.mark.usefixtures("_triggers")
def test_the_events_of_a_paper_invoice_stay(paper_invoice):
    with pytest.raises(DatabaseError, match="frozen row: DELETE on invoices_invoiceevent"), transaction.atomic():
        InvoiceEvent.objects.all().delete()


@pytest.mark.both_db
def test_no_database_holds_a_reserved_invoice_without_its_time():
    InvoiceFactory(status=Status.SCHEDULED)
    with pytest.raises(IntegrityError, match="scheduled_invoice_has_time"), transaction.atomic():
        InvoiceFactory(status=Status.SCHEDULED, scheduled_for=None)


@pytest.mark.both_db
@pytest.mark.parametrize("column", ["paid_on", "paid_amount"])
def test_no_database_holds_a_payment_without_day_or_amount(column):
    with pytest.raises(IntegrityError, match="paid_invoice_has_payment"), transaction.atomic():
        InvoiceFactory(status=Status.PAID, **{column: None})


@pytest.mark.both_db
def test_no_database_holds_a_portal_invoice_without_its_supplier():
    series = InvoiceFactory(status=Status.SENT).series
    for columns in ({"status": Status.DRAFT}, {"status": Status.SENT, "series": series, "sequence": 99}):
        with pytest.raises(IntegrityError, match="issued_invoice_is_complete"), transaction.atomic():
            InvoiceFactory(supplier=None, **columns)


@pytest.mark.both_db
@pytest.mark.parametrize(
    "part", ["supplier", "number", "snapshot", "department", "municipality", "draft", "scheduled", "sent", "cancelled"]
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
    values = {name: value() if callable(value) else value for name, value in changes.items()}
    # On PostgreSQL the city of a paper invoice is frozen besides, and that is found first.
    refusal = (
        "frozen row" if part == "municipality" and connection.vendor == "postgresql" else "issued_invoice_is_complete"
    )
    with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        Invoice.objects.filter(pk=paper_invoice.pk).update(**values)


@pytest.mark.usefixtures("_triggers")
@pytest.mark.parametrize(
    "change",
    [{"title": "別の件名"}, {"total": 1}, {"issuer_name": "別の事業者"}, {"issue_date": "2020-01-01"}],
    ids=str,
)
def test_what_stands_on_a_paper_invoice_stays(change, paper_invoice):
    with pytest.raises(DatabaseError, match="frozen row: UPDATE on invoices_invoice"), transaction.atomic():
        Invoice.objects.filter(pk=paper_invoice.pk).update(**change)


@pytest.mark.both_db
@pytest.mark.parametrize(
    "missing", ["number", "series", "sequence", "issued_at", "snapshot", "check_code", "department", "municipality"]
)
def test_no_database_holds_an_issued_invoice_that_is_incomplete(missing):
    whole = {"number": "X2026-00001", "municipality": factories.MunicipalityFactory()}
    InvoiceFactory(status=Status.SENT, **whole)
    with pytest.raises(IntegrityError, match="issued_invoice_is_complete"), transaction.atomic():
        InvoiceFactory(status=Status.SENT, **whole | {missing: None})


@pytest.mark.both_db
@pytest.mark.parametrize("column", ["number", "issued_at", "snapshot"])
def test_no_database_holds_a_draft_with_a_part_of_an_issue(column):
    values = {"number": "2026-00001", "issued_at": timezone.now(), "snapshot": "{}"}
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceFactory(status=Status.DRAFT, **{column: values[column]})


@pytest.mark.both_db
def test_no_database_holds_a_number_twice_in_its_series():
    first = InvoiceFactory(status=Status.SENT)
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceFactory(status=Status.SENT, supplier=first.supplier, sequence=first.sequence, check_code="OTHER")


@pytest.mark.both_db
@pytest.mark.parametrize("status", [Status.UNOPENED, Status.OPENED, Status.ACCEPTED, Status.PAID])
def test_no_database_holds_a_delivered_invoice_without_its_moment_of_receipt(status):
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceFactory(status=status, delivered_at=None)


@pytest.mark.both_db
@pytest.mark.parametrize("column", ["return_reason", "return_comment"])
def test_no_database_holds_a_return_without_reason(column):
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceFactory(status=Status.RETURNED, **{column: ""})


@pytest.mark.both_db
def test_no_database_holds_two_live_successors():
    old = InvoiceFactory(status=Status.RETURNED)
    InvoiceFactory(status=Status.CANCELLED, replaces=old)
    InvoiceFactory(replaces=old)
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceFactory(replaces=old)


@pytest.mark.both_db
def test_no_database_holds_two_events_of_one_place(issued_invoice):
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceEvent.objects.create(
            invoice=issued_invoice, sequence=1, action=Action.OPEN, from_status=Status.SENT, to_status=Status.OPENED
        )
