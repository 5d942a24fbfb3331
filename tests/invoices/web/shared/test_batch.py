"""The same step for many invoices: each by itself, and everybody is told about every one that was refused."""

from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory

from invoices.enums import Action, Status
from invoices.lifecycle import accounting, review
from invoices.models import Invoice, InvoiceEvent
from invoices.web.shared import steps
from tests.factories import InvoiceFactory

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


@pytest.fixture
def browser_request():
    request = RequestFactory().post("/")
    request._messages = CookieStorage(request)
    return request


@pytest.fixture
def invoice_in(supplier, department):
    return lambda status, **changes: InvoiceFactory(supplier=supplier, department=department, status=status, **changes)


def told(request) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in get_messages(request)]


def accept_all(request, invoices, actor) -> None:
    steps.take_many(
        request, invoices, lambda pk: review.accept(invoice_id=pk, actor=actor), "%(count)d件を受理しました。"
    )


def test_every_invoice_takes_the_step_with_an_event_of_its_own(browser_request, invoice_in, reviewer):
    invoices = [invoice_in(Status.OPENED) for _n in range(3)]
    accept_all(browser_request, invoices, reviewer)
    assert told(browser_request) == [("success", "3件を受理しました。")]
    assert {invoice.status for invoice in Invoice.objects.all()} == {Status.ACCEPTED}
    assert list(InvoiceEvent.objects.values_list("action", "actor")) == [(Action.ACCEPT, reviewer.user.pk)] * 3


def test_one_that_is_refused_holds_up_no_other_and_is_named_with_its_reason(browser_request, invoice_in, reviewer):
    first, taken, other, last = (
        invoice_in(Status.OPENED),
        invoice_in(Status.RETURNED),
        InvoiceFactory(status=Status.OPENED),
        invoice_in(Status.OPENED),
    )
    accept_all(browser_request, [first, taken, other, last], reviewer)
    assert told(browser_request) == [
        ("warning", f"{taken.number}:この請求書はすでに差し戻されています。"),
        ("warning", f"{other.number}:この操作を行う権限がありません。"),
        ("success", "2件を受理しました。"),
    ]
    statuses = dict(Invoice.objects.values_list("pk", "status"))
    assert [statuses[invoice.pk] for invoice in (first, taken, other, last)] == [
        Status.ACCEPTED,
        Status.RETURNED,
        Status.OPENED,
        Status.ACCEPTED,
    ]
    assert InvoiceEvent.objects.count() == 2


def test_of_many_that_are_all_refused_no_success_is_told(browser_request, invoice_in, reviewer):
    accept_all(browser_request, [invoice_in(Status.UNOPENED), invoice_in(Status.ACCEPTED)], reviewer)
    assert [level for level, _text in told(browser_request)] == ["warning", "warning"]
    assert not InvoiceEvent.objects.exists()


def test_those_that_are_refused_for_one_reason_are_named_together_and_with_their_issuers(
    browser_request, invoice_in, reviewer
):
    first, second = invoice_in(Status.PAID, issuer_name="事業者A"), invoice_in(Status.PAID, issuer_name="事業者B")
    accept_all(browser_request, [first, second], reviewer)
    names = f"事業者A {first.number}、事業者B {second.number}"
    assert told(browser_request) == [("warning", f"{names}:この請求書はすでに支払済みです。")]


def test_the_same_invoice_ticked_twice_takes_the_step_once(browser_request, invoice_in, reviewer):
    invoice = invoice_in(Status.OPENED)
    accept_all(browser_request, [invoice, invoice], reviewer)
    assert [level for level, _text in told(browser_request)] == ["warning", "success"]
    assert InvoiceEvent.objects.count() == 1


def test_what_was_taken_over_since_the_page_was_loaded_is_named(browser_request, invoice_in, accountant):
    first, second = invoice_in(Status.ACCEPTED), invoice_in(Status.ACCEPTED)
    accounting.take_over(invoice_id=first.pk, actor=accountant)
    steps.take_many(
        browser_request,
        [first, second],
        lambda pk: accounting.take_over(invoice_id=pk, actor=accountant),
        "%(count)d件を会計へ引き継ぎました。",
    )
    assert told(browser_request) == [
        ("warning", f"{first.number}:この請求書はすでに会計へ引き継がれています。"),
        ("success", "1件を会計へ引き継ぎました。"),
    ]


def test_a_paper_invoice_is_named_by_its_title(browser_request, paper_invoice, accountant):
    accept_all(browser_request, [paper_invoice], accountant)
    assert told(browser_request) == [("warning", "手書商店 10月分 修繕:この操作を行う権限がありません。")]


def test_a_fault_that_is_no_refusal_is_not_swallowed(browser_request, invoice_in):
    def fail(pk):
        raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError):
        steps.take_many(browser_request, [invoice_in(Status.OPENED)], fail, "%(count)d件")


def test_what_was_ticked_is_bounded_and_nonsense_in_it_is_left_out():
    ids = [str(uuid4()) for _n in range(300)]
    request = RequestFactory().post("/", {"invoice": ids})
    assert [str(pk) for pk in steps.chosen(request.POST)] == ids[: steps.BATCH_MAX]
    assert steps.BATCH_MAX == 200
    request = RequestFactory().post("/", {"invoice": [ids[0], "", "1' OR 1=1", ids[1] + "0", ids[2]]})
    assert [str(pk) for pk in steps.chosen(request.POST)] == [ids[0], ids[2]]
