"""The way in, the two homes, and the switch between organisations."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import StaffMembership
from invoices.enums import Status
from invoices.lifecycle import corrections, issuing, review, scheduling
from invoices.models import Invoice
from portal.lib.calendar import JST, jst_date
from suppliers.models import SupplierMember
from tests import factories
from tests.factories import InvoiceFactory
from tests.pages import Page, Visitor, on_one_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice_in(supplier, department):
    return lambda status, **changes: InvoiceFactory(
        **{"supplier": supplier, "department": department} | changes, status=status
    )


class TestTheSuppliersHome:
    def test_begins_with_what_came_back_and_why(self, supplier_owner, returned_invoice, new_draft):
        new_draft(title="書きかけ")
        visitor = Visitor(supplier_owner)
        page = visitor.read("supplier_home")
        order = [page.text.index(shown) for shown in ("差し戻された請求書", "数量が納品書と違います。", "いまの状態")]
        assert order == sorted(order)
        assert page.links[f"{returned_invoice.number} 10月分 消耗品"].endswith(f"/{returned_invoice.pk}/")
        assert page.buttons == ["修正して再発行"]
        assert Page(visitor.client.post(next(iter(page.forms)), follow=True)).url.endswith("/edit/")

    def test_forgets_what_came_back_once_it_was_replaced(self, supplier_owner, returned_invoice):
        draft = corrections.reissue(invoice_id=returned_invoice.pk, actor=supplier_owner)
        assert "差し戻された請求書" in Visitor(supplier_owner).read("supplier_home").text, (
            "a draft replaces nothing yet"
        )
        issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
        assert "差し戻された請求書" not in Visitor(supplier_owner).read("supplier_home").text

    def test_tells_of_a_reservation_that_could_not_be_issued(self, supplier_owner, scheduled_invoice, trading_link):
        trading_link.active = False
        trading_link.save()
        scheduling.issue_due(factories.let_its_time_come(scheduled_invoice))
        scheduled_invoice.refresh_from_db()
        at = scheduled_invoice.scheduled_for.astimezone(JST)
        page = Visitor(supplier_owner).read("supplier_home")
        assert (
            f"「10月分 消耗品」を予約した {at.year}年{at.month}月{at.day}日 {at:%H:%M} に発行できませんでした"
            in page.text
        )
        assert page.links["直すところを見る"].endswith(f"/{scheduled_invoice.pk}/edit/")

    def test_counts_what_waits_and_each_count_leads_to_its_list(self, supplier_owner, invoice_in):
        for status, count in ((Status.RETURNED, 1), (Status.DRAFT, 2), (Status.SCHEDULED, 3), (Status.UNOPENED, 4)):
            for _n in range(count):
                invoice_in(status)
        visitor = Visitor(supplier_owner)
        page = visitor.read("supplier_home")
        for label, tab, count in (
            ("差戻し", "to_correct", 1),
            ("下書き", "draft", 2),
            ("発行予約", "scheduled", 3),
            ("未開封", "unopened", 4),
        ):
            assert f"{label} {count} 件" in page.text
            assert page.links[label] == visitor.address("invoices:list") + f"?status={tab}"
            listed = visitor.client.get(page.links[label]).content.decode()
            assert listed.count('<th scope="row"') == count

    def test_guides_an_owner_through_the_start(self, supplier_owner, trading_link):
        visitor = Visitor(supplier_owner)
        page = visitor.read("supplier_home")
        assert "はじめに" in page.text
        assert page.links["振込先口座を登録する"] == visitor.address("suppliers:bank_account_new")
        assert page.links["最初の請求書を発行する"] == visitor.address("invoices:new")

    def test_guides_a_member_to_what_a_member_may_do(self, colleague):
        visitor = Visitor(colleague)
        page = visitor.read("supplier_home")
        target = page.links["振込先口座を登録する"]
        assert target == visitor.address("suppliers:bank_accounts")
        assert visitor.client.get(target).status_code == 200

    def test_puts_the_guide_away_when_all_is_done(self, supplier_owner, issued_invoice):
        assert "はじめに" not in Visitor(supplier_owner).read("supplier_home").text

    def test_asks_the_database_no_more_for_three_of_each_than_for_one(self, supplier_owner, invoice_in, municipality):
        visitor = Visitor(supplier_owner)
        visitor.read("supplier_home")

        def fill() -> None:
            department = factories.DepartmentFactory(municipality=municipality)
            for status in Status:
                invoice_in(status, department=department)

        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                visitor.read("supplier_home")
            return len(asked)

        fill()
        one = queries()
        fill()
        fill()
        assert queries() == one


class TestTheCitysHome:
    def test_shows_what_waits_the_oldest_first(self, reviewer, unopened_invoice, invoice_in):
        newer = invoice_in(Status.UNOPENED)
        invoice_in(Status.OPENED)
        visitor = Visitor(reviewer)
        page = visitor.read("city_home")
        assert "担当の課の請求書" in page.text
        assert "未開封 2 件" in page.text
        assert "開封 1 件" in page.text
        assert page.text.index(unopened_invoice.number) < page.text.index(newer.number)
        assert page.links[f"{unopened_invoice.number} 事業者A"] == visitor.address("review:detail", unopened_invoice.pk)
        assert page.links["未開封"] == visitor.address("review:inbox") + "?status=unopened"

    def test_shows_of_paper_the_day_alone_and_no_number_that_it_has_not(
        self, reviewer, paper_invoice, other_department, other_department_staff
    ):
        review.reroute(
            invoice_id=paper_invoice.pk, actor=reviewer, department_id=other_department.pk, comment="道路課へ"
        )
        text = Visitor(other_department_staff).read("city_home").text
        day = jst_date(paper_invoice.delivered_at)
        assert f"{day.year}年{day.month}月{day.day}日 紙の請求書" in text
        assert "00:00" not in text
        assert "None" not in text

    @pytest.mark.parametrize(("name", "last"), [("reviewer", ("差戻し", 4)), ("accountant", ("支払待ち", 5))])
    def test_counts_lead_to_lists_of_as_many(self, request, invoice_in, name, last):
        for status, count in ((Status.UNOPENED, 1), (Status.OPENED, 2), (Status.ACCEPTED, 3), (Status.RETURNED, 4)):
            for _n in range(count):
                invoice_in(status)
        for _n in range(5):
            invoice_in(Status.ACCEPTED, taken_over_at=timezone.now())
        visitor = Visitor(request.getfixturevalue(name))
        page = visitor.read("city_home")
        for label, count in (("未開封", 1), ("開封", 2), ("引き継ぎ待ち", 3), last):
            assert f" {label} {count} 件" in page.text
            listed = visitor.client.get(page.links[label]).content.decode()
            assert listed.count('<th scope="row"') == count

    def test_of_the_accounting_office_covers_all_departments(
        self, accountant, other_department_staff, unopened_invoice
    ):
        assert "すべての課の請求書" in Visitor(accountant).read("city_home").text
        assert unopened_invoice.number in Visitor(accountant).read("city_home").text
        assert "開封を待っている請求書はありません" in Visitor(other_department_staff).read("city_home").text

    def test_asks_the_database_no_more_for_three_than_for_one(self, accountant, invoice_in, municipality):
        visitor = Visitor(accountant)
        visitor.read("city_home")

        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                visitor.read("city_home")
            return len(asked)

        invoice_in(Status.UNOPENED)
        one = queries()
        for _n in range(2):
            invoice_in(Status.UNOPENED, department=factories.DepartmentFactory(municipality=municipality))
        assert queries() == one


class TestTheWayIn:
    def test_a_visitor_sees_the_two_ways(self, client):
        page = Page(client.get("/"))
        assert page.links == {"ログイン": reverse("account_login"), "仮IDを入力する": reverse("invitation_entry")}

    def test_leads_to_the_organisation_one_worked_for_last(self, supplier_owner, municipality):
        user = supplier_owner.user
        factories.StaffMembershipFactory(user=user, municipality=municipality)
        client = Visitor(supplier_owner).client
        city, supplier = (
            reverse("city_home", args=[municipality.pk]),
            reverse("supplier_home", args=[supplier_owner.id]),
        )
        assert client.get("/")["Location"] == supplier, "of two the supplier, before either was visited"
        for last in (city, supplier, city):
            client.get(last)
            assert client.get("/")["Location"] == last

    def test_leads_elsewhere_when_one_no_longer_belongs_there(self, supplier_owner, municipality):
        factories.StaffMembershipFactory(user=supplier_owner.user, municipality=municipality)
        client = Visitor(supplier_owner).client
        client.get(reverse("supplier_home", args=[supplier_owner.id]))
        SupplierMember.objects.update(active=False)
        assert client.get("/")["Location"] == reverse("city_home", args=[municipality.pk])
        StaffMembership.objects.update(active=False)
        page = Page(client.get("/"))
        assert "所属の登録が終わっています" in page.text
        assert page.links["仮IDを入力する"] == reverse("invitation_entry")


class TestTheSwitcher:
    def switcher(self, visitor: Visitor, url: str) -> str:
        """The header, where the organisations stand."""
        page = on_one_line(visitor.client.get(url).content.decode())
        return page.split('<main class="')[0]

    def test_lists_all_organisations_and_marks_the_current_one(self, supplier_owner, supplier_b, municipality):
        factories.SupplierMemberFactory(user=supplier_owner.user, supplier=supplier_b)
        factories.StaffMembershipFactory(user=supplier_owner.user, municipality=municipality)
        visitor = Visitor(supplier_owner)
        header = self.switcher(visitor, visitor.address("supplier_home"))
        for name, url in (
            ("事業者B", reverse("supplier_home", args=[supplier_b.pk])),
            ("見本市", reverse("city_home", args=[municipality.pk])),
        ):
            assert f'href="{url}">{name}</a>' in header
        assert f'href="{visitor.address("supplier_home")}" aria-current="true">事業者A</a>' in header
        assert header.count('aria-current="true"') == 1

    def test_leaves_out_organisations_one_has_left(self, supplier_owner, supplier_b, municipality):
        factories.SupplierMemberFactory(user=supplier_owner.user, supplier=supplier_b, active=False)
        factories.StaffMembershipFactory(user=supplier_owner.user, municipality=municipality, active=False)
        visitor = Visitor(supplier_owner)
        header = self.switcher(visitor, visitor.address("supplier_home"))
        assert "事業者B" not in header
        assert "見本市" not in header

    @pytest.mark.parametrize(
        ("person", "entries"),
        [
            ("supplier_owner", ["ホーム", "請求書", "会社情報", "振込先口座", "アクセスの記録"]),
            ("colleague", ["ホーム", "請求書", "会社情報", "振込先口座"]),
            ("reviewer", ["ホーム", "受信箱"]),
            ("accountant", ["ホーム", "受信箱"]),
            ("municipality_admin", ["ホーム", "受信箱", "招待", "取扱い", "アクセスの記録"]),
        ],
    )
    def test_the_navigation_is_that_of_the_role(self, request, person, entries):
        visitor = Visitor(request.getfixturevalue(person))
        home = "supplier_home" if visitor.person.is_supplier else "city_home"
        navigation = self.switcher(visitor, visitor.address(home)).split("<nav")[1]
        assert [part.split("</a>")[0].split(">")[-1] for part in navigation.split("<a ")[1:]] == entries
        assert navigation.count('aria-current="page"') == 1

    def test_a_page_below_an_entry_marks_the_entry(self, supplier_owner, draft: Invoice):
        visitor = Visitor(supplier_owner)
        navigation = self.switcher(visitor, visitor.address("invoices:edit", draft.pk)).split("<nav")[1]
        assert 'aria-current="page">請求書</a>' in navigation
        assert navigation.count('aria-current="page"') == 1

    @pytest.mark.parametrize("page", ["billing_sources", "seals", "trading", "company_edit"])
    def test_what_belongs_to_the_company_stands_under_its_entry(self, supplier_owner, page):
        visitor = Visitor(supplier_owner)
        navigation = self.switcher(visitor, visitor.address(f"suppliers:{page}")).split("<nav")[1]
        assert 'aria-current="page">会社情報</a>' in navigation
        assert navigation.count('aria-current="page"') == 1

    @pytest.mark.parametrize("application", ["", "Kabc1234567890"])
    def test_the_foot_names_the_register_where_it_is_asked(self, settings, supplier_owner, application):
        settings.REGISTER_APPLICATION_ID = application
        visitor = Visitor(supplier_owner)
        page = visitor.client.get(visitor.address("supplier_home")).content.decode()
        assert ("国税庁によって保証されたものではありません" in page) == bool(application)
