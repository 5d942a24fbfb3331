"""Departments are merged: what nobody has opened goes on to the one that took over, also what arrives in the moment."""

import pytest
from django.urls import reverse

from accounts.models import Department, DepartmentMerger, OutgoingMail
from accounts.municipalities import departments
from invoices.documents import schema
from invoices.enums import Action, Status
from invoices.lifecycle import mergers, review
from invoices.models import Invoice, InvoiceEvent
from suppliers.models import TradingLink
from tests.factories import DepartmentFactory, TradingLinkFactory, deliver
from tests.racing import race

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def merge(department: Department, successor: Department | None) -> None:
    """Write it down, without the work that follows."""
    row = Department.objects.get(pk=department.pk)
    row.succeeded_by = successor
    departments.save(row)


def work() -> None:
    for merger in DepartmentMerger.objects.due():
        assert mergers.move_to_successor(merger.pk)


def test_the_operator_merges_a_department_and_its_unopened_invoices_go_to_the_successor(
    client_of, operator, department, other_department, unopened_invoice, other_department_staff, reviewer
):
    before = Invoice.objects.values().get()
    OutgoingMail.objects.all().delete()
    url = reverse("admin:accounts_department_change", args=[department.pk])
    form = {"name": department.name, "kana": department.kana, "code": "", "succeeded_by": str(other_department.pk)}
    assert client_of(operator).post(url, form).status_code == 302
    work()
    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.department) == (Status.UNOPENED, other_department)
    assert Invoice.objects.visible_to(other_department_staff).exists()
    assert not Invoice.objects.visible_to(reviewer).exists()
    after = Invoice.objects.values().get()
    assert {name for name in after if after[name] != before[name]} == {"department_id", "updated_at"}
    assert schema.load(invoice.snapshot).recipient.department == "子育て支援課"
    event = invoice.events.last()
    ids = {"from_id": str(department.pk), "to_id": str(other_department.pk)}
    assert (event.action, event.actor) == (Action.MOVE, None)
    assert event.data == {"from": "子育て支援課", "to": "道路課"} | ids
    (mail,) = OutgoingMail.objects.all()
    assert mail.recipient == "roads@city.example"
    assert "道路課" in mail.body


@pytest.mark.parametrize("fixture", ["opened_invoice", "returned_invoice", "accepted_invoice", "cancelled_invoice"])
def test_what_was_opened_or_withdrawn_stays_where_it_is(fixture, request, department, other_department):
    invoice = request.getfixturevalue(fixture)
    merge(department, other_department)
    work()
    invoice.refresh_from_db()
    assert invoice.department == department
    assert not InvoiceEvent.objects.filter(action=Action.MOVE).exists()


def test_the_work_may_run_twice_and_a_department_that_is_saved_again_asks_for_none(
    department, other_department, unopened_invoice
):
    merge(department, other_department)
    merge(department, other_department)
    (merger,) = DepartmentMerger.objects.all()
    mergers.move_to_successor(merger.pk)
    DepartmentMerger.objects.update(done_at=None, attempts=0)
    mergers.move_to_successor(merger.pk)
    assert InvoiceEvent.objects.filter(action=Action.MOVE).count() == 1


def test_after_two_mergers_it_lies_with_the_last_department(department, other_department, unopened_invoice):
    last = DepartmentFactory(municipality=department.municipality, name="建設課")
    merge(department, other_department)
    merge(other_department, last)
    work()
    unopened_invoice.refresh_from_db()
    assert unopened_invoice.department == last
    (event,) = InvoiceEvent.objects.filter(action=Action.MOVE)
    ids = {"from_id": str(department.pk), "to_id": str(last.pk)}
    assert event.data == {"from": "子育て支援課", "to": "建設課"} | ids


def test_nothing_moves_to_a_department_that_is_closed(department, other_department, unopened_invoice):
    Department.objects.filter(pk=other_department.pk).update(closed=True)
    merge(department, other_department)
    work()
    unopened_invoice.refresh_from_db()
    assert unopened_invoice.department == department


def test_what_was_issued_before_the_merger_arrives_at_the_successor(
    department, other_department, issued_invoice, other_department_staff, reviewer
):
    merge(department, other_department)
    work()
    invoice = deliver(issued_invoice)
    assert (invoice.status, invoice.department) == (Status.UNOPENED, other_department)
    assert [event.action for event in invoice.events.all()] == [Action.ISSUE, Action.DELIVER, Action.MOVE]
    assert OutgoingMail.objects.get().recipient == "roads@city.example"
    assert review.open_invoice(invoice_id=invoice.pk, actor=other_department_staff).status == Status.OPENED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_turn", range(3))
def test_what_arrives_in_the_moment_of_the_merger_ends_with_the_successor(
    _turn, department, other_department, issued_invoice, reviewer
):
    def merging() -> None:
        merge(department, other_department)
        work()

    assert race(lambda: deliver(issued_invoice), merging)[1] is None
    issued_invoice.refresh_from_db()
    assert (issued_invoice.status, issued_invoice.department) == (Status.UNOPENED, other_department)


@pytest.mark.django_db(transaction=True)
def test_what_is_passed_on_in_the_moment_of_the_merger_is_not_left_behind(
    department, other_department, opened_invoice, reviewer
):
    last = DepartmentFactory(municipality=department.municipality, name="建設課")

    def passing_on() -> Invoice:
        return review.reroute(
            invoice_id=opened_invoice.pk, actor=reviewer, department_id=other_department.pk, comment="道路課へ"
        )

    def merging() -> None:
        merge(other_department, last)
        work()

    race(passing_on, merging)
    opened_invoice.refresh_from_db()
    assert opened_invoice.department in (department, last)


def test_who_may_send_to_a_merged_department_may_send_to_the_one_that_took_over(
    department, other_department, supplier, supplier_b
):
    closed_to_them = TradingLinkFactory(supplier=supplier_b, department=other_department, active=False)
    TradingLinkFactory(supplier=supplier_b, department=department)
    TradingLinkFactory(supplier=supplier, department=department)
    assert [each.department for each in TradingLink.objects.open().filter(supplier=supplier)] == [department]
    merge(department, other_department)
    work()
    assert [each.department for each in TradingLink.objects.open().filter(supplier=supplier)] == [other_department]
    closed_to_them.refresh_from_db()
    assert not closed_to_them.active


def test_after_two_mergers_in_a_row_they_may_send_to_the_last_one(department, other_department, supplier):
    TradingLinkFactory(supplier=supplier, department=department)
    last = DepartmentFactory(municipality=department.municipality, name="建設課")
    merge(department, other_department)
    work()
    merge(other_department, last)
    work()
    assert [each.department for each in TradingLink.objects.open().filter(supplier=supplier)] == [last]


def test_the_history_says_from_where_to_where_and_that_nobody_in_person_did_it(
    client_of, department, other_department, unopened_invoice, other_department_staff
):
    merge(department, other_department)
    work()
    url = reverse("review:detail", args=[department.municipality_id, unopened_invoice.pk])
    page = client_of(other_department_staff).get(url).content.decode()
    assert "課の統合による引継ぎ" in page
    assert "子育て支援課 から 道路課 へ" in page
