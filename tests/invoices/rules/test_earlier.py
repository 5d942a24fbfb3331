"""What earlier invoices say of a draft: the same claim twice, and a city's limit for a month."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from invoices import rules
from invoices.enums import InvoiceKind, Status
from invoices.models import Invoice, content_of
from invoices.rules import Level
from portal.lib.calendar import JST, to_wareki, today_jst
from tests.factories import DepartmentFactory, InvoiceFactory, SupplierFactory
from tests.invoices.rules.scene import codes, day, objections

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def same(scene, **changes):
    """A bare invoice that claims what the draft claims."""
    columns = {"status": Status.ACCEPTED, "total": 1782, "issue_date": day(-5), "transaction_date": today_jst()}
    return scene.row(**columns | changes)


def test_a_possible_duplicate_is_named_by_number_and_date(scene):
    same(scene, issued_at=datetime(2020, 1, 1, tzinfo=JST))
    latest = same(scene)
    (finding,) = scene.findings()
    assert finding.code == "possible-duplicate"
    assert latest.number in str(finding.message)
    assert to_wareki(day(-5)) in str(finding.message)


def test_the_corrections_of_one_claim_are_no_duplicates_of_each_other(scene):
    """The second correction, after the first came back, comes to what the claim in force comes to."""
    came_back = same(scene, status=Status.RETURNED, replaces=same(scene))
    assert codes(scene.replacing(came_back).findings()) == []


def test_nor_is_the_claim_one_of_the_correction_that_waits(scene):
    """The department reads the claim once more while its correction, or that of one that came back, lies there."""
    claim = scene.issued()
    came_back = same(scene, status=Status.RETURNED, replaces=claim)
    same(scene, status=Status.UNOPENED, replaces=came_back)
    assert "possible-duplicate" not in codes(rules.check(claim, content_of(claim)))
    same(scene)
    assert "possible-duplicate" in codes(rules.check(claim, content_of(claim)))


def test_equal_refunds_of_two_claims_are_no_duplicates(scene):
    one, other = scene.claim(), scene.claim()
    same(scene, kind=InvoiceKind.CREDIT_NOTE, original=one, total=-1782, snapshot=one.snapshot)
    for claim, found in ((one, True), (other, False)):
        scene.credit_note(original_id=claim.pk, original_number="")
        assert ("possible-duplicate" in codes(scene.findings())) == found


@pytest.mark.parametrize("status", [status for status in Status if status not in (Status.DRAFT, Status.SCHEDULED)])
def test_an_invoice_that_was_cancelled_or_returned_has_no_duplicate(status, scene):
    same(scene, status=status)
    withdrawn = status in (Status.CANCELLED, Status.RETURNED)
    assert codes(scene.findings()) == ([] if withdrawn else ["possible-duplicate"])


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.DRAFT},
        {"total": 1781},
        {"transaction_date": timedelta(days=-1)},
        {"transaction_date": None},
        {"transaction_date": None, "period_from": timedelta(days=-1), "period_to": timedelta()},
        {"transaction_date": None, "period_from": timedelta(), "period_to": timedelta(days=1)},
        {"kind": InvoiceKind.CREDIT_NOTE},
    ],
    ids=str,
)
def test_what_differs_or_is_not_issued_is_no_duplicate(changes, scene):
    same(scene, **changes)
    assert scene.findings() == []


def test_another_department_or_supplier_is_no_duplicate(scene):
    same(scene, department=DepartmentFactory(municipality=scene.department.municipality))
    same(scene, supplier=SupplierFactory())
    assert scene.findings() == []


def test_a_correction_is_no_duplicate_of_its_original(scene):
    assert scene.replacing(same(scene)).findings() == []


def test_a_draft_is_no_duplicate_of_itself(scene):
    invoice = same(scene)
    assert scene.set(pk=invoice.pk).findings() == []


def test_two_claims_for_the_same_period_are_possible_duplicates(scene):
    period = {"transaction_date": None, "period_from": day(-9), "period_to": day(0)}
    same(scene, **period)
    assert objections(scene.head(**period).findings()) == ["possible-duplicate"]
    assert objections(scene.head(period_from=day(-8)).findings()) == []


def one_day() -> dict[str, date | None]:
    """A function, because midnight may pass between the reading of this file and the test."""
    return {"transaction_date": None, "period_from": day(0), "period_to": day(0)}


@pytest.mark.parametrize("mine", [dict, one_day])
@pytest.mark.parametrize("before", [dict, one_day])
def test_a_transaction_date_is_the_period_of_that_one_day(before, mine, scene):
    same(scene, **before())
    assert codes(scene.head(**mine()).findings()) == ["possible-duplicate"]


def test_without_a_whole_period_no_draft_is_a_duplicate(scene):
    same(scene)
    scene.head(transaction_date=None, period_from=day(0))
    assert codes(scene.findings()) == ["transaction-date-missing"]


def test_what_waits_for_its_time_is_named_by_title_and_time(scene):
    reserved = datetime(2027, 4, 1, 0, 30, tzinfo=UTC)
    same(scene, status=Status.SCHEDULED, title="先の分", scheduled_for=reserved)
    (finding,) = scene.findings()
    assert (finding.code, finding.level) == ("possible-duplicate", Level.WARNING)
    assert "請求書「先の分」を2027-04-01 09:30に発行予約しています。" in str(finding.message)
    issued = same(scene)
    (finding,) = scene.findings()
    assert issued.number in str(finding.message), "what is issued already weighs more"


def test_a_reserved_draft_is_no_duplicate_of_itself(scheduled_invoice):
    assert "possible-duplicate" not in codes(rules.check(scheduled_invoice, content_of(scheduled_invoice)))


def test_about_an_issued_invoice_nothing_is_said_of_reservations(scene):
    """The department reads it, and knows of nothing that is not issued."""
    issued = scene.issued()
    same(scene, status=Status.SCHEDULED)
    assert codes(rules.check(issued, content_of(issued))) == []
    same(scene)
    assert codes(rules.check(issued, content_of(issued))) == ["possible-duplicate"]


@pytest.mark.parametrize("kind", [InvoiceKind.INVOICE, InvoiceKind.CREDIT_NOTE])
def test_the_department_reads_of_a_duplicate_as_of_what_it_received(kind, scene):
    if kind == InvoiceKind.CREDIT_NOTE:
        scene.credit_note()
    issued = Invoice.objects.get(pk=scene.issued().pk)
    other = same(scene, kind=kind, total=issued.total)
    (remark,) = [each for each in rules.remarks(issued) if each.code == "possible-duplicate"]
    name, date_of = issued.words.name, issued.words.issue_date
    assert f"{name}{other.number}({date_of}{to_wareki(day(-5))})もあります。" in remark.text
    assert "発行済み" not in remark.text


def month(ahead: int) -> date:
    """The first day of this month, or of one after it."""
    first = today_jst().replace(day=1)
    for _n in range(ahead):
        first = (first + timedelta(days=31)).replace(day=1)
    return first


def this_month() -> datetime:
    return datetime.combine(month(0), time.min, JST)


@pytest.mark.parametrize(
    ("before", "reached"), [(timedelta(), True), (timedelta(seconds=1), False)], ids=["this month", "last month"]
)
def test_the_month_of_the_limit_begins_at_midnight_in_japan(before, reached, scene):
    scene.city(bulk_limit_per_month=1).row(status=Status.OPENED, issued_at=this_month() - before)
    assert objections(scene.findings()) == (["bulk-limit-reached"] if reached else [])


def test_the_limit_counts_one_suppliers_invoices_to_one_city(scene):
    scene.city(bulk_limit_per_month=1)
    scene.row(status=Status.OPENED, department=DepartmentFactory())
    InvoiceFactory(department=scene.department, status=Status.OPENED)
    scene.row(status=Status.DRAFT)
    assert scene.findings() == []
    scene.row(status=Status.OPENED, department=DepartmentFactory(municipality=scene.department.municipality))
    assert objections(scene.findings()) == ["bulk-limit-reached"]


def test_what_the_city_sent_back_is_corrected_beyond_the_limit(scene):
    returned = scene.city(bulk_limit_per_month=1).row(status=Status.RETURNED)
    assert objections(scene.findings()) == ["bulk-limit-reached"]
    assert objections(scene.replacing(returned).findings()) == []


def test_what_the_supplier_withdrew_itself_counts_like_any_other(scene):
    cancelled = scene.city(bulk_limit_per_month=1).row(status=Status.CANCELLED)
    assert objections(scene.replacing(cancelled).findings()) == ["bulk-limit-reached"]


def test_returns_are_neither_counted_nor_stopped(scene):
    scene.city(bulk_limit_per_month=1).row(status=Status.OPENED, kind=InvoiceKind.CREDIT_NOTE)
    assert objections(scene.findings()) == []
    scene.row(status=Status.OPENED)
    assert objections(scene.findings()) == ["bulk-limit-reached"]
    assert objections(scene.credit_note().findings()) == []


@pytest.mark.parametrize("ahead", [0, 1])
def test_the_month_of_the_limit_is_the_one_in_which_the_invoice_goes_out(ahead, scene):
    scene.city(bulk_limit_per_month=1)
    scene.row(status=Status.OPENED, issued_at=datetime.combine(month(ahead), time.min, JST))
    last_day, next_month = month(1) - timedelta(days=1), month(1)
    assert ("bulk-limit-reached" in codes(scene.going_out(last_day).findings())) == (ahead == 0)
    assert ("bulk-limit-reached" in codes(scene.going_out(next_month).findings())) == (ahead == 1)
