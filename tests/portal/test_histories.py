"""What was changed of people, rates and departments is written down, and shown to operators and to the city."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog, Department, OutgoingMail, StaffMembership, User
from invoices.models import TaxRate
from portal.lib import histories
from tests import factories
from tests.factories import PASSWORD
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(operator, client_of) -> Client:
    return client_of(operator)


def address(row, what: str) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{what}", args=[row.pk])


def history_of(site: Client, row) -> str:
    return Page(site.get(address(row, "history"))).text


class TestOfAPerson:
    def test_holds_no_password_and_no_sign_in(self, reviewer):
        kept = {field.name for field in User.history.model._meta.get_fields()}
        assert {"email", "name", "is_active", "is_staff", "is_superuser"} <= kept
        assert not {"password", "last_login"} & kept

    def test_gets_no_entry_by_a_new_password_or_a_sign_in(self, reviewer, client):
        person = reviewer.user
        before = person.history.count()
        person.set_password("another-Password-9")
        person.save()
        client.force_login(person)
        assert person.history.count() == before

    def test_gets_one_by_a_change_that_comes_with_a_password(self, reviewer):
        person = reviewer.user
        person.set_password("another-Password-9")
        person.name = "改姓 洋子"
        person.save()
        assert [entry.name for entry in person.history.all()[:2]] == ["改姓 洋子", "鶴田 洋子"]

    def test_says_on_the_operators_page_who_changed_what(self, site, reviewer):
        person = reviewer.user
        typed = {"email": person.email, "name": "別の 名前", "kana": person.kana, "is_active": "on"}
        assert site.post(address(person, "change"), typed).status_code == 302
        told = history_of(site, person)
        assert "氏名：鶴田 洋子 → 別の 名前" in told
        assert "運用 担当(運用者)" in told
        assert "この画面での操作" in told

    def test_begins_with_how_they_were_where_it_was_not_kept_before(self, reviewer):
        User.history.all().delete()
        histories.begin(User, User.history.model)
        entry = reviewer.user.history.get()
        assert (entry.email, entry.name, entry.history_user) == ("reviewer@city.example", "鶴田 洋子", None)
        assert [each.done for each in histories.editions(User.history.filter(id=entry.id), 9)] == [
            "履歴の記録を始めました。"
        ]


class TestOfARate:
    def test_is_shown_and_told_to_every_city(self, site, municipality_admin, other_municipality):
        other = factories.staff_of(other_municipality, role="admin", email="admin@neighbour.example")
        rate = TaxRate.objects.get(code="standard10")
        typed = {
            "code": rate.code,
            "label": "10%(標準)",
            "category": rate.category,
            "percent": rate.percent,
            "valid_from": rate.valid_from,
            "position": rate.position,
        }
        assert site.post(address(rate, "change"), typed).status_code == 302
        assert f"表示名：{rate.label} → 10%(標準)" in history_of(site, rate)
        told = {letter.recipient for letter in OutgoingMail.objects.all()}
        assert told == {municipality_admin.user.email, other.user.email}
        assert AccessLog.objects.filter(action="operated", object_type="TaxRate").count() == 2

    def test_begins_with_the_rates_that_the_portal_brings(self):
        assert set(TaxRate.history.values_list("code", flat=True)) >= set(
            TaxRate.objects.values_list("code", flat=True)
        )


class TestOnTheCitysPage:
    @pytest.fixture
    def read(self, municipality_admin):
        return lambda: Visitor(municipality_admin).read("city_history").text

    def test_stand_departments_staff_people_and_rates(self, site, read, department, reviewer):
        department.name = "こども支援課"
        department.save()
        membership = StaffMembership.objects.get(user=reviewer.user)
        membership.role = "accountant"
        membership.save()
        reviewer.user.email = "tsuruta@city.example"
        reviewer.user.save()
        rate = TaxRate.objects.get(code="standard10")
        rate.label = "10%(標準)"
        rate.save()
        told = read()
        for change in (
            "課名：子育て支援課 → こども支援課",
            "役割：課の担当者 → 会計担当",
            "メールアドレス：reviewer@city.example → tsuruta@city.example",
            "→ 10%(標準)",
        ):
            assert change in told

    def test_stands_whose_departments_were_changed(self, read, reviewer, other_department):
        membership = StaffMembership.objects.get(user=reviewer.user)
        membership.departments.add(other_department)
        assert "担当の課：子育て支援課 → 子育て支援課、道路課" in read()

    def test_stands_nothing_of_another_city(self, read, other_city_staff, other_municipality):
        Department.objects.filter(municipality=other_municipality).first().save()
        other_city_staff.user.name = "隣 別名"
        other_city_staff.user.save()
        other_municipality.name = "隣々市"
        other_municipality.save()
        told = read()
        assert "隣" not in told

    def test_stands_nothing_of_a_person_from_before_they_worked_there_or_after(self, read, municipality, reviewer):
        person = factories.UserFactory(email="before@private.example", name="転職 前")
        person.name = "転職 後"
        person.save()
        factories.StaffMembershipFactory(user=person, municipality=municipality, departments=[])
        StaffMembership.objects.filter(user=reviewer.user).update(active=False)
        reviewer.user.email = "gone@private.example"
        reviewer.user.save()
        told = read()
        assert "転職 前" not in told
        assert "gone@private.example" not in told

    def test_has_a_next_page_on_the_day_on_which_everybody_moves(self, municipality_admin, reviewer, department):
        for number in range(130):
            department.name = f"第{number}課"
            department.save()
        visitor = Visitor(municipality_admin)
        first = visitor.read("city_history")
        assert "→ 第129課" in first.text and "→ 第3課" not in first.text
        second = Page(visitor.client.get(visitor.address("city_history") + first.links["前の変更を見る"]))
        assert "→ 第3課" in second.text and "第128課 → 第129課" not in second.text
        assert "前の変更を見る" not in second.links
        assert visitor.client.get(visitor.address("city_history") + "?before=nonsense").status_code == 200

    def test_is_linked_from_the_home_page(self, municipality_admin):
        visitor = Visitor(municipality_admin)
        assert visitor.read("city_home").links["登録内容の履歴"] == visitor.address("city_history")


def test_a_value_that_is_a_list_is_shown_by_its_names(site, policy):
    for reasons in (["rent"], ["rent", "other"], []):
        policy.prepayments = reasons
        policy.save()
    shown = history_of(site, policy)
    assert "前払を認める理由：賃借料・リース料、その他(市の規則による) → なし" in shown


def test_all_rights_without_the_operators_site_are_given_to_nobody(site, reviewer):
    person = reviewer.user
    typed = {"email": person.email, "name": person.name, "is_active": "on", "is_superuser": "on"}
    assert "is_superuser" not in Page(site.get(address(person, "change"))).fields
    site.post(address(person, "change"), typed)
    assert not User.objects.get(pk=person.pk).is_superuser


def test_a_password_is_nowhere_in_what_is_shown(site, reviewer):
    reviewer.user.set_password(PASSWORD)
    reviewer.user.save()
    assert "pbkdf2" not in history_of(site, reviewer.user)
