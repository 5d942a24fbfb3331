"""What earlier invoices say of a draft: the same claim twice, and a city's limit for a month."""

from datetime import datetime, time, timedelta

import pytest

from invoices.enums import InvoiceKind, Status
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
        {"transaction_date": day(-1)},
        {"transaction_date": None},
        {"period_to": day(0)},
        {"period_from": day(0)},
        {"kind": InvoiceKind.RETURN},
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
    assert codes(scene.head(**period).findings()) == ["possible-duplicate"]
    assert codes(scene.head(period_from=day(-8)).findings()) == []


def this_month() -> datetime:
    return datetime.combine(today_jst().replace(day=1), time.min, JST)


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
