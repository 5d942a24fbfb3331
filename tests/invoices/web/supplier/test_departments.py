"""The departments to which a supplier may send: begin an invoice to one of them, and find what went there."""

import pytest

from suppliers.models import TradingLink

pytestmark = pytest.mark.django_db


def chosen(page) -> str:
    return page.fields["department"]


def test_the_only_department_is_chosen_already(at_supplier, trading_link):
    assert chosen(at_supplier.read("invoices:new")) == str(trading_link.department_id)


def test_of_several_the_one_that_is_asked_for_is_chosen(at_supplier, supplier, trading_link, other_department):
    TradingLink.objects.create(supplier=supplier, department=other_department)
    assert chosen(at_supplier.read("invoices:new")) == ""
    page = at_supplier.read("invoices:new", department=str(other_department.pk))
    assert chosen(page) == str(other_department.pk)
    assert chosen(at_supplier.read("invoices:new", department="0")) == ""


def test_none_is_chosen_to_which_the_supplier_may_not_send(at_supplier, supplier, trading_link, other_department):
    closed = TradingLink.objects.create(supplier=supplier, department=other_department, active=False)
    page = at_supplier.read("invoices:new", department=str(closed.department_id))
    assert chosen(page) == str(trading_link.department_id)


def test_their_list_leads_to_both(at_supplier, trading_link):
    links = at_supplier.read("suppliers:trading").links
    name = trading_link.department.name
    new, sent = links[f"請求書を作成（{name}）"], links[f"発行した請求書（{name}）"]
    assert new == f"{at_supplier.address('invoices:new')}?department={trading_link.department_id}"
    assert sent == f"{at_supplier.address('invoices:list')}?department={trading_link.department_id}"
