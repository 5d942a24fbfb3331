"""What a department does: open once, return with a reason."""

import pytest

from accounts.models import OutgoingMail
from invoices.enums import Action, ReturnReason, Status
from invoices.lifecycle import review
from invoices.lifecycle.comments import COMMENT_MAX
from invoices.lifecycle.workflow import NotAllowed, WrongStatus
from invoices.models import Invoice
from tests.factories import member_of
from tests.racing import losers, race, winners

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def send_back(invoice, actor, comment="数量が違います。", reason=ReturnReason.WRONG_CONTENT) -> Invoice:
    return review.return_invoice(invoice_id=invoice.pk, actor=actor, reason=reason, comment=comment)


def test_the_first_opener_and_the_time_are_recorded(unopened_invoice, reviewer):
    invoice = review.open_invoice(invoice_id=unopened_invoice.pk, actor=reviewer)
    assert (invoice.status, invoice.opened_by) == (Status.OPENED, reviewer.user)
    assert invoice.opened_at >= invoice.delivered_at
    event = invoice.events.last()
    assert (event.action, event.actor, event.actor_role, event.actor_organisation) == (
        Action.OPEN,
        reviewer.user,
        "reviewer",
        "見本市",
    )


def test_opening_again_keeps_the_first_opener(opened_invoice, reviewer, second_reviewer):
    with pytest.raises(WrongStatus) as refused:
        review.open_invoice(invoice_id=opened_invoice.pk, actor=second_reviewer)
    assert refused.value.status == Status.OPENED
    assert Invoice.objects.get().opened_by == reviewer.user


def test_a_department_cannot_open_an_invoice_addressed_to_another(other_department_staff, unopened_invoice):
    with pytest.raises(NotAllowed):
        review.open_invoice(invoice_id=unopened_invoice.pk, actor=other_department_staff)
    assert Invoice.objects.get().status == Status.UNOPENED


def test_opening_sends_no_mail(unopened_invoice, reviewer):
    before = OutgoingMail.objects.count()
    review.open_invoice(invoice_id=unopened_invoice.pk, actor=reviewer)
    assert OutgoingMail.objects.count() == before


@pytest.mark.parametrize("reason", list(ReturnReason))
def test_a_return_stores_its_reason_and_comment_for_both_sides(reason, opened_invoice, second_reviewer):
    invoice = send_back(
        opened_invoice, second_reviewer, comment="  数量が違います。\n納品書は50冊です。  ", reason=reason
    )
    assert invoice.status == Status.RETURNED
    assert (invoice.return_reason, invoice.return_comment) == (reason, "数量が違います。\n納品書は50冊です。")
    assert invoice.returned_at is not None
    assert invoice.events.last().comment == invoice.return_comment


@pytest.mark.parametrize("comment", ["", "  \n　", "あ" * (COMMENT_MAX + 1)], ids=["empty", "blank", "too-long"])
def test_a_return_needs_a_comment_of_reasonable_length(comment, opened_invoice, reviewer):
    with pytest.raises(NotAllowed, match=r"^理由を1,000文字以内で入力してください。$"):
        send_back(opened_invoice, reviewer, comment=comment)
    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.return_reason) == (Status.OPENED, "")


def test_the_longest_comment_is_kept_whole(opened_invoice, reviewer):
    assert len(send_back(opened_invoice, reviewer, comment="あ" * COMMENT_MAX).return_comment) == COMMENT_MAX


def test_an_unopened_invoice_is_not_returned(unopened_invoice, reviewer):
    with pytest.raises(WrongStatus):
        send_back(unopened_invoice, reviewer)


def test_the_owners_and_the_writer_of_a_returned_invoice_hear_of_it_and_nobody_else(
    opened_invoice, supplier, colleague, reviewer, other_supplier
):
    OutgoingMail.objects.all().delete()
    member_of(supplier, email="second-owner@a.example")
    former = member_of(supplier, email="former@a.example")
    supplier.members.filter(user=former.user).update(active=False)
    blocked = member_of(supplier, email="blocked@a.example")
    blocked.user.is_active = False
    blocked.user.save()
    send_back(opened_invoice, reviewer)
    assert {mail.recipient for mail in OutgoingMail.objects.all()} == {"owner@a.example", "second-owner@a.example"}
    assert OutgoingMail.objects.count() == 2


def test_a_colleague_who_wrote_the_invoice_hears_of_its_return(opened_invoice, colleague, reviewer):
    Invoice.objects.filter(pk=opened_invoice.pk).update(created_by=colleague.user)
    OutgoingMail.objects.all().delete()
    send_back(opened_invoice, reviewer)
    assert {mail.recipient for mail in OutgoingMail.objects.all()} == {"owner@a.example", "colleague@a.example"}


@pytest.mark.django_db(transaction=True)
def test_of_two_colleagues_who_open_at_once_one_is_the_opener(unopened_invoice, reviewer, second_reviewer):
    outcomes = race(
        *(
            lambda actor=actor: review.open_invoice(invoice_id=unopened_invoice.pk, actor=actor)
            for actor in (reviewer, second_reviewer)
        )
    )
    (winner,) = winners(outcomes)
    assert [type(error) for error in losers(outcomes)] == [WrongStatus]
    assert winner.opened_by == (reviewer, second_reviewer)[outcomes.index(winner)].user
    assert Invoice.objects.get().opened_by == winner.opened_by
    assert winner.events.filter(action=Action.OPEN).count() == 1
