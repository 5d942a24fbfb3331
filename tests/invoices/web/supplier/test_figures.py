"""What a supplier has claimed month by month, and what it waits for."""

from datetime import date

import pytest

from invoices.enums import InvoiceKind, Status
from invoices.models import Invoice
from invoices.web.supplier import figures
from portal.lib.calendar import today_jst
from tests import factories
from tests.factories import InvoiceFactory
from tests.pages import Visitor

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 28)


@pytest.fixture
def of(supplier, department):
    """A delivered invoice of the supplier; `figures` reads the columns alone."""

    def make(day: date, total: int, **columns) -> Invoice:
        about = {"supplier": supplier, "department": department, "status": Status.UNOPENED, "issue_date": day}
        return InvoiceFactory(**about | {"total": total, "payable": total} | columns)

    return make


def amounts(supplier_owner) -> dict[str, tuple[int, int]]:
    months = figures.last_months(Invoice.objects.visible_to(supplier_owner), TODAY)
    assert [month.first for month in months] == sorted(month.first for month in months)
    assert len(months) == 12
    return {f"{month.first:%Y-%m}": (month.count, month.amount) for month in months if month.count}


def test_each_month_has_what_was_issued_less_what_was_taken_back(of, supplier_owner):
    of(date(2026, 11, 1), 1_000)
    of(date(2026, 11, 30), 2_000)
    of(date(2026, 11, 30), -500, kind=InvoiceKind.CREDIT_NOTE)
    of(date(2025, 12, 1), 7_000)
    of(date(2025, 11, 30), 9_000)  # more than twelve months ago
    assert amounts(supplier_owner) == {"2026-11": (3, 2_500), "2025-12": (1, 7_000)}


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SCHEDULED, Status.RETURNED, Status.CANCELLED])
def test_what_is_not_out_or_came_back_counts_for_nothing(status, of, supplier_owner, request):
    names = {Status.SCHEDULED: "scheduled_invoice", Status.RETURNED: "returned_invoice"}
    names |= {Status.DRAFT: "draft", Status.CANCELLED: "cancelled_invoice"}
    assert request.getfixturevalue(names[status]).status == status
    assert amounts(supplier_owner) == {}


def test_what_stands_in_the_place_of_another_counts_once(office, new_draft, supplier_owner):
    claim = office.accept(office.deliver(new_draft()))
    before = figures.waiting(Invoice.objects.visible_to(supplier_owner))
    office.accept(office.correction(claim, 30))
    assert figures.waiting(Invoice.objects.visible_to(supplier_owner)) == before // 2


def test_a_correction_that_is_out_counts_in_the_place_of_what_it_corrects(office, new_draft, supplier_owner):
    claim = office.accept(office.deliver(new_draft()))
    first = office.correction(claim, 50)

    def of_now() -> tuple[int, int]:
        month = figures.last_months(Invoice.objects.visible_to(supplier_owner), today_jst())[-1]
        return month.count, month.amount

    assert of_now() == (1, first.total)
    office.give_back(first)
    assert of_now() == (1, claim.total)
    again = office.correction(first, 40)
    assert of_now() == (1, again.total)


def test_what_one_city_has_to_get_back_does_not_lower_what_another_pays(office, new_draft, supplier_owner):
    paid = office.claim(new_draft())
    office.pay(paid)
    waiting = office.claim(new_draft())
    office.accept(office.note(paid, 6))
    assert figures.waiting(Invoice.objects.visible_to(supplier_owner)) == waiting.total


def test_it_waits_for_what_is_accepted_and_not_paid_less_what_was_taken_back(office, new_draft, supplier_owner):
    visible = Invoice.objects.visible_to(supplier_owner)
    assert figures.waiting(visible) == 0
    claim = office.claim(new_draft())
    assert figures.waiting(visible) == claim.total
    office.pay(claim, 782)
    assert figures.waiting(visible) == claim.total - 782
    note = office.accept(office.note(claim, 6))
    assert figures.waiting(visible) == claim.total - 782 + note.total


def test_the_highest_month_fills_the_picture_and_one_below_zero_has_no_bar(of, supplier_owner):
    of(date(2026, 9, 1), 4_000)
    of(date(2026, 10, 1), 1_000)
    of(date(2026, 11, 1), -1_000, kind=InvoiceKind.CREDIT_NOTE)
    months = figures.last_months(Invoice.objects.visible_to(supplier_owner), TODAY)
    assert [month.height for month in months[-3:]] == [figures.HEIGHT, figures.HEIGHT / 4, 0]
    assert all(month.y + month.height == figures.HEIGHT for month in months)
    assert all(month.x >= 0 and month.x + month.width <= figures.WIDTH for month in months)


def test_the_home_page_shows_them_as_picture_and_table(at_supplier, office, new_draft, supplier_b):
    assert "今月の請求額" not in Visitor(factories.member_of(supplier_b)).read("supplier_home").text
    office.accept(office.deliver(new_draft()))
    page = at_supplier.read("supplier_home")
    assert "今月の請求額 1,782 円" in page.text
    assert "受理済・支払待ち 1,782 円" in page.text
    assert "1件 1,782円" in page.text
