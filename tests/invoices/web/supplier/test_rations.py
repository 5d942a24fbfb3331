"""A supplier issues and cancels so many invoices in an hour, and the department's mailbox is not filled."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from invoices.enums import Status
from invoices.lifecycle import issuing
from portal.lib.calendar import today_jst
from tests import factories
from tests.pages import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(settings) -> None:
    settings.INVOICE_RATES = {"issue": "2/h/key", "cancel": "2/h/key"}
    cache.clear()


@pytest.fixture
def at_supplier(supplier_owner) -> Visitor:
    return Visitor(supplier_owner)


def statuses(invoices) -> list[str]:
    for each in invoices:
        each.refresh_from_db()
    return [each.status for each in invoices]


def test_of_many_that_are_cancelled_the_last_stay_until_later(at_supplier, new_draft, supplier_owner, colleague):
    issued = [new_draft() for _n in range(3)]
    for each in issued:
        factories.deliver(issuing.issue(invoice_id=each.pk, actor=supplier_owner, version=each.version))
    at_supplier.send("invoices:cancel", issued[0].pk)
    Visitor(colleague).send("invoices:cancel", issued[1].pk)
    page = at_supplier.send("invoices:cancel", issued[2].pk)
    assert "短い間に同じ操作が多く行われた" in page.text
    assert statuses(issued) == [Status.CANCELLED, Status.CANCELLED, Status.UNOPENED]
    cache.clear()
    at_supplier.send("invoices:cancel", issued[2].pk)
    assert statuses(issued)[2] == Status.CANCELLED


def test_of_many_that_are_issued_by_hand_the_last_stay_drafts(at_supplier, new_draft):
    drafts = [new_draft() for _n in range(3)]
    for each in drafts:
        confirm = at_supplier.read("invoices:confirm", each.pk)
        form = confirm.forms[at_supplier.address("invoices:issue", each.pk)]
        page = at_supplier.send("invoices:issue", each.pk, data=form)
    assert "短い間に同じ操作が多く行われた" in page.text
    assert statuses(drafts) == [Status.SENT, Status.SENT, Status.DRAFT]


def test_reserving_counts_as_issuing(at_supplier, new_draft):
    drafts = [new_draft() for _n in range(3)]
    for each in drafts:
        confirm = at_supplier.read("invoices:confirm", each.pk)
        form = confirm.forms[at_supplier.address("invoices:schedule", each.pk)]
        day = (today_jst() + timedelta(days=3)).isoformat()
        typed = form | {"schedule-day": day, "schedule-time": "09:30"}
        page = at_supplier.send("invoices:schedule", each.pk, data=typed)
    assert "短い間に同じ操作が多く行われた" in page.text
    assert statuses(drafts) == [Status.SCHEDULED, Status.SCHEDULED, Status.DRAFT]
