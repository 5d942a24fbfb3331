"""Invoices that came on paper: the scan is the original, and the city alone sees them."""

import hashlib
from datetime import datetime, time, timedelta

import pytest

from accounts.acting import NotAllowed, NotPermitted
from accounts.models import OutgoingMail
from invoices.archive import store
from invoices.enums import Action, DocumentKind, Origin, ReturnReason, Status
from invoices.lifecycle import corrections, paper, review
from invoices.lifecycle.paper import RecordedAlready
from invoices.lifecycle.workflow import WrongInput, can
from invoices.models import Document, Invoice, InvoiceEvent, NumberSeries
from invoices.permissions import may_read_content
from portal.lib.calendar import JST, today_jst
from portal.lib.ids import uuid7
from tests.factories import SCAN, DepartmentFactory, paper_facts, record_paper, staff_of
from tests.racing import losers, race
from tests.small_files import pdf, picture

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]

SCANS = {
    "application/pdf": pdf(),
    "image/png": picture(),
    "image/jpeg": picture("JPEG"),
}
CITY = ["reviewer", "second_reviewer", "accountant", "municipality_admin"]
STRANGERS = ["supplier_owner", "other_supplier", "other_department_staff", "other_city_staff"]


def nothing_is_left(folder) -> bool:
    rows = any(model.objects.exists() for model in (Invoice, InvoiceEvent, Document))
    return not rows and not any(path.is_file() for path in folder.rglob("*"))


def test_a_paper_invoice_begins_opened_without_number_snapshot_or_supplier(reviewer, department, municipality):
    received = today_jst() - timedelta(days=2)
    invoice = record_paper(reviewer, department, received_on=received)
    assert (invoice.status, invoice.origin, invoice.supplier_id) == (Status.OPENED, Origin.PAPER, None)
    assert (invoice.number, invoice.series, invoice.snapshot, invoice.check_code) == (None, None, None, None)
    assert not NumberSeries.objects.exists()
    assert (invoice.issuer_name, invoice.title, invoice.total) == ("手書商店", "10月分 修繕", 55_000)
    assert (invoice.department, invoice.municipality) == (department, municipality)
    assert (invoice.recipient_name, invoice.department_name) == ("見本市", "子育て支援課")
    assert invoice.delivered_at == datetime.combine(received, time.min, JST)
    assert (invoice.opened_by, invoice.created_by) == (reviewer.user, reviewer.user)
    assert invoice.opened_at is not None
    event = InvoiceEvent.objects.get()
    assert (event.sequence, event.action, event.from_status, event.to_status) == (
        1,
        Action.RECORD_PAPER,
        "",
        Status.OPENED,
    )
    assert (event.actor, event.actor_role, event.actor_organisation) == (reviewer.user, "reviewer", "見本市")
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("kind", list(SCANS))
def test_the_scan_is_kept_as_it_is_with_the_type_that_its_first_bytes_show(
    kind, reviewer, department, documents_folder
):
    invoice = record_paper(reviewer, department, SCANS[kind])
    document = Document.objects.get()
    sha256 = hashlib.sha256(SCANS[kind]).hexdigest()
    assert (document.invoice, document.kind, document.content_type) == (invoice, DocumentKind.SCAN, kind)
    assert document.key == f"{department.municipality_id}/{invoice.pk}/{sha256}"
    assert (document.sha256, document.size) == (sha256, len(SCANS[kind]))
    assert store.fetch(document.key) == SCANS[kind]
    assert document.stored_at is not None
    assert document.done_at is not None
    assert not Document.objects.due().exists(), "there is nothing to render"
    assert [path.read_bytes() for path in documents_folder.rglob("*") if path.is_file()] == [SCANS[kind]]


@pytest.mark.parametrize(
    "scan",
    [
        b"",
        b"%PDF",
        bytes(1024) + b"%PDF-1.7",
        b"GIF89a",
        b"PK\x03\x04",
        b"<svg xmlns=",
        b"\x89PNG\n\x1a\n",
        b"MZ",
        b"II*\x00",
    ],
    ids=lambda scan: scan[:4].hex() or "empty",
)
def test_what_is_no_pdf_png_or_jpeg_is_refused_and_not_stored(scan, reviewer, department, documents_folder):
    with pytest.raises(NotAllowed, match="PDF・PNG・JPEG"):
        record_paper(reviewer, department, scan)
    assert nothing_is_left(documents_folder)


def test_a_scan_has_at_most_twenty_megabytes(reviewer, department, documents_folder):
    twenty = 20 * 1024 * 1024
    assert twenty == paper.SCAN_MAX_BYTES
    with pytest.raises(NotAllowed, match="20MB"):
        record_paper(reviewer, department, SCAN.ljust(twenty + 1))
    assert nothing_is_left(documents_folder)
    record_paper(reviewer, department, SCAN.ljust(twenty))
    assert Document.objects.get().size == twenty


def files(folder) -> int:
    return len([path for path in folder.rglob("*") if path.is_file()])


def test_the_same_scan_is_recorded_once_in_a_city_unless_it_is_another_invoice(
    reviewer, department, documents_folder, accountant, other_department
):
    first = record_paper(reviewer, department)
    with pytest.raises(RecordedAlready) as refused:
        record_paper(accountant, other_department, title="別件")
    assert refused.value.first == first
    assert (Invoice.objects.count(), files(documents_folder)) == (1, 1)
    second = record_paper(reviewer, department, another=True)
    assert first.pk != second.pk
    assert files(documents_folder) == 2


def test_the_same_scan_in_another_city_is_nobodys_business(paper_invoice, other_city_staff, other_municipality):
    (own,) = other_municipality.departments.all()
    assert record_paper(other_city_staff, own).municipality == other_municipality


def test_what_was_withdrawn_may_be_recorded_again(paper_invoice, reviewer, department):
    paper.withdraw_paper(invoice_id=paper_invoice.pk, actor=reviewer, comment="課の誤り")
    assert record_paper(reviewer, department).status == Status.OPENED


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_the_same_scan_at_once_one_is_told(reviewer, second_reviewer, department):
    outcomes = race(lambda: record_paper(reviewer, department), lambda: record_paper(second_reviewer, department))
    assert [type(error) for error in losers(outcomes)] == [RecordedAlready]
    assert Invoice.objects.count() == 1


@pytest.mark.parametrize(("after", "fault"), [(0, False), (1, True)])
def test_nothing_is_received_before_its_date(after, fault, reviewer, department):
    received = today_jst() - timedelta(days=9)
    days = {"received_on": received, "issue_date": received + timedelta(days=after)}
    if not fault:
        assert record_paper(reviewer, department, **days).issue_date == received
        return
    with pytest.raises(WrongInput, match="請求日が受領日より後です") as refused:
        record_paper(reviewer, department, **days)
    assert refused.value.field == "issue_date"
    assert not Invoice.objects.exists()


def test_a_day_of_receipt_in_the_future_is_a_mistake(reviewer, department, documents_folder):
    with pytest.raises(NotAllowed, match="先の日付"):
        record_paper(reviewer, department, received_on=today_jst() + timedelta(days=1))
    assert nothing_is_left(documents_folder)


@pytest.mark.parametrize("name", ["other_department_staff", "other_city_staff", "supplier_owner", "other_supplier"])
def test_nobody_records_paper_for_a_department_that_is_not_theirs(name, request, department, documents_folder):
    actor = request.getfixturevalue(name)
    with pytest.raises(NotPermitted):
        record_paper(actor, department)
    assert nothing_is_left(documents_folder)


@pytest.mark.parametrize("name", ["accountant", "municipality_admin"])
def test_the_whole_city_desk_records_paper_for_any_department_of_its_city_alone(
    name, request, department, other_municipality, documents_folder
):
    actor = request.getfixturevalue(name)
    with pytest.raises(NotAllowed):
        record_paper(actor, DepartmentFactory(municipality=other_municipality))
    assert nothing_is_left(documents_folder)
    assert record_paper(actor, department).department == department


@pytest.mark.parametrize("closing", ["closed", "merged", "unknown"])
def test_a_department_that_is_no_more_takes_no_paper(closing, municipality, department, documents_folder):
    former = DepartmentFactory(
        municipality=municipality, closed=closing == "closed", succeeded_by=department if closing == "merged" else None
    )
    actor = staff_of(municipality, former)
    if closing == "unknown":
        with pytest.raises(NotPermitted):
            paper.record_paper(department_id=uuid7(), facts=paper_facts(), scan=SCAN, actor=actor)
    else:
        with pytest.raises(NotAllowed, match="選び直して"):
            record_paper(actor, former)
    assert nothing_is_left(documents_folder)


@pytest.mark.parametrize("name", [*CITY, *STRANGERS])
def test_a_paper_invoice_is_visible_to_the_city_and_to_no_supplier(name, request, paper_invoice):
    actor = request.getfixturevalue(name)
    assert Invoice.objects.visible_to(actor).exists() == (name in CITY)
    assert may_read_content(actor, paper_invoice) or name not in CITY


@pytest.mark.parametrize("name", STRANGERS)
def test_no_stranger_takes_a_step_with_it(name, request, paper_invoice):
    actor = request.getfixturevalue(name)
    assert [action for action in Action if action != Action.RECORD_PAPER and can(actor, action, paper_invoice)] == []


def test_a_paper_invoice_has_no_number_to_withdraw_and_nobody_to_correct_it(paper_invoice, reviewer, supplier_owner):
    for actor in (reviewer, supplier_owner):
        with pytest.raises(NotPermitted):
            corrections.cancel(invoice_id=paper_invoice.pk, actor=actor)
    review.return_invoice(
        invoice_id=paper_invoice.pk, actor=reviewer, reason=ReturnReason.WRONG_CONTENT, comment="金額の誤り"
    )
    assert not OutgoingMail.objects.exists()
    with pytest.raises(NotAllowed):
        corrections.reissue(invoice_id=paper_invoice.pk, actor=supplier_owner)


def test_a_paper_invoice_is_rerouted_and_opened_like_any_other(
    paper_invoice, reviewer, other_department, other_department_staff
):
    invoice = review.reroute(
        invoice_id=paper_invoice.pk, actor=reviewer, department_id=other_department.pk, comment="道路課へ"
    )
    assert invoice.status == Status.UNOPENED
    (mail,) = OutgoingMail.objects.all()
    assert mail.recipient == "roads@city.example"
    assert "None" not in mail.subject + mail.body
    assert "(紙の請求書)" in mail.subject
    assert review.open_invoice(invoice_id=invoice.pk, actor=other_department_staff).status == Status.OPENED
