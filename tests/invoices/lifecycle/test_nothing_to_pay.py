"""Claims of which nothing is to be paid: of 0 yen, and corrections that are paid by what was transferred to them."""

import pytest

from invoices.enums import Action, Status
from invoices.lifecycle import payments, review
from invoices.lifecycle.dues import due_of
from invoices.lifecycle.workflow import Blocked, WrongStatus, can
from invoices.models import Invoice, Payment
from portal.lib.calendar import today_jst
from tests.office import adds_up, fresh, of, refused

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def waits(invoice: Invoice) -> bool:
    return Invoice.objects.to_take_over().filter(pk=invoice.pk).exists()


class TestAClaimOfNothing:
    """An advance has paid all of it."""

    @pytest.fixture
    def nothing(self, office, draft) -> Invoice:
        return office.accept(office.deliver(office.of_nothing(draft)))

    def test_waits_to_be_taken_over_and_asks_for_no_payment(self, office, nothing):
        assert (nothing.status, waits(nothing), due_of(nothing).overpaid) == (Status.ACCEPTED, True, 0)
        refused(lambda: office.pay(nothing, 1), "請求金額が0円なので、支払の記録は要りません", Blocked)

    def test_is_at_its_end_once_it_is_taken_over_without_a_day_of_payment(self, office, nothing):
        done = office.take_over(nothing)
        assert (done.status, done.paid_on, done.paid_at, of(done)) == (Status.PAID, None, None, [])
        assert done.taken_over_at is not None
        assert (done.state_label, done.marks) == ("支払不要", [])
        assert (waits(done), done in Invoice.objects.to_pay()) == (False, False)
        event = done.events.last()
        assert (event.action, event.from_status, event.to_status) == (Action.TAKE_OVER, "accepted", "paid")

    def test_that_is_at_its_end_says_that_nothing_is_to_be_paid(self, office, nothing):
        office.take_over(nothing)
        refused(lambda: office.pay(nothing, 1), r"支払うものはありません\(0円\)", WrongStatus)
        refused(lambda: office.take_over(nothing), "すでに会計へ引き継がれて", Blocked)

    def test_is_reopened_until_it_is_taken_over_and_recalled_afterwards(self, office, nothing):
        office.reopen(nothing)
        review.accept(invoice_id=nothing.pk, actor=office.department)
        office.take_over(nothing)
        refused(lambda: office.reopen(nothing), "会計課に引戻しを依頼", Blocked)
        recalled = office.recall(nothing)
        assert (recalled.status, recalled.taken_over_at, recalled.marks) == (Status.OPENED, None, ["引戻し"])
        review.accept(invoice_id=nothing.pk, actor=office.department)
        assert office.take_over(nothing).status == Status.PAID
        adds_up()

    def test_has_no_day_of_payment_of_what_it_corrects_once_that_was_a_mistake(self, office, draft):
        paid = office.pay(office.claim(draft))
        nothing = office.accept(office.deliver(office.of_nothing(office.begun(paid))))
        office.reopen(nothing)
        assert (fresh(nothing).paid_on, fresh(nothing).paid_at) == (None, None)
        (entry,) = Payment.objects.correctable().filter(invoice=paid)
        office.correct(entry)
        review.accept(invoice_id=nothing.pk, actor=office.department)
        done = office.take_over(nothing)
        assert (done.status, done.paid_on, done.state_label) == (Status.PAID, None, "支払不要")
        adds_up()

    def test_for_which_money_left_by_mistake_is_overpaid_until_it_came_back(self, office, nothing):
        office.take_over(nothing)
        about = {"invoice_id": nothing.pk, "actor": office.accounts, "paid_on": today_jst()}
        over = payments.overpay(amount=500, comment="誤送金", **about)
        assert (over.status, over.marks, over in Invoice.objects.to_pay()) == (Status.ACCEPTED, ["過払い"], True)
        back = office.refund(nothing)
        assert (back.status, back.paid_on, back.state_label) == (Status.PAID, today_jst(), "支払済")
        adds_up()

    def test_for_which_a_payment_was_mistyped_gets_no_day_of_payment(self, office, nothing):
        about = {"invoice_id": nothing.pk, "actor": office.accounts, "paid_on": today_jst()}
        payments.overpay(amount=500, comment="誤送金", **about)
        assert waits(nothing)
        office.correct(Payment.objects.get())
        now = fresh(nothing)
        assert (now.status, now.paid_on, now.paid_at, waits(now)) == (Status.PAID, None, None, True)
        assert can(office.department, Action.REOPEN, now)
        assert (office.take_over(now).status, waits(now)) == (Status.PAID, False)
        adds_up()

    def test_is_corrected_like_any_other(self, office, nothing):
        office.take_over(nothing)
        new = office.accept(office.correction(nothing, 61))
        assert (fresh(nothing).superseded_by, new.status, due_of(new).amount) == (new, Status.ACCEPTED, 1811)
        office.reopen(new)
        assert (fresh(nothing).superseded_by, fresh(nothing).status) == (None, Status.PAID)
        adds_up()


class TestACorrectionThatIsPaidByWhatWasTransferredToIt:
    @pytest.fixture
    def settled(self, office, claim) -> Invoice:
        office.pay(claim)
        return office.accept(office.correction(claim))

    def test_waits_to_be_taken_over(self, office, settled):
        assert (settled.status, waits(settled)) == (Status.PAID, True)
        assert can(office.accounts, Action.TAKE_OVER, settled)

    def test_is_taken_over_once_and_stays_paid(self, office, settled):
        day = settled.paid_on
        done = office.take_over(settled)
        assert (done.status, done.paid_on, waits(done)) == (Status.PAID, day, False)
        refused(lambda: office.take_over(settled), "すでに会計へ引き継がれて", Blocked)
        refused(lambda: office.reopen(settled), "会計課に引戻しを依頼", Blocked)

    def test_that_was_taken_over_is_recalled_and_gives_back_what_was_transferred(self, office, claim, settled):
        office.take_over(settled)
        recalled = office.recall(settled)
        assert (recalled.status, recalled.settled, recalled.paid_on) == (Status.OPENED, 0, None)
        assert (fresh(claim).status, fresh(claim).settled, fresh(claim).superseded_by) == (Status.PAID, 1782, None)
        adds_up()

    def test_that_was_not_taken_over_is_reopened_and_waits_no_longer(self, office, claim, settled):
        office.reopen(settled)
        assert not waits(settled)
        assert not waits(claim)
        review.accept(invoice_id=settled.pk, actor=office.department)
        assert waits(settled)

    def test_that_is_corrected_again_leaves_its_place_to_the_next(self, office, settled):
        third = office.accept(office.correction(settled))
        assert (waits(settled), waits(third)) == (False, True)
        refused(lambda: office.take_over(settled), "置き換えられて", Blocked)

    def test_of_which_the_rest_was_paid_waits_no_longer(self, office, claim):
        """Who paid it knows of it."""
        office.pay(claim, 1000)
        new = office.accept(office.correction(claim))
        assert waits(new)
        office.pay(new)
        assert not waits(new)


def test_a_claim_that_was_paid_without_being_taken_over_waits_for_nothing(office, draft):
    claim = office.pay(office.accept(office.deliver(draft)))
    assert (claim.status, waits(claim)) == (Status.PAID, False)
    assert can(office.accounts, Action.TAKE_OVER, claim)
    assert office.take_over(claim).status == Status.PAID


def test_a_credit_note_that_is_settled_by_what_was_transferred_is_not_taken_over(office, claim):
    office.pay(claim)
    note = office.refund(office.accept(office.note(claim, 20)))
    new = office.accept(office.correction(note, -20))
    assert (new.status, new.state_label, waits(new)) == (Status.PAID, "戻入済", False)
    assert not can(office.accounts, Action.TAKE_OVER, new)
