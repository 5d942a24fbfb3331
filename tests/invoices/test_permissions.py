"""Who sees which invoice, in every status, and who reads what is in it."""

from dataclasses import replace

import pytest
from django.utils import timezone

from accounts.acting import acting_for_municipality
from invoices.enums import Status
from invoices.lifecycle import review
from invoices.models import Invoice
from invoices.permissions import may_read_content
from tests.factories import DepartmentFactory, InvoiceFactory, staff_of

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]

SUPPLIER = {"supplier_owner", "colleague"}
DEPARTMENT = {"reviewer", "second_reviewer"}
WHOLE_CITY = {"accountant", "municipality_admin"}
STRANGERS = {"other_supplier", "other_department_staff", "other_city_staff"}
CAST = sorted(SUPPLIER | DEPARTMENT | WHOLE_CITY | STRANGERS)
REACHED = (Status.UNOPENED, Status.OPENED, Status.RETURNED, Status.ACCEPTED, Status.PAID)


@pytest.mark.parametrize("name", CAST)
@pytest.mark.parametrize("status", list(Status))
def test_an_invoice_is_visible_to_its_supplier_and_once_it_arrived_to_its_department_and_the_whole_city_desk(
    status, name, request, supplier, department
):
    invoice = InvoiceFactory(supplier=supplier, department=department, status=status)
    seen_by = SUPPLIER | (DEPARTMENT | WHOLE_CITY if status in REACHED else set())
    visible = Invoice.objects.visible_to(request.getfixturevalue(name))
    assert list(visible) == ([invoice] if name in seen_by else [])


@pytest.mark.parametrize("name", CAST)
@pytest.mark.parametrize("arrived", [True, False])
def test_a_cancelled_invoice_stays_visible_to_whom_it_had_reached(arrived, name, request, supplier, department):
    InvoiceFactory(
        supplier=supplier,
        department=department,
        status=Status.CANCELLED,
        delivered_at=timezone.now() if arrived else None,
    )
    seen_by = SUPPLIER | (DEPARTMENT | WHOLE_CITY if arrived else set())
    assert Invoice.objects.visible_to(request.getfixturevalue(name)).exists() == (name in seen_by)


@pytest.mark.parametrize("name", CAST)
@pytest.mark.parametrize("opened", [False, True])
def test_the_department_reads_the_content_after_opening_and_the_whole_city_desk_before(
    opened, name, request, unopened_invoice, reviewer
):
    invoice = review.open_invoice(invoice_id=unopened_invoice.pk, actor=reviewer) if opened else unopened_invoice
    actor = request.getfixturevalue(name)
    readers = SUPPLIER | WHOLE_CITY | (DEPARTMENT if opened else set())
    may_read = Invoice.objects.visible_to(actor).exists() and may_read_content(actor, invoice)
    assert may_read == (name in readers)


def test_staff_of_several_departments_see_the_post_of_each(supplier, municipality, department, other_department):
    third = DepartmentFactory(municipality=municipality)
    invoices = {
        place: InvoiceFactory(supplier=supplier, department=place, status=Status.UNOPENED)
        for place in (department, other_department, third)
    }
    both = staff_of(municipality, department, other_department)
    assert set(Invoice.objects.visible_to(both)) == {invoices[department], invoices[other_department]}


def test_staff_without_a_department_see_nothing(unopened_invoice, municipality):
    assert not Invoice.objects.visible_to(staff_of(municipality)).exists()


def test_a_department_of_another_city_opens_no_door_even_if_somebody_claims_it(
    unopened_invoice, other_municipality, department
):
    confused = replace(staff_of(other_municipality), departments=frozenset({department.id}))
    assert not Invoice.objects.visible_to(confused).exists()


def test_who_left_the_city_acts_for_nobody(reviewer, municipality):
    assert acting_for_municipality(reviewer.user, municipality.id) == reviewer
    reviewer.user.staff_memberships.update(active=False)
    assert acting_for_municipality(reviewer.user, municipality.id) is None
