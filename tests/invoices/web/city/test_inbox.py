"""The city's inbox: what waits, and in which order."""

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Department, StaffRole
from invoices.enums import Status
from invoices.models import Invoice
from portal.lib.calendar import JST, jst_date, today_jst
from tests import factories
from tests.factories import InvoiceFactory
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def arrived(supplier, department):
    """An invoice at the department in a status, some days ago."""

    now = timezone.now()

    def make(status: Status, days: int = 0, at: Department = department) -> Invoice:
        return InvoiceFactory(
            supplier=supplier,
            department=at,
            status=status,
            issuer_name="事業者A",
            delivered_at=now - timedelta(days=days),
        )

    return make


def taken_over(invoice: Invoice) -> Invoice:
    invoice.taken_over_at = timezone.now()
    invoice.save(update_fields=["taken_over_at"])
    return invoice


def numbers(page: Page) -> list[str]:
    return [label.split()[0] for label in page.links if label.startswith("X2026-")]


class TestTheList:
    def test_shows_the_moment_of_receipt_and_of_paper_the_day_alone(
        self, at_department, supplier, department, paper_invoice
    ):
        yesterday, day = today_jst() - timedelta(days=1), jst_date(paper_invoice.delivered_at)
        moment = datetime.combine(yesterday, time(9, 5), JST)
        InvoiceFactory(supplier=supplier, department=department, status=Status.OPENED, delivered_at=moment)
        text = at_department.read("review:inbox", status=Status.OPENED).text
        assert f"{moment.year}年{moment.month}月{moment.day}日 09:05" in text
        assert f"{day.year}年{day.month}月{day.day}日" in text
        assert f"{day.year}年{day.month}月{day.day}日 00:00" not in text

    def test_begins_with_what_is_unopened_the_oldest_on_top(self, at_department, arrived):
        arrived(Status.OPENED, 9)
        new, old, middle = (arrived(Status.UNOPENED, days) for days in (0, 7, 3))
        page = at_department.read("review:inbox")
        assert numbers(page) == [old.number, middle.number, new.number]
        assert "未開封3件" in page.links

    @pytest.mark.parametrize("status", [Status.PAID, Status.RETURNED])
    def test_of_what_is_done_shows_the_newest_first(self, at_department, arrived, status):
        old, new = arrived(status, 5), arrived(status, 1)
        assert numbers(at_department.read("review:inbox", status=status)) == [new.number, old.number]

    def test_names_the_issuer_in_the_link_since_every_supplier_counts_from_one(self, at_department, arrived):
        invoice = arrived(Status.UNOPENED)
        links = at_department.read("review:inbox").links
        assert links[f"{invoice.number} 事業者A"] == at_department.address("review:detail", invoice.pk)

    def test_has_a_tab_for_every_status_and_one_for_all(self, at_department, arrived):
        rows = [arrived(status) for status in Status if status not in (Status.DRAFT, Status.SCHEDULED, Status.SENT)]
        page = at_department.read("review:inbox", status="all")
        for label in ("未開封", "開封", "引き継ぎ待ち", "支払済", "差戻し", "取消"):
            assert f"{label}1件" in page.links
        assert "すべて6件" in page.links
        assert sorted(numbers(page)) == sorted(row.number for row in rows)

    def test_shows_the_departments_that_somebody_may_see(
        self, at_department, at_accounts, arrived, other_department, other_department_staff, other_city_staff
    ):
        own, other = arrived(Status.UNOPENED, 1), arrived(Status.UNOPENED, 0, other_department)
        assert numbers(at_department.read("review:inbox")) == [own.number]
        assert numbers(Visitor(other_department_staff).read("review:inbox")) == [other.number]
        assert numbers(at_accounts.read("review:inbox")) == [own.number, other.number]
        assert numbers(Visitor(other_city_staff).read("review:inbox", status="all")) == []

    @pytest.mark.parametrize("status", [Status.DRAFT, Status.SCHEDULED, Status.SENT])
    def test_shows_nothing_that_has_not_arrived(self, at_department, at_accounts, supplier, department, status):
        InvoiceFactory(supplier=supplier, department=department, status=status)
        for visitor in (at_department, at_accounts):
            assert "すべて0件" in visitor.read("review:inbox", status="all").links

    def test_of_the_accepted_holds_apart_what_was_taken_over(self, at_accounts, at_department, arrived):
        waiting, taken = arrived(Status.ACCEPTED, 1), taken_over(arrived(Status.ACCEPTED, 5))
        day = taken.taken_over_at.astimezone(JST)
        said = f"会計引継済 {day.year}年{day.month}月{day.day}日"
        for visitor in (at_accounts, at_department):
            page = visitor.read("review:inbox", status="accepted")
            assert {"引き継ぎ待ち1件", "支払待ち1件"} < set(page.links)
            assert (numbers(page), said in page.text) == ([waiting.number], False)
            page = visitor.read("review:inbox", status="taken_over")
            assert (numbers(page), said in page.text) == ([taken.number], True)
            page = visitor.read("review:inbox", status="all")
            assert (len(numbers(page)), page.text.count(said)) == (2, 1)

    def test_goes_on_to_further_pages_without_losing_or_repeating_one(self, at_department, arrived):
        rows = [arrived(Status.OPENED) for _n in range(60)]  # all at the same moment
        first = at_department.read("review:inbox", status="opened")
        second = Page(at_department.client.get(first.links["次のページ"]))
        assert (len(numbers(first)), len(numbers(second))) == (50, 10)
        assert sorted(numbers(first) + numbers(second)) == sorted(row.number for row in rows)

    def test_that_is_empty_says_so(self, at_department):
        assert "届くとここに並び、メールでもお知らせします。" in at_department.read("review:inbox").text
        assert "この状態の請求書はありません" in at_department.read("review:inbox", status="paid").text

    @pytest.mark.parametrize("status", ["", "draft", "nonsense"])
    def test_an_unknown_tab_is_that_of_the_unopened(self, at_department, arrived, status):
        row = arrived(Status.UNOPENED)
        assert numbers(at_department.read("review:inbox", status=status)) == [row.number]

    def test_of_what_is_to_be_paid_shows_what_is_left_and_marks_what_was_paid_in_part(self, at_accounts, arrived):
        row = taken_over(arrived(Status.ACCEPTED))
        Invoice.objects.filter(pk=row.pk).update(settled=200)
        text = at_accounts.read("review:inbox", status="taken_over").text
        assert "一部支払" in text
        assert "1,582円" in text

    def test_of_what_was_paid_shows_how_much_and_when(self, at_accounts, arrived):
        arrived(Status.PAID)
        day = today_jst()
        assert (
            f"1,782円 1,782円 {day.year}年{day.month}月{day.day}日"
            in at_accounts.read("review:inbox", status="paid").text
        )

    def test_marks_what_was_recalled_and_lets_nobody_tick_it(self, at_department, at_accounts, arrived):
        row = arrived(Status.OPENED)
        Invoice.objects.filter(pk=row.pk).update(recalled_at=timezone.now())
        for visitor in (at_department, at_accounts):
            page = visitor.read("review:inbox", status="opened")
            assert "引戻し" in page.text
            assert row.number in numbers(page)
        assert "1件ずつ" in at_department.read("review:inbox", status="opened").text

    @pytest.mark.parametrize("status", ["unopened", "opened", "accepted", "taken_over", "all"])
    def test_asks_the_database_no_more_for_three_than_for_one(self, at_accounts, arrived, municipality, status):
        at_accounts.read("review:inbox")

        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                assert numbers(at_accounts.read("review:inbox", status=status))
            return len(asked)

        wanted = {"all": Status.OPENED, "taken_over": Status.ACCEPTED}.get(status) or Status(status)

        def add(*at: Department) -> None:
            row = arrived(wanted, 0, *at)
            if status == "taken_over":
                taken_over(row)

        add()
        one = queries()
        for _n in range(2):
            add(factories.DepartmentFactory(municipality=municipality))
        assert queries() == one

    def test_a_paper_invoice_is_called_one(self, at_department, paper_invoice):
        page = at_department.read("review:inbox", status="opened")
        assert page.links["紙の請求書 手書商店"] == at_department.address("review:detail", paper_invoice.pk)
        assert "手書商店" in page.text


def test_somebody_without_a_department_finds_an_empty_inbox_and_no_way_to_record_paper(municipality, arrived):
    arrived(Status.UNOPENED)
    newcomer = Visitor(factories.staff_of(municipality, role=StaffRole.REVIEWER))
    page = newcomer.read("review:inbox")
    assert "未開封0件" in page.links
    assert "紙の請求書を登録" not in page.links
    assert newcomer.read("review:record_paper").status == 403
