"""What a page answers to whatever comes of a step: the one place that turns refusals into answers."""

from datetime import date
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory

from accounts.acting import NotAllowed, NotPermitted
from invoices.enums import Status
from invoices.lifecycle import drafting, issuing, scheduling, splitting
from invoices.lifecycle.drafting import DeletedDraft, OutdatedDraft
from invoices.lifecycle.issuing import ChangedAfterConfirming, Refused
from invoices.lifecycle.payments import ImpossiblePayment
from invoices.lifecycle.workflow import Blocked, WrongStatus
from invoices.web.city.payment_forms import BatchPayForm
from invoices.web.shared import steps

FUTURE = ImpossiblePayment("paid_on", "支払日が先の日付です。")


@pytest.fixture
def browser_request():
    request = RequestFactory().post("/")
    request._messages = CookieStorage(request)
    return request


def messages_of(request) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in get_messages(request)]


def refuse(error: Exception) -> None:
    raise error


@pytest.mark.django_db
@pytest.mark.parametrize(
    "step",
    [
        lambda gone, actor: drafting.delete(draft_id=gone, actor=actor),
        lambda gone, actor: issuing.issue(invoice_id=gone, actor=actor, version=1),
        lambda gone, actor: scheduling.unschedule(invoice_id=gone, actor=actor),
        lambda gone, actor: splitting.split_by_year(draft_id=gone, actor=actor, version=1),
    ],
)
def test_a_step_at_the_moment_of_a_delete_finds_nothing(step, supplier_owner):
    with pytest.raises(Http404), steps.attempt():
        step(uuid4(), supplier_owner)


def test_a_step_that_is_taken_says_what_was_done_and_nothing_where_nothing_is_to_be_said(browser_request):
    with steps.take(browser_request, "受理しました。") as outcome:
        pass
    assert outcome.refused is None
    assert messages_of(browser_request) == [("success", "受理しました。")]
    with steps.take(browser_request):
        pass
    assert messages_of(browser_request) == [("success", "受理しました。")]


@pytest.mark.parametrize(
    ("error", "level"),
    [
        (WrongStatus("すでに受理されています。", Status.ACCEPTED), "info"),
        (Blocked("すでに会計へ引き継がれています。", Status.ACCEPTED), "info"),
        (OutdatedDraft(), "warning"),
        (ChangedAfterConfirming(), "warning"),
        (DeletedDraft(), "error"),
        (Refused([]), "error"),
        (FUTURE, "error"),
        (NotAllowed("すでにその課にあります。"), "error"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_a_refusal_is_the_only_message_and_whoever_is_late_is_not_accused(error, level, browser_request):
    with steps.take(browser_request, "受理しました。") as outcome:
        refuse(error)
    assert outcome.refused is error
    assert messages_of(browser_request) == [(level, str(error.message))]


def test_what_was_typed_wrong_is_said_beside_its_field(browser_request):
    form = BatchPayForm({"paid_on": "2026-04-01"})
    assert form.is_valid()
    assert form.cleaned_data == {"paid_on": date(2026, 4, 1)}
    with steps.take(browser_request, "支払を記録しました。", form) as outcome:
        refuse(FUTURE)
    assert outcome.refused is FUTURE
    assert form.errors == {"paid_on": [FUTURE.message]}
    assert messages_of(browser_request) == []


def test_a_step_for_somebody_else_is_forbidden(browser_request):
    with pytest.raises(PermissionDenied), steps.take(browser_request, "受理しました。"):
        refuse(NotPermitted())
    assert messages_of(browser_request) == []


def test_a_fault_that_is_no_refusal_is_not_swallowed(browser_request):
    with pytest.raises(RuntimeError), steps.take(browser_request, "受理しました。"):
        refuse(RuntimeError("the database is gone"))
