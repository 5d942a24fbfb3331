"""Between acceptance and payment: accept and reopen, take over and recall."""

from datetime import datetime, time, timedelta

import pytest

from accounts.acting import NotAllowed, NotPermitted
from accounts.models import OutgoingMail
from invoices.enums import Action, ReturnReason, Status
from invoices.lifecycle import accounting, payments, review
from invoices.lifecycle.workflow import WrongStatus, can
from invoices.models import Invoice, InvoiceEvent
from portal.lib.calendar import JST, jst_date, today_jst
from tests.factories import InvoiceFactory, record_paper
from tests.racing import losers, race, winners

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def accept(invoice, actor) -> Invoice:
    return review.accept(invoice_id=invoice.pk, actor=actor)


def reopen(invoice, actor, comment="検収が済んでいません。") -> Invoice:
    return review.reopen(invoice_id=invoice.pk, actor=actor, comment=comment)


def take_over(invoice, actor) -> Invoice:
    return accounting.take_over(invoice_id=invoice.pk, actor=actor)


def recall(invoice, actor, comment="口座の名義が違います。") -> Invoice:
    return accounting.recall(invoice_id=invoice.pk, actor=actor, comment=comment)


def pay(invoice, actor, paid_on=None, **options) -> Invoice:
    return payments.pay(invoice_id=invoice.pk, actor=actor, paid_on=paid_on or today_jst(), **options)


def send_back(invoice, actor) -> Invoice:
    return review.return_invoice(invoice_id=invoice.pk, actor=actor, reason=ReturnReason.MINOR, comment="印字不良")


def state() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (Invoice, InvoiceEvent, OutgoingMail)]


def refused(step, match: str, kind=NotAllowed) -> None:
    """The step is refused with this message, and nothing is written."""
    before = state()
    with pytest.raises(kind, match=match):
        step()
    assert state() == before


def test_an_accepted_invoice_can_be_taken_over_and_is_neither_accepted_again_nor_returned(
    accepted_invoice, reviewer, second_reviewer, accountant
):
    assert can(accountant, Action.TAKE_OVER, accepted_invoice)
    refused(lambda: accept(accepted_invoice, second_reviewer), "すでに受理", WrongStatus)
    refused(lambda: send_back(accepted_invoice, reviewer), "すでに受理", WrongStatus)


@pytest.mark.parametrize("comment", ["", " 　\n", "あ" * 1001], ids=["empty", "blank", "too-long"])
def test_reopening_and_recalling_need_a_reason(comment, accepted_invoice, reviewer, accountant):
    refused(lambda: reopen(accepted_invoice, reviewer, comment), "理由を1,000文字以内")
    take_over(accepted_invoice, accountant)
    refused(lambda: recall(accepted_invoice, accountant, comment), "理由を1,000文字以内")


def test_a_reopened_invoice_is_as_it_was_before_its_acceptance(accepted_invoice, reviewer, second_reviewer):
    invoice = reopen(accepted_invoice, second_reviewer, comment="  検収が済んでいません。 ")
    assert (invoice.status, invoice.accepted_at) == (Status.OPENED, None)
    assert invoice.opened_by == reviewer.user
    assert invoice.events.last().comment == "検収が済んでいません。"
    assert send_back(invoice, reviewer).status == Status.RETURNED


def test_what_was_reopened_can_be_accepted_again(accepted_invoice, reviewer):
    invoice = accept(reopen(accepted_invoice, reviewer), reviewer)
    assert invoice.status == Status.ACCEPTED
    assert invoice.accepted_at > accepted_invoice.accepted_at
    assert [event.action for event in invoice.events.all()][-3:] == [Action.ACCEPT, Action.REOPEN, Action.ACCEPT]


def test_what_was_taken_over_is_not_reopened_by_its_department(taken_over_invoice, reviewer):
    assert not can(reviewer, Action.REOPEN, taken_over_invoice)
    refused(lambda: reopen(taken_over_invoice, reviewer), "会計へ引き継がれています", WrongStatus)


def test_an_invoice_is_taken_over_once(taken_over_invoice, accountant):
    assert (taken_over_invoice.status, taken_over_invoice.taken_over_at is not None) == (Status.ACCEPTED, True)
    refused(lambda: take_over(taken_over_invoice, accountant), "すでに会計へ引き継がれて")


def test_what_was_not_taken_over_is_not_recalled(accepted_invoice, accountant):
    refused(lambda: recall(accepted_invoice, accountant), "まだ会計へ引き継がれて")


def test_a_recalled_invoice_lies_with_its_department_again(
    taken_over_invoice, accountant, reviewer, other_department_staff
):
    OutgoingMail.objects.all().delete()
    invoice = recall(taken_over_invoice, accountant, comment="口座の名義が違います。")
    assert (invoice.status, invoice.taken_over_at, invoice.accepted_at) == (Status.OPENED, None, None)
    assert invoice.marks == ["引戻し"]
    mails = {mail.recipient: mail.body for mail in OutgoingMail.objects.all()}
    assert set(mails) == {"reviewer@city.example", "owner@a.example"}
    assert all("口座の名義が違います。" in body for body in mails.values())
    refused(lambda: recall(invoice, accountant), "すでに開封", WrongStatus)
    returned = send_back(invoice, reviewer)
    assert (returned.status, returned.marks) == (Status.RETURNED, [])


def test_a_recalled_invoice_is_taken_over_again_and_paid_once_it_is_accepted_anew(
    taken_over_invoice, accountant, reviewer
):
    invoice = recall(taken_over_invoice, accountant)
    refused(lambda: take_over(invoice, accountant), "すでに開封", WrongStatus)
    refused(lambda: pay(invoice, accountant), "すでに開封", WrongStatus)
    invoice = take_over(accept(invoice, reviewer), accountant)
    assert invoice.marks == []
    assert invoice.taken_over_at > taken_over_invoice.taken_over_at
    assert pay(invoice, accountant).status == Status.PAID


@pytest.mark.parametrize("fixture", ["accepted_invoice", "taken_over_invoice"])
def test_a_payment_keeps_day_and_amount(fixture, request, accountant):
    invoice = pay(request.getfixturevalue(fixture), accountant)
    assert (invoice.status, invoice.paid_on, invoice.paid_amount) == (Status.PAID, today_jst(), invoice.total)
    assert invoice.paid_at is not None
    assert invoice.events.last().data == {"paid_on": today_jst().isoformat(), "amount": 1782, "balance": 0}


def test_a_payment_in_the_future_or_before_the_receipt_is_a_mistake(accepted_invoice, accountant):
    received = jst_date(accepted_invoice.delivered_at)
    tomorrow, too_early = today_jst() + timedelta(days=1), received - timedelta(days=1)
    refused(lambda: pay(accepted_invoice, accountant, tomorrow), "先の日付")
    refused(lambda: pay(accepted_invoice, accountant, too_early), "届いた日より前")
    assert pay(accepted_invoice, accountant, received).paid_on == received


def test_the_day_of_receipt_is_counted_in_japan(supplier, department, accountant):
    """Half past midnight in Japan is still the day before by the world's clock."""
    received = today_jst() - timedelta(days=3)
    invoice = InvoiceFactory(
        supplier=supplier,
        department=department,
        status=Status.ACCEPTED,
        total=1782,
        delivered_at=datetime.combine(received, time(0, 30), JST),
    )
    refused(lambda: pay(invoice, accountant, received - timedelta(days=1)), "届いた日より前")
    assert pay(invoice, accountant, received).paid_on == received


def test_an_invoice_is_paid_once_and_is_at_its_end(paid_invoice, accountant, reviewer, supplier_owner):
    refused(lambda: pay(paid_invoice, accountant), "すでに支払済み", WrongStatus)
    refused(lambda: recall(paid_invoice, accountant), "受理の取りやめも課への引戻しもできません", WrongStatus)
    refused(lambda: take_over(paid_invoice, accountant), "すでに会計へ引き継がれて", WrongStatus)
    refused(lambda: reopen(paid_invoice, reviewer), "会計課に引戻しを依頼", WrongStatus)
    for actor in (reviewer, accountant, supplier_owner, None):
        # What has been paid can still be corrected and reduced, which begins another document and leaves this one as it
        # is; and its books can be put right.
        left = {supplier_owner: [Action.REISSUE, Action.CREDIT_NOTE], accountant: [Action.OVERPAY, Action.CORRECT]}.get(
            actor, []
        )
        assert [
            action for action in Action if action != Action.RECORD_PAPER and can(actor, action, paid_invoice)
        ] == left


@pytest.mark.parametrize(
    "name", ["reviewer", "municipality_admin", "other_department_staff", "supplier_owner", "other_city_staff"]
)
def test_nobody_but_the_accounting_office_takes_over_recalls_or_pays(name, request, accepted_invoice, accountant):
    actor = request.getfixturevalue(name)
    refused(lambda: take_over(accepted_invoice, actor), "権限", NotPermitted)
    refused(lambda: pay(accepted_invoice, actor), "権限", NotPermitted)
    take_over(accepted_invoice, accountant)
    refused(lambda: recall(accepted_invoice, actor), "権限", NotPermitted)


def test_a_paper_invoice_is_accepted_taken_over_recalled_and_paid_like_any_other(department, reviewer, accountant):
    paper = record_paper(reviewer, department)
    OutgoingMail.objects.all().delete()
    recall(take_over(accept(paper, reviewer), accountant), accountant)
    (mail,) = OutgoingMail.objects.all()
    assert "(紙の請求書)" in mail.subject
    assert "(紙の請求書)" in mail.body
    assert "None" not in mail.subject + mail.body
    accept(paper, reviewer)
    OutgoingMail.objects.all().delete()
    invoice = pay(take_over(paper, accountant), accountant)
    assert (invoice.status, invoice.paid_amount) == (Status.PAID, 55_000)
    assert not OutgoingMail.objects.exists(), "its issuer is not here"


@pytest.mark.django_db(transaction=True)
def test_of_acceptance_and_return_at_once_one_wins_and_the_other_is_told(
    department, reviewer, second_reviewer, accountant
):
    for _round in range(8):
        invoice = record_paper(reviewer, department, another=True)
        outcomes = race(
            lambda: accept(invoice, reviewer),  # noqa: B023
            lambda: send_back(invoice, second_reviewer),  # noqa: B023
        )
        (winner,) = winners(outcomes)
        (loser,) = losers(outcomes)
        assert isinstance(loser, WrongStatus)
        invoice.refresh_from_db()
        assert invoice.status == winner.status == loser.status
        assert (invoice.accepted_at is None) == (invoice.status == Status.RETURNED)
        assert (invoice.return_reason == "") == (invoice.status == Status.ACCEPTED)
        assert invoice.events.filter(action__in=(Action.ACCEPT, Action.RETURN)).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_taking_over_and_reopening_at_once_one_wins(accepted_invoice, accountant, reviewer):
    for _round in range(5):
        outcomes = race(
            lambda: take_over(accepted_invoice, accountant),
            lambda: reopen(accepted_invoice, reviewer),
        )
        (_winner,) = winners(outcomes)
        (loser,) = losers(outcomes)
        assert isinstance(loser, WrongStatus)
        invoice = Invoice.objects.get()
        assert (invoice.status, invoice.taken_over_at is None) in (
            (Status.ACCEPTED, False),
            (Status.OPENED, True),
        )
        if invoice.status == Status.OPENED:
            accept(invoice, reviewer)
        else:
            accept(recall(invoice, accountant), reviewer)
