"""What lies with the department again, and whose correction is accepted meanwhile, is closed as any other."""

import pytest

from accounts.models import Department, DepartmentMerger, OutgoingMail
from accounts.municipalities import departments
from invoices.enums import Action, ReturnReason, Status
from invoices.lifecycle import mergers, review
from invoices.lifecycle.workflow import TABLE, Blocked, can
from invoices.models import Invoice
from invoices.web.city.inbox import in_tab
from tests import factories
from tests.office import fresh, refused

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


@pytest.fixture
def recalled(office, claim) -> Invoice:
    """Its correction is accepted."""
    new = office.correction(claim)
    office.recall(claim)
    office.accept(new)
    return fresh(claim)


@pytest.fixture
def passed_on(office, claim, other_department) -> Invoice:
    """The same, after it was passed on to another department, where nobody has opened it."""
    new = office.correction(claim)
    office.recall(claim)
    review.reroute(
        invoice_id=claim.pk, actor=office.department, department_id=other_department.pk, comment="道路の工事です。"
    )
    office.accept(new)
    return fresh(claim)


def test_nobody_of_the_city_can_take_a_step_with_it(recalled, office, municipality_admin):
    assert (recalled.status, recalled.superseded_by is None) == (Status.OPENED, False)
    for actor in (office.department, office.accounts, municipality_admin, office.supplier):
        assert [action for action in TABLE if can(actor, action, recalled)] == []
    about = {"invoice_id": recalled.pk, "actor": office.department}
    said = f"修正後の請求書{recalled.superseded_by.number}に置き換えられています"
    refused(lambda: review.return_invoice(reason=ReturnReason.MINOR, comment="印字不良", **about), said, Blocked)
    refused(lambda: review.accept(**about), said, Blocked)


def test_it_is_not_passed_on(recalled, office, other_department):
    about = {"invoice_id": recalled.pk, "department_id": other_department.pk, "comment": "道路の工事です。"}
    refused(lambda: review.reroute(actor=office.department, **about), "置き換えられています", Blocked)


def test_it_is_not_opened_elsewhere(passed_on, other_department_staff):
    assert passed_on.status == Status.UNOPENED
    about = {"invoice_id": passed_on.pk, "actor": other_department_staff}
    refused(lambda: review.open_invoice(**about), "置き換えられています", Blocked)
    assert not can(other_department_staff, Action.REROUTE, passed_on)


def test_it_is_not_among_the_open_work(recalled, office, other_department):
    seen = Invoice.objects.visible_to(office.accounts)
    assert recalled not in in_tab(seen, "opened")
    assert recalled in in_tab(seen, "all")
    office.department.user.staff_memberships.update(active=False)
    assert Department.objects.unstaffed().filter(pk=recalled.department_id).exists()
    assert recalled not in Invoice.objects.without_staff()


def test_unopened_it_is_not_either(passed_on, office):
    seen = Invoice.objects.visible_to(office.accounts)
    assert passed_on not in in_tab(seen, "unopened")


def test_it_is_open_work_again_once_the_acceptance_of_its_correction_is_taken_back(recalled, office):
    office.reopen(recalled.superseded_by)
    now = fresh(recalled)
    assert (now.superseded_by, now.marks) == (None, ["引戻し"])
    assert now in in_tab(Invoice.objects.visible_to(office.department), "opened")
    assert can(office.department, Action.ACCEPT, now)
    assert can(office.department, Action.RETURN, now)


def test_it_goes_along_with_its_department_and_nobody_is_asked_to_open_it(passed_on, municipality, other_department):
    successor = factories.DepartmentFactory(municipality=municipality)
    factories.staff_of(municipality, successor)
    OutgoingMail.objects.all().delete()
    other_department.succeeded_by = successor
    departments.save(other_department)
    for merger in DepartmentMerger.objects.due():
        assert mergers.move_to_successor(merger.pk)
    assert fresh(passed_on).department == successor
    assert not OutgoingMail.objects.exists()


def test_a_credit_note_that_was_reopened_is_closed_too(office, claim):
    note = office.accept(office.note(claim, 20))
    new = office.correction(note, -10)
    office.reopen(note)
    office.accept(new)
    assert (fresh(note).superseded_by, fresh(note).status) == (new, Status.OPENED)
    assert not can(office.department, Action.RETURN, fresh(note))
    refused(lambda: review.accept(invoice_id=note.pk, actor=office.department), "修正後の返還請求書", Blocked)
