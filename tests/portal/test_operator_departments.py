"""The operator's pages on the day on which departments change: what is gone is called so and takes nothing over."""

import pytest
from django.urls import reverse

from accounts.models import Department
from tests.factories import DepartmentFactory, StaffMembershipFactory
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(municipality) -> Department:
    return DepartmentFactory(municipality=municipality, name="旧課", closed=True)


def change(row) -> str:
    return reverse(f"admin:accounts_{row._meta.model_name}_change", args=[row.pk])


def merge(client, department: Department, successor: Department) -> Page:
    form = {"name": department.name, "kana": department.kana, "code": "", "succeeded_by": str(successor.pk)}
    return Page(client.post(change(department), form, follow=True))


def test_a_closed_department_takes_nothing_over(client_of, operator, department, closed):
    page = merge(client_of(operator), department, closed)
    assert "引継先には、廃止していない課を選んでください。" in page.text
    department.refresh_from_db()
    assert department.succeeded_by is None


def test_nor_does_one_whose_successor_was_closed(client_of, operator, department, other_department, closed):
    Department.objects.filter(pk=other_department.pk).update(succeeded_by=closed)
    assert "廃止していない課" in merge(client_of(operator), department, other_department).text


def test_one_whose_successor_was_closed_later_is_still_saved(client_of, operator, department, other_department):
    Department.objects.filter(pk=department.pk).update(succeeded_by=other_department)
    Department.objects.filter(pk=other_department.pk).update(closed=True)
    department.refresh_from_db()
    department.name = "新しい名前"
    merge(client_of(operator), department, other_department)
    assert Department.objects.get(pk=department.pk).name == "新しい名前"


def test_lists_say_which_departments_are_gone(client_of, operator, municipality, department, other_department, closed):
    Department.objects.filter(pk=other_department.pk).update(succeeded_by=department)
    membership = StaffMembershipFactory(municipality=municipality, departments=[department])
    client = client_of(operator)
    for row, field in ((membership, "departments"), (department, "succeeded_by")):
        offered = Page(client.get(change(row))).choices[field][""]
        assert {"見本市 旧課(廃止)", "見本市 道路課(統合済み)", "見本市 子育て支援課"} <= set(offered)


def test_a_name_that_another_department_of_the_city_has_is_refused_with_the_field(
    client_of, operator, department, other_department
):
    typed = {"name": other_department.name, "kana": department.kana, "code": ""}
    answer = client_of(operator).post(change(department), typed)
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["name"]
