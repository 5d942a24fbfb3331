"""What a change of staff or departments leaves behind is said to the operator at once: nobody else would notice it."""

import pytest
from django.urls import reverse

from accounts.models import Department, StaffMembership, StaffRole
from tests.factories import StaffMembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(client_of, operator):
    """Saves a page of the operator's site, and returns what it says then."""

    def save(row, **typed: object) -> list[str]:
        page = reverse(f"admin:accounts_{row._meta.model_name}_change", args=[row.pk])
        answer = client_of(operator).post(page, {key: value for key, value in typed.items() if value}, follow=True)
        assert answer.redirect_chain, answer.context["adminform"].form.errors
        return [str(each) for each in answer.context["messages"] if each.level_tag == "warning"]

    return save


def membership_of(actor) -> StaffMembership:
    return StaffMembership.objects.get(user=actor.user)


def test_a_city_without_an_administrator(said, municipality_admin, reviewer):
    row = membership_of(municipality_admin)
    assert said(row, role="admin", active="on") == []
    (warning,) = said(row, role="admin", active="")
    assert "見本市の管理者がいません" in warning
    (warning,) = said(row, role="accountant", active="on")
    assert "見本市の管理者がいません" in warning


def test_a_person_who_is_switched_off_was_the_last_one(said, municipality_admin, reviewer, department):
    for actor, gone in ((municipality_admin, "見本市の管理者がいません"), (reviewer, department.name)):
        typed = {"email": actor.user.email, "name": actor.user.name, "kana": "", "is_active": ""}
        assert any(gone in each for each in said(actor.user, **typed))


def test_a_department_whose_last_person_moves(said, municipality_admin, reviewer, department, other_department):
    row = membership_of(reviewer)
    (warning,) = said(row, role="reviewer", active="on", departments=[str(other_department.pk)])
    assert f"担当者がいません：{department.name}" in warning
    StaffMembershipFactory(municipality=row.municipality, departments=[department, other_department])
    assert said(row, role="reviewer", active="") == []


def test_a_reviewer_without_a_department(said, municipality_admin, reviewer, department):
    StaffMembershipFactory(municipality=department.municipality, departments=[department])
    (warning,) = said(membership_of(reviewer), role=StaffRole.REVIEWER, active="on", departments=[])
    assert "担当の課がないため" in warning


def test_those_of_a_merged_department_who_do_not_work_for_the_one_that_took_over(
    said, reviewer, department, other_department
):
    typed = {"name": department.name, "kana": department.kana, "code": ""}
    (warning,) = said(department, **typed, succeeded_by=str(other_department.pk))
    assert str(reviewer.user) in warning
    assert other_department.name in warning
    StaffMembership.objects.get(user=reviewer.user).departments.add(other_department)
    Department.objects.update(succeeded_by=None)
    assert said(department, **typed, succeeded_by=str(other_department.pk)) == []
