"""Departments without staff: the administrators hear of what arrives there, and the supplier knows before issuing."""

from datetime import timedelta

import pytest

from accounts.models import Department, Municipality, OutgoingMail, StaffMembership, StaffRole, User
from invoices.lifecycle import accounting, corrections, issuing, review
from portal.lib.calendar import today_jst
from tests.factories import DepartmentFactory, TradingLinkFactory, deliver, record_paper, staff_of
from tests.pages import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty(municipality, supplier) -> Department:
    """A department of the city in which nobody works."""
    row = DepartmentFactory(municipality=municipality, name="農林課", kana="のうりんか")
    TradingLinkFactory(supplier=supplier, department=row)
    return row


@pytest.fixture
def arrive(new_draft, supplier_owner):
    def issue(department: Department):
        draft = new_draft(department=department)
        return deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))

    return issue


def mails() -> list[str]:
    return [mail.recipient for mail in OutgoingMail.objects.order_by("created_at", "recipient")]


class TestTheMail:
    def test_goes_to_the_administrators_when_an_invoice_arrives_where_nobody_works(
        self, arrive, empty, municipality_admin, reviewer, accountant
    ):
        arrive(empty)
        mail = OutgoingMail.objects.get()
        assert mail.recipient == municipality_admin.user.email
        assert "農林課" in mail.subject
        assert f"/m/{municipality_admin.id}/invoices/unstaffed/" in mail.body
        assert "事業者A" in mail.body

    def test_of_a_recall_or_a_request_goes_there_too(
        self, arrive, empty, municipality, municipality_admin, policy, supplier_owner, accountant
    ):
        invoice, alone = arrive(empty), staff_of(municipality, empty)
        review.open_invoice(invoice_id=invoice.pk, actor=alone)
        membership = StaffMembership.objects.get(user=alone.user)
        OutgoingMail.objects.all().delete()

        def told() -> bool:
            """The administrator is, instead of whoever does not work there any more."""
            return municipality_admin.user.email in mails() and alone.user.email not in mails()

        review.accept(invoice_id=invoice.pk, actor=alone)
        accounting.take_over(invoice_id=invoice.pk, actor=accountant)
        membership.departments.clear()
        accounting.recall(invoice_id=invoice.pk, actor=accountant, comment="口座の誤り")
        assert told()
        OutgoingMail.objects.all().delete()
        corrections.request_return(invoice_id=invoice.pk, actor=supplier_owner, comment="数量を誤りました。")
        assert told()

    def test_comes_once_a_day_for_a_city(self, arrive, empty, municipality, municipality_admin):
        other = DepartmentFactory(municipality=municipality)
        TradingLinkFactory(supplier=municipality_admin and empty.trading_links.get().supplier, department=other)
        for department in (empty, empty, other):
            arrive(department)
        assert len(mails()) == 1
        Municipality.objects.update(told_unstaffed_on=today_jst() - timedelta(days=1))
        arrive(empty)
        assert len(mails()) == 2

    def test_is_not_used_up_by_a_city_without_administrators(self, arrive, empty, municipality):
        arrive(empty)
        assert mails() == []
        admin = staff_of(municipality, role=StaffRole.ADMIN)
        arrive(empty)
        assert mails() == [admin.user.email]

    def test_does_not_come_where_somebody_works(self, arrive, department, reviewer, municipality_admin):
        arrive(department)
        assert mails() == [reviewer.user.email]

    def test_comes_too_for_what_is_passed_on_to_such_a_department(
        self, opened_invoice, reviewer, empty, municipality_admin
    ):
        OutgoingMail.objects.all().delete()
        review.reroute(invoice_id=opened_invoice.pk, actor=reviewer, department_id=empty.pk, comment="農林課へ")
        assert mails() == [municipality_admin.user.email]


@pytest.mark.parametrize("gone", ["membership", "person"])
def test_who_left_is_no_staff(gone, arrive, department, reviewer, municipality_admin):
    if gone == "membership":
        StaffMembership.objects.filter(user=reviewer.user).update(active=False)
    else:
        User.objects.filter(pk=reviewer.user.pk).update(is_active=False)
    arrive(department)
    assert mails() == [municipality_admin.user.email]


class TestTheHomePage:
    def test_of_an_administrator_says_what_waits_there_and_leads_to_it(self, arrive, empty, municipality_admin):
        number = arrive(empty).number
        admin = Visitor(municipality_admin)
        home = admin.read("city_home")
        assert "1件の請求書が、担当者の登録されていない課で" in home.text
        address = admin.address("review:unstaffed")
        assert home.links["請求書と課を見る"] == address
        assert home.links["担当者のいない課"] == address
        page = admin.read("review:unstaffed")
        assert number in page.links
        assert "農林課 1件" in page.text

    def test_counts_the_departments_also_while_nothing_waits(self, empty, department, reviewer, municipality_admin):
        home = Visitor(municipality_admin).read("city_home")
        assert "担当者のいない課 （1課）" in home.text
        assert "請求書が、担当者の" not in home.text

    def test_says_nothing_when_everybody_has_staff(self, department, reviewer, municipality_admin):
        assert "担当者のいない課" not in Visitor(municipality_admin).read("city_home").text
        assert "すべての課に担当者が登録されています" in Visitor(municipality_admin).read("review:unstaffed").text

    @pytest.mark.parametrize("who", ["reviewer", "accountant"])
    def test_is_silent_for_others(self, who, request, arrive, empty):
        arrive(empty)
        assert "担当者の" not in Visitor(request.getfixturevalue(who)).read("city_home").text


def test_the_page_shows_opened_ones_that_were_left_behind_and_no_closed_department_without_any(
    municipality, department, reviewer, municipality_admin
):
    record_paper(reviewer, department)
    StaffMembership.objects.filter(user=reviewer.user).update(active=False)
    Department.objects.filter(pk=department.pk).update(closed=True)
    DepartmentFactory(municipality=municipality, name="旧課", closed=True)
    page = Visitor(municipality_admin).read("review:unstaffed")
    assert "紙の請求書" in page.links
    assert "子育て支援課 1件" in page.text
    assert "旧課" not in page.text


def test_the_page_shows_nothing_of_another_city(arrive, empty, other_city_staff, other_municipality):
    arrive(empty)
    admin = Visitor(staff_of(other_municipality, role=StaffRole.ADMIN))
    page = admin.read("review:unstaffed")
    assert "農林課" not in page.text


class TestTheSupplier:
    def test_is_warned_before_issuing_and_may_issue_all_the_same(self, new_draft, supplier_owner, empty, reviewer):
        draft = new_draft(department=empty)
        owner = Visitor(supplier_owner)
        assert "この課にはまだ担当者が登録されていません" in owner.read("invoices:confirm", draft.pk).text
        draft.refresh_from_db()
        assert issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version).number

    def test_is_not_warned_where_somebody_works(self, draft, supplier_owner, reviewer):
        page = Visitor(supplier_owner).read("invoices:confirm", draft.pk)
        assert "担当者が登録されていません" not in page.text
