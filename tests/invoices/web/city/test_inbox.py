"""The city's inbox: what waits, in which order, and steps for many at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Department, StaffRole
from invoices.enums import Status
from invoices.models import Invoice, InvoiceEvent
from portal.lib.calendar import JST, today_jst
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
        for label in ("未開封", "開封", "受理", "支払済", "差戻し", "取消"):
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
            assert {"受理1件", "会計引継済1件"} < set(page.links)
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


class TestABatch:
    def send(self, visitor: Visitor, do: str, *invoices: Invoice, **data: str) -> Page:
        chosen = [str(invoice.pk) for invoice in invoices]
        return visitor.send("review:batch", data={"do": do, "invoice": chosen} | data)

    def test_offers_to_take_over_what_was_not_and_to_pay_both(self, at_accounts, arrived):
        arrived(Status.ACCEPTED)
        taken_over(arrived(Status.ACCEPTED))
        pay = "選んだ請求書の支払を記録する"
        assert at_accounts.read("review:inbox", status="accepted").buttons == ["選んだ請求書を会計へ引き継ぐ", pay]
        assert at_accounts.read("review:inbox", status="taken_over").buttons == [pay]

    def test_of_payments_of_what_was_taken_over_stays_there(self, at_accounts, arrived):
        paid, left = taken_over(arrived(Status.ACCEPTED)), taken_over(arrived(Status.ACCEPTED))
        page = self.send(at_accounts, "pay", paid, paid_on=today_jst().isoformat(), status="taken_over")
        assert "1件の支払を記録しました。" in page.text
        assert numbers(page) == [left.number]

    def test_is_offered_to_those_who_may_take_the_step(self, at_department, at_accounts, municipality_admin, arrived):
        arrived(Status.OPENED)
        arrived(Status.ACCEPTED)
        accounts = ["選んだ請求書を会計へ引き継ぐ", "選んだ請求書の支払を記録する"]
        admin = Visitor(municipality_admin)
        assert at_department.read("review:inbox", status="opened").buttons == ["選んだ請求書を受理する"]
        assert at_department.read("review:inbox", status="accepted").buttons == []
        assert at_accounts.read("review:inbox", status="opened").buttons == []
        assert at_accounts.read("review:inbox", status="accepted").buttons == accounts
        assert [admin.read("review:inbox", status=tab).buttons for tab in ("opened", "accepted")] == [[], []]

    def test_of_acceptances_takes_all_but_the_one_that_was_returned_meanwhile(self, at_department, arrived):
        first, returned, last = arrived(Status.OPENED, 3), arrived(Status.RETURNED, 2), arrived(Status.OPENED, 1)
        page = self.send(at_department, "accept", first, returned, last)
        assert "2件を受理しました。" in page.text
        assert f"{returned.number}:この請求書はすでに差し戻されています。" in page.text
        assert "この状態の請求書はありません" in page.text, "the list of opened ones, now empty"
        assert set(Invoice.objects.values_list("number", "status")) == {
            (first.number, "accepted"),
            (returned.number, "returned"),
            (last.number, "accepted"),
        }

    def test_of_take_overs_names_the_one_that_was_taken_over_already(self, at_accounts, arrived):
        first, taken = arrived(Status.ACCEPTED), arrived(Status.ACCEPTED)
        Invoice.objects.filter(pk=taken.pk).update(taken_over_at=timezone.now())
        page = self.send(at_accounts, "take_over", first, taken)
        assert "1件を会計へ引き継ぎました。" in page.text
        assert f"{taken.number}:この請求書はすでに会計へ引き継がれています。" in page.text
        first.refresh_from_db()
        assert first.taken_over_at is not None

    def test_of_payments_leaves_out_the_one_that_arrived_after_that_day(self, at_accounts, arrived):
        early, late = arrived(Status.ACCEPTED, 5), arrived(Status.ACCEPTED, 0)
        day = today_jst() - timedelta(days=2)
        page = self.send(at_accounts, "pay", early, late, paid_on=day.isoformat())
        assert "1件の支払を記録しました。" in page.text
        assert f"{late.number}:支払日が、請求書の届いた日より前です。" in page.text
        early.refresh_from_db()
        late.refresh_from_db()
        assert (early.status, early.paid_on, late.status) == (Status.PAID, day, Status.ACCEPTED)
        assert early.delivered_at.astimezone(JST).date() < day

    @pytest.mark.parametrize(("day", "said"), [("", "支払日を入力してください"), ("きのう", "日付を「")])
    def test_of_payments_without_a_day_pays_none_and_asks_for_it(self, at_accounts, arrived, day, said):
        row = arrived(Status.ACCEPTED)
        page = self.send(at_accounts, "pay", row, paid_on=day)
        assert said in page.errors["id_paid_on"]
        row.refresh_from_db()
        assert row.status == Status.ACCEPTED

    @pytest.mark.parametrize("day", ["", "きのう", "2099-04-01", "before"])
    def test_of_payments_that_are_refused_keeps_the_day_the_ticks_and_the_place(self, at_accounts, arrived, day):
        first, left_out, last = (arrived(Status.ACCEPTED, days) for days in (3, 2, 1))
        typed = (today_jst() - timedelta(days=9)).isoformat() if day == "before" else day
        page = self.send(at_accounts, "pay", first, last, paid_on=typed, status="accepted")
        assert (page.fields["paid_on"], page.fields["status"]) == (typed, "accepted")
        assert page.ticked == {str(first.pk), str(last.pk)}
        assert page.errors["id_paid_on"] in page.text.split("この一覧")[0], "and at the top"
        assert set(Invoice.objects.values_list("status", flat=True)) == {Status.ACCEPTED}
        assert left_out.number in numbers(page)

    def test_of_payments_pays_those_it_can_and_keeps_the_others_ticked(self, at_accounts, arrived):
        early, late, left_out = arrived(Status.ACCEPTED, 5), arrived(Status.ACCEPTED, 0), arrived(Status.ACCEPTED, 1)
        day = (today_jst() - timedelta(days=2)).isoformat()
        page = self.send(at_accounts, "pay", early, late, paid_on=day, status="accepted")
        assert "1件の支払を記録しました。" in page.text
        assert page.errors["id_paid_on"].startswith("この日より後に届いた請求書が1件あります。")
        assert (page.fields["paid_on"], page.ticked) == (day, {str(late.pk)})
        assert numbers(page) == [left_out.number, late.number]

    def test_of_payments_of_nothing_keeps_the_day(self, at_accounts, arrived):
        arrived(Status.ACCEPTED)
        page = self.send(at_accounts, "pay", paid_on=today_jst().isoformat(), status="accepted")
        assert "請求書が選ばれていません。" in page.text
        assert page.fields["paid_on"] == today_jst().isoformat()

    def test_that_was_refused_can_be_read_anew(self, at_accounts, arrived):
        row = arrived(Status.UNOPENED)
        page = at_accounts.read("review:batch")
        assert (page.url, numbers(page)) == (at_accounts.address("review:inbox"), [row.number])

    def test_of_nothing_says_how_to_choose(self, at_department):
        assert "請求書が選ばれていません。" in self.send(at_department, "accept").text

    def test_cannot_reach_what_somebody_does_not_see(
        self, other_department_staff, other_city_staff, other_department, arrived
    ):
        foreign = arrived(Status.OPENED)
        own = arrived(Status.OPENED, 0, other_department)
        page = self.send(Visitor(other_department_staff), "accept", foreign, own)
        assert "1件を受理しました。" in page.text
        assert foreign.number not in page.text
        assert "請求書が選ばれていません。" in self.send(Visitor(other_city_staff), "accept", foreign).text
        foreign.refresh_from_db()
        assert foreign.status == Status.OPENED

    @pytest.mark.parametrize("do", ["take_over", "pay"])
    def test_of_a_step_that_is_not_theirs_is_refused_one_by_one(self, at_department, arrived, do):
        row = arrived(Status.ACCEPTED)
        page = self.send(at_department, do, row, paid_on=today_jst().isoformat())
        assert f"{row.number}:この操作を行う権限がありません。" in page.text
        assert not InvoiceEvent.objects.exists()

    def test_of_an_invented_step_does_nothing(self, at_department, arrived):
        row = arrived(Status.OPENED)
        assert self.send(at_department, "destroy", row).status == 200
        row.refresh_from_db()
        assert row.status == Status.OPENED

    def test_never_takes_an_invoice_of_a_supplier_to_which_somebody_belongs(
        self, at_department, reviewer, supplier, arrived
    ):
        factories.SupplierMemberFactory(user=reviewer.user, supplier=supplier)
        row = arrived(Status.OPENED)
        assert "権限がありません" in self.send(at_department, "accept", row).text
        row.refresh_from_db()
        assert row.status == Status.OPENED


def test_somebody_without_a_department_finds_an_empty_inbox_and_no_way_to_record_paper(municipality, arrived):
    arrived(Status.UNOPENED)
    newcomer = Visitor(factories.staff_of(municipality, role=StaffRole.REVIEWER))
    page = newcomer.read("review:inbox")
    assert "未開封0件" in page.links
    assert "紙の請求書を登録" not in page.links
    assert newcomer.read("review:record_paper").status == 403
