"""The operator's pages for staff: nobody is given a department of another city, in no way."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Department, StaffMembership, StaffRole
from tests.factories import DepartmentFactory, StaffMembershipFactory, UserFactory
from tests.pages import Page

pytestmark = pytest.mark.django_db

ADD = reverse("admin:accounts_staffmembership_add")


@pytest.fixture
def foreign(other_municipality) -> Department:
    return DepartmentFactory(municipality=other_municipality, name="子育て支援課")


@pytest.fixture
def membership(municipality, department) -> StaffMembership:
    return StaffMembershipFactory(municipality=municipality, departments=[department])


def change(membership: StaffMembership) -> str:
    return reverse("admin:accounts_staffmembership_change", args=[membership.pk])


def typed(municipality, *departments: Department, user=None) -> dict[str, object]:
    return {
        "user": str((user or UserFactory()).pk),
        "municipality": str(municipality.pk),
        "role": StaffRole.REVIEWER,
        "departments": [str(each.pk) for each in departments],
        "active": "on",
    }


def test_departments_are_called_with_their_city_and_those_of_a_known_city_alone_are_offered(
    client_of, operator, membership, foreign
):
    client = client_of(operator)
    assert {"見本市 子育て支援課", "隣市 子育て支援課"} <= set(Page(client.get(ADD)).choices["departments"][""])
    offered = Page(client.get(change(membership))).choices["departments"][""]
    assert offered == ["見本市 子育て支援課"]


def test_a_department_of_another_city_is_refused_by_the_form(client_of, operator, municipality, foreign):
    response = client_of(operator).post(ADD, typed(municipality, foreign))
    assert response.status_code == 200
    assert "ほかの市の課です:隣市 子育て支援課" in response.content.decode()
    assert not StaffMembership.objects.exists()


def test_a_department_of_the_city_is_taken(client_of, operator, municipality, department):
    assert client_of(operator).post(ADD, typed(municipality, department)).status_code == 302
    assert list(StaffMembership.objects.get().departments.all()) == [department]


def test_the_city_of_a_member_and_of_a_department_does_not_change(
    client_of, operator, membership, other_municipality, department, foreign
):
    client = client_of(operator)
    client.post(change(membership), typed(other_municipality, foreign, user=membership.user))
    membership.refresh_from_db()
    assert membership.municipality_id == department.municipality_id
    assert list(membership.departments.all()) == [department]
    url = reverse("admin:accounts_department_change", args=[department.pk])
    client.post(url, {"name": "新課", "kana": "しんか", "municipality": str(other_municipality.pk)})
    department.refresh_from_db()
    assert (department.name, department.municipality_id) == ("新課", membership.municipality_id)


@pytest.mark.both_db
class TestTheDatabase:
    def test_refuses_a_department_of_another_city(self, membership, foreign):
        with pytest.raises(IntegrityError, match="frozen row"), transaction.atomic():
            membership.departments.add(foreign)
        with pytest.raises(IntegrityError, match="frozen row"), transaction.atomic():
            foreign.staff.add(membership)

    def test_refuses_to_change_one_into_another_citys(self, membership, foreign):
        through = StaffMembership.departments.through
        with pytest.raises(IntegrityError, match="frozen row"), transaction.atomic():
            through.objects.update(department=foreign)

    def test_refuses_to_move_a_member_or_a_department_to_another_city(self, membership, other_municipality):
        for model in (StaffMembership, Department):
            with pytest.raises(IntegrityError, match="frozen row"), transaction.atomic():
                model.objects.update(municipality=other_municipality)

    def test_takes_further_departments_of_the_same_city(self, membership, other_department):
        membership.departments.add(other_department)
        assert membership.departments.count() == 2


def test_nobody_is_put_into_the_place_of_somebody_else(client_of, operator, membership, municipality, department):
    """A new person would come without a link for the first sign-in."""
    user = membership.user
    response = client_of(operator).post(change(membership), typed(municipality, department))
    assert response.status_code == 302
    membership.refresh_from_db()
    assert membership.user == user


@pytest.mark.parametrize("nonsense", ["x", "0", "\ufffd", "9" * 60, "' OR 1=1"])
@pytest.mark.parametrize("model", ["accounts_staffmembership", "suppliers_suppliermember", "suppliers_tradinglink"])
def test_what_is_the_id_of_nobody_chooses_nobody(client_of, operator, model, nonsense):
    client = client_of(operator)
    address = reverse(f"admin:{model}_add")
    fields = ("user", "supplier", "municipality", "department", "departments")
    assert client.get(address, dict.fromkeys(fields, nonsense)).status_code == 200
    answer = client.post(address, dict.fromkeys(fields, nonsense))
    assert answer.status_code == 200
    assert Page(answer).errors


def test_one_of_many_is_found_by_name_or_address(client_of, operator, reviewer, accountant):
    page = reverse("admin:accounts_staffmembership_changelist")
    for wanted in (reviewer.user.name[:2], reviewer.user.email):
        found = client_of(operator).get(page, {"q": wanted}).content.decode()
        assert str(reviewer.user) in found
        assert str(accountant.user) not in found
