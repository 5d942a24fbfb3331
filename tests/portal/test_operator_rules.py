"""What an operator cannot do, in the form and in the database; and who hears of what they do."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AccessLog, Department, OutgoingMail, StaffMembership, User
from invoices.models import TaxRate
from suppliers.models import SupplierMember, TradingLink
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(operator, client_of):
    return client_of(operator)


def address(row, what: str = "change") -> str:
    arguments = [row.pk] if what == "change" else []
    model = type(row) if what == "change" else row
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=arguments)


def fields_of(page) -> set[str]:
    return set(page.context["adminform"].form.fields)


class TestTaxRates:
    FIGURES = {"code": "other", "category": "exempt", "percent": 9, "reduced": True}

    @pytest.fixture
    def used(self, issued_invoice) -> TaxRate:
        return TaxRate.objects.get(pk=issued_invoice.lines.exclude(rate=None)[0].rate_id)

    @pytest.mark.both_db
    @pytest.mark.parametrize("figure", FIGURES)
    def test_figures_with_which_an_invoice_was_issued_stay(self, figure, used):
        change = {figure: self.FIGURES[figure]} | ({"percent": 0, "reduced": False} if figure == "category" else {})
        with pytest.raises(IntegrityError, match="frozen row: UPDATE on invoices_taxrate"), transaction.atomic():
            TaxRate.objects.filter(pk=used.pk).update(**change)

    @pytest.mark.both_db
    def test_its_name_and_days_stay_open(self, used):
        TaxRate.objects.filter(pk=used.pk).update(label="別の名前", valid_to=None)

    @pytest.mark.both_db
    def test_a_rate_of_drafts_alone_is_open(self, draft):
        rate = TaxRate.objects.get(pk=draft.lines.exclude(rate=None)[0].rate_id)
        TaxRate.objects.filter(pk=rate.pk).update(percent=9)

    def test_the_form_shows_them_and_takes_no_others(self, site, used):
        page = site.get(address(used))
        assert not fields_of(page) & {"code", "category", "percent", "reduced"}
        unused = TaxRate.objects.create(code="new", label="新税率", category="taxable", percent=12)
        assert {"code", "category", "percent", "reduced"} <= fields_of(site.get(address(unused)))


class TestParties:
    @pytest.mark.both_db
    @pytest.mark.parametrize("party", ["supplier", "department"])
    def test_a_link_stays_between_its_two(self, party, trading_link, supplier_b, other_department):
        change = {"supplier": supplier_b} if party == "supplier" else {"department": other_department}
        with pytest.raises(IntegrityError, match="frozen row: UPDATE"), transaction.atomic():
            TradingLink.objects.filter(pk=trading_link.pk).update(**change)
        TradingLink.objects.filter(pk=trading_link.pk).update(active=False)

    @pytest.mark.both_db
    @pytest.mark.parametrize("party", ["supplier", "user"])
    def test_a_member_stays_the_person_and_with_the_supplier(self, party, supplier_owner, supplier_b, reviewer):
        change = {"supplier": supplier_b} if party == "supplier" else {"user": reviewer.user}
        with pytest.raises(IntegrityError, match="frozen row: UPDATE"), transaction.atomic():
            SupplierMember.objects.filter(user=supplier_owner.user).update(**change)
        SupplierMember.objects.filter(user=supplier_owner.user).update(role="member")

    @pytest.mark.both_db
    def test_staff_stays_the_person(self, reviewer, supplier_owner):
        with pytest.raises(IntegrityError, match="frozen row: UPDATE"), transaction.atomic():
            StaffMembership.objects.filter(user=reviewer.user).update(user=supplier_owner.user)

    def test_the_forms_offer_no_other_party(self, site, trading_link, supplier_owner, reviewer):
        member = SupplierMember.objects.get(user=supplier_owner.user)
        staff = StaffMembership.objects.get(user=reviewer.user)
        for row, parties in (
            (trading_link, {"supplier", "department"}),
            (member, {"supplier", "user"}),
            (staff, {"municipality", "user"}),
            (trading_link.department, {"municipality"}),
        ):
            assert not fields_of(site.get(address(row))) & parties


class TestAnOperatorWorksForNobody:
    @pytest.mark.both_db
    def test_neither_as_staff_nor_as_a_member(self, operator, municipality, supplier):
        for make in (
            lambda: factories.StaffMembershipFactory(user=operator, municipality=municipality, departments=[]),
            lambda: factories.SupplierMemberFactory(user=operator, supplier=supplier),
        ):
            with pytest.raises(IntegrityError, match="frozen row: INSERT"), transaction.atomic():
                make()

    @pytest.mark.both_db
    def test_nor_by_a_membership_that_is_switched_on_again(self, operator, municipality):
        staff = factories.StaffMembershipFactory(user=operator, municipality=municipality, departments=[], active=False)
        with pytest.raises(IntegrityError, match="frozen row: UPDATE"), transaction.atomic():
            StaffMembership.objects.filter(pk=staff.pk).update(active=True)

    @pytest.mark.both_db
    def test_staff_becomes_no_operator_while_it_works(self, reviewer):
        with pytest.raises(IntegrityError, match="frozen row: UPDATE"), transaction.atomic():
            User.objects.filter(pk=reviewer.user.pk).update(is_staff=True)
        StaffMembership.objects.filter(user=reviewer.user).update(active=False)
        User.objects.filter(pk=reviewer.user.pk).update(is_staff=True)

    @pytest.mark.both_db
    def test_nor_does_a_member_of_a_supplier(self, supplier_owner):
        with pytest.raises(IntegrityError, match="frozen row: UPDATE on accounts_user"), transaction.atomic():
            User.objects.filter(pk=supplier_owner.user.pk).update(is_staff=True)
        User.objects.filter(pk=supplier_owner.user.pk).update(name="改名")
        SupplierMember.objects.filter(user=supplier_owner.user).update(active=False)
        User.objects.filter(pk=supplier_owner.user.pk).update(is_staff=True)

    @pytest.mark.parametrize("name", ["reviewer", "supplier_owner"])
    def test_the_form_of_a_person_says_so(self, name, request, site):
        person = request.getfixturevalue(name).user
        typed = {"email": person.email, "name": person.name, "is_active": "on", "is_staff": "on"}
        page = site.post(address(person), typed).content.decode()
        assert "運用者には別の利用者を登録してください" in page
        assert not User.objects.get(pk=person.pk).is_staff

    def test_the_forms_of_memberships_say_so(self, site, operator, municipality, supplier):
        for model, typed in (
            (StaffMembership, {"municipality": municipality.pk, "role": "reviewer"}),
            (SupplierMember, {"supplier": supplier.pk, "role": "member"}),
        ):
            page = site.post(address(model, "add"), typed | {"user": operator.pk, "active": "on"}).content.decode()
            assert "運用者は、市の職員や事業者の社員になれません" in page
            assert not model.objects.filter(user=operator).exists()


def test_addresses_and_groups_are_nothing_for_operators(site):
    assert not {EmailAddress, Group} & set(admin.site._registry)
    assert site.get("/operator/account/emailaddress/add/").status_code == 404


class TestWhatAnOperatorDoesIsTold:
    def test_a_change_at_a_city_to_its_administrators(self, site, municipality_admin, reviewer, department):
        typed = {"name": "こども支援課", "kana": "こどもしえんか", "code": ""}
        assert site.post(address(department), typed).status_code == 302
        assert Department.objects.get(pk=department.pk).name == "こども支援課"
        letter = OutgoingMail.objects.get()
        assert letter.recipient == municipality_admin.user.email
        assert letter.subject == "【請求書窓口】運用者が見本市の登録内容を変更しました"
        for told in ("課「こども支援課」", "課名", "運用 担当", f"/m/{municipality_admin.id}/access/"):
            assert told in letter.body
        row = AccessLog.objects.get(action="operated")
        assert (row.organisation_id, row.role, row.object_type) == (municipality_admin.id, "operator", "Department")

    def test_with_what_stands_there_now_and_stood_before(self, site, municipality_admin, reviewer, department):
        row = StaffMembership.objects.get(user=reviewer.user)
        site.post(address(row), {"role": "admin", "departments": [], "active": "on"})
        words = f"役割：課の担当者 → 管理者、担当の課：{department.name} → なし"
        told = {letter.recipient: letter.body for letter in OutgoingMail.objects.all()}
        assert words in told[municipality_admin.user.email]
        assert words in AccessLog.objects.get(action="operated").object_name
        OutgoingMail.objects.all().delete()
        newcomer = factories.UserFactory(name="新人 太郎")
        typed = {"user": newcomer.pk, "municipality": row.municipality_id, "role": "admin", "active": "on"}
        assert site.post(address(StaffMembership, "add"), typed).status_code == 302
        letter = OutgoingMail.objects.get(recipient=municipality_admin.user.email)
        assert "追加しました。" in letter.body
        assert "役割：管理者" in letter.body

    def test_a_change_at_a_supplier_to_its_owners(self, site, supplier_owner, colleague):
        member = SupplierMember.objects.get(user=colleague.user)
        site.post(address(member), {"role": "owner", "active": "on"})
        told = {letter.recipient for letter in OutgoingMail.objects.all()}
        assert told == {supplier_owner.user.email, colleague.user.email}  # who is one of them now
        assert AccessLog.objects.get(action="operated").organisation_id == supplier_owner.id

    def test_a_new_link_to_both_sides(self, site, supplier_owner, municipality_admin, department):
        typed = {"supplier": supplier_owner.id, "department": department.pk, "active": "on"}
        assert site.post(address(TradingLink, "add"), typed).status_code == 302
        told = {letter.recipient for letter in OutgoingMail.objects.all()}
        assert told == {supplier_owner.user.email, municipality_admin.user.email}

    def test_a_change_of_a_person_wherever_they_work(self, site, reviewer, municipality_admin, supplier, colleague):
        factories.SupplierMemberFactory(user=reviewer.user, supplier=supplier)
        owner = factories.member_of(supplier)
        typed = {"email": reviewer.user.email, "name": "別の 名前", "is_active": "on"}
        site.post(address(reviewer.user), typed)
        told = {letter.recipient for letter in OutgoingMail.objects.all()}
        assert {municipality_admin.user.email, owner.user.email} <= told
        assert colleague.user.email not in told

    def test_who_answered_before_a_change_hears_of_it_too(self, site, municipality_admin):
        person, before = municipality_admin.user, municipality_admin.user.email
        typed = {"email": "another@city.example", "name": person.name, "is_active": "on"}
        assert site.post(address(person), typed).status_code == 302
        told = {letter.recipient for letter in OutgoingMail.objects.all()}
        assert told == {before, "another@city.example"}

    def test_saving_without_a_change_is_told_to_nobody(self, site, municipality_admin, department):
        typed = {"name": department.name, "kana": department.kana, "code": department.code}
        site.post(address(department), typed)
        assert not OutgoingMail.objects.exists()
        assert not AccessLog.objects.exists()


def test_an_invoice_that_an_operator_looks_at_stands_in_the_record_of_both_sides(
    site, operator, unopened_invoice, supplier, municipality
):
    for row in (unopened_invoice, unopened_invoice.events.all()[0], unopened_invoice.documents.get()):
        before = set(AccessLog.objects.values_list("pk", flat=True))
        assert site.get(address(row)).status_code == 200
        rows = AccessLog.objects.exclude(pk__in=before)
        assert {each.organisation_id for each in rows} == {supplier.pk, municipality.pk}
        assert {(each.user_id, each.role, each.action) for each in rows} == {(operator.pk, "operator", "read")}
        assert {each.object_id for each in rows} == {unopened_invoice.pk}
