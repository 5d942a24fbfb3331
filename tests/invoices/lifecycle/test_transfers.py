"""What was paid on a claim counts for its correction, from the moment in which the city accepts it."""

import pytest

from accounts.models import OutgoingMail
from invoices.enums import Action, PaymentKind, Status
from invoices.lifecycle import accounting, payments, review
from invoices.lifecycle.dues import due_of
from invoices.lifecycle.workflow import Blocked, can
from invoices.models import Invoice, Payment
from portal.lib.calendar import today_jst
from tests.office import adds_up, fresh, of, refused
from tests.racing import losers, race, winners

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def accepted(office, old: Invoice, quantity: int | None = None) -> Invoice:
    """The correction of a claim, accepted; as the database has it."""
    return fresh(office.accept(office.correction(old, quantity)))


class TestWhatWasPaid:
    def test_counts_for_a_larger_correction_of_which_the_rest_is_due(self, office, claim):
        office.pay(claim)
        new = accepted(office, claim, 61)
        assert (new.status, new.payable, new.settled, due_of(new).amount) == (Status.ACCEPTED, 1811, 1782, 29)
        assert of(new) == [("transfer", 1782)]
        invoice = office.pay(new)
        assert (invoice.status, invoice.paid_amount) == (Status.PAID, 1811)
        adds_up()

    def test_leaves_the_old_claim_accepted_and_closed(self, office, claim):
        office.pay(claim)
        new = accepted(office, claim, 61)
        old = fresh(claim)
        assert (old.status, old.superseded_by, old.settled, old.paid_amount) == (Status.ACCEPTED, new, 0, 0)
        assert of(old) == [("payment", 1782), ("transfer", -1782)]
        assert (due_of(old).balance, due_of(old).amount, due_of(old).overpaid) == (0, 0, 0)
        adds_up()

    def test_of_a_correction_of_the_same_amount_closes_it_at_once(self, office, claim):
        office.pay(claim)
        new = accepted(office, claim)
        assert (new.status, new.balance, new.paid_on) == (Status.PAID, 0, today_jst())
        adds_up()

    def test_above_a_smaller_correction_is_overpaid_until_it_came_back(self, office, claim):
        office.pay(claim)
        new = accepted(office, claim, 50)
        assert (new.status, due_of(new).overpaid, new.marks) == (Status.ACCEPTED, 297, ["過払い"])
        assert new in Invoice.objects.to_take_over()
        refused(lambda: office.pay(new, 1), "過払いのため", Blocked)
        invoice = office.refund(new)
        assert (invoice.status, invoice.paid_amount) == (Status.PAID, 1485)
        adds_up()

    def test_in_part_leaves_no_claim_paid_in_part_for_ever(self, office, claim):
        office.pay(claim, 1000)
        new = accepted(office, claim)
        assert (due_of(new).amount, new.marks, fresh(claim).marks) == (782, ["一部支払"], ["修正後あり"])
        assert office.pay(new).status == Status.PAID

    def test_nothing_of_it_leaves_no_entry(self, office, claim):
        new = accepted(office, claim)
        assert (of(new), of(claim), fresh(claim).superseded_by) == ([], [], new)
        assert not claim.events.filter(action=Action.TRANSFER).exists()

    def test_is_one_row_that_says_from_where_how_much_and_by_whose_acceptance(self, office, claim):
        office.pay(claim)
        new = accepted(office, claim)
        entry = Payment.objects.get(kind=PaymentKind.TRANSFER)
        assert (entry.invoice, entry.transferred_from, entry.amount, entry.paid_on) == (new, claim, 1782, today_jst())
        assert (entry.recorded_by, entry.recorded_by_organisation) == (office.department.user, office.department.name)
        event, back = new.events.last(), claim.events.last()
        assert (event.action, event.actor, event.data["amount"]) == (Action.TRANSFER, None, 1782)
        assert (event.data["partner"], back.data["partner"]) == (claim.number, new.number)
        assert (back.action, back.data["amount"], back.from_status, back.to_status) == (
            Action.TRANSFER,
            -1782,
            "paid",
            "accepted",
        )

    def test_goes_on_along_a_chain_of_corrections(self, office, claim):
        office.pay(claim, 1000)
        second = accepted(office, claim, 61)
        office.pay(second, 500)
        third = accepted(office, second, 62)
        assert (third.settled, fresh(second).settled, fresh(claim).settled) == (1500, 0, 0)
        assert (fresh(claim).superseded_by, fresh(second).superseded_by) == (third, third)
        adds_up()

    def test_is_found_behind_a_correction_that_came_back(self, office, claim):
        office.pay(claim)
        second = office.correction(claim, 61)
        review.open_invoice(invoice_id=second.pk, actor=office.department)
        review.return_invoice(invoice_id=second.pk, actor=office.department, reason="minor", comment="数量違い")
        third = accepted(office, second, 62)
        assert (third.settled, fresh(claim).superseded_by) == (1782, third)

    def test_and_set_off_stay_apart(self, office, claim):
        office.accept(office.note(claim, 20))
        office.pay(claim)
        new = accepted(office, claim)
        assert (new.state_label, new.paid_amount, new.set_off) == ("支払済", 1188, 594)
        assert (fresh(claim).paid_amount, fresh(claim).set_off) == (0, 0)
        adds_up()

    def test_only_by_set_off_is_called_so(self, office, claim):
        note = office.accept(office.note(claim))
        office.set_off(note, claim)
        assert accepted(office, claim).state_label == "充当済"

    def test_is_told_to_the_supplier_with_the_acceptance(self, office, claim):
        office.pay(claim)
        new = office.correction(claim, 61)
        review.open_invoice(invoice_id=new.pk, actor=office.department)
        OutgoingMail.objects.all().delete()
        review.accept(invoice_id=new.pk, actor=office.department)
        (mail,) = OutgoingMail.objects.all()
        assert "修正前の請求書から引き継いだ額 1,782円" in mail.body
        assert "残額 29円" in mail.body

    def test_of_a_credit_note_counts_for_its_correction(self, office, claim):
        note = office.accept(office.note(claim, 20))
        office.pay(claim)
        new = accepted(office, note, -10)
        assert (new.payable, new.settled, new.set_off, fresh(note).settled) == (-297, -594, -594, 0)
        assert note not in Invoice.objects.to_set_off()
        adds_up()


class TestASupersededClaim:
    def test_is_closed_for_every_step_of_the_city(self, office, claim, another_claim):
        office.pay(claim, 1000)
        foreign = office.accept(office.note(another_claim))
        new = accepted(office, claim, 61)
        said = f"修正後の請求書{new.number}に置き換えられています"
        about = {"invoice_id": claim.pk, "actor": office.accounts}
        for step in (
            lambda: office.pay(claim),
            lambda: office.refund(claim),
            lambda: office.set_off(claim, foreign),
            lambda: payments.overpay(paid_on=today_jst(), amount=9999, comment="二重払い", **about),
            lambda: payments.dispute(comment="数量違い", **about),
            lambda: accounting.recall(comment="口座の誤り", **about),
        ):
            refused(step, said, Blocked)
        office.pay(new)
        adds_up()

    def test_that_was_not_taken_over_is_neither_taken_over_nor_reopened(self, office, draft):
        claim = office.accept(office.deliver(draft))
        accepted(office, claim)
        refused(lambda: accounting.take_over(invoice_id=claim.pk, actor=office.accounts), "置き換えられて", Blocked)
        refused(lambda: office.reopen(claim), "置き換えられて", Blocked)
        assert claim not in Invoice.objects.to_take_over()

    def test_that_was_reopened_before_is_not_accepted_any_more(self, office, draft):
        claim = office.accept(office.deliver(draft))
        new = office.correction(claim)
        office.reopen(claim)
        office.accept(new)
        refused(lambda: review.accept(invoice_id=claim.pk, actor=office.department), "置き換えられて", Blocked)
        office.reopen(new)
        assert review.accept(invoice_id=claim.pk, actor=office.department).status == Status.ACCEPTED

    def test_stands_on_no_list_of_what_is_to_be_done(self, office, claim):
        office.pay(claim, 1000)
        accepted(office, claim)
        assert claim not in Invoice.objects.to_pay()

    def test_is_not_reduced_any_more_but_its_correction_is(self, office, claim):
        accepted(office, claim)
        assert not can(office.supplier, Action.CREDIT_NOTE, fresh(claim))

    def test_of_which_an_entry_was_mistaken_gives_its_correction_the_difference(self, office, claim):
        office.pay(claim)
        new = accepted(office, claim)
        office.correct(Payment.objects.get(kind="payment"))
        assert (fresh(new).status, due_of(fresh(new)).amount, fresh(claim).settled) == (Status.ACCEPTED, 1782, 0)
        adds_up()
        office.reopen(new)
        assert (fresh(claim).settled, due_of(fresh(claim)).amount) == (0, 1782)
        adds_up()

    def test_of_which_a_set_off_was_mistaken_gives_the_credit_note_back(self, office, claim):
        note = office.accept(office.note(claim, 20))
        office.pay(claim)
        new = accepted(office, claim)
        office.correct(Payment.objects.get(kind="set_off"))
        assert (fresh(new).set_off, fresh(new).balance, fresh(note).balance) == (0, 594, -594)
        adds_up()

    def test_and_its_correction_offer_no_transfer_to_be_corrected(self, office, claim):
        office.pay(claim)
        new = accepted(office, claim)
        entry = Payment.objects.get(kind="transfer")
        assert not can(office.accounts, Action.CORRECT, new)
        refused(lambda: office.correct(entry), "訂正できる支払の記録がありません", Blocked)
        refused(
            lambda: payments.correct(invoice_id=claim.pk, payment_id=entry.pk, actor=office.accounts, comment="誤り"),
            "引継ぎは訂正できません",
        )


class TestACreditNoteAboutTheOldClaim:
    def test_reduces_the_correction(self, office, claim):
        note = office.accept(office.note(claim, 20))
        new = accepted(office, claim)
        assert (due_of(new).amount, due_of(new).accepted) == (1188, 594)
        invoice = office.pay(new)
        assert (invoice.status, invoice.paid_amount, fresh(note).state_label) == (Status.PAID, 1188, "充当済")
        adds_up()

    def test_that_is_undecided_keeps_its_part_of_the_correction_back(self, office, claim):
        office.note(claim, 20)
        second = accepted(office, claim)
        third = accepted(office, second)
        assert (due_of(third).amount, due_of(third).proposed) == (1782, 1188)

    def test_is_set_off_against_the_correction_first(self, office, claim, another_claim):
        note = office.accept(office.note(claim))
        new = accepted(office, claim)
        assert office.set_off(note, new).status == Status.PAID
        assert fresh(new).state_label == "充当済"

    def test_that_was_corrected_itself_is_counted_once(self, office, claim):
        note = office.accept(office.note(claim, 20))
        accepted(office, note, -10)
        assert due_of(claim).accepted == 297

    def test_that_was_set_off_beyond_its_correction_makes_nothing_more_due(self, office, claim, another_claim):
        note = office.accept(office.note(claim, 20))
        office.set_off(note, another_claim)
        new = accepted(office, note, -10)
        assert (new.balance, new.too_much_back) == (297, 297)
        assert (due_of(fresh(claim)).amount, due_of(fresh(claim)).proposed) == (1782, 1782)
        refused(lambda: office.pay(claim, 1783), "支払える残額は1,782円です")
        office.accept(office.note(claim, 5))
        assert due_of(fresh(claim)).accepted == 148
        assert office.pay(claim).paid_amount == 1634
        adds_up()


class TestAnAcceptanceThatIsTakenBack:
    def test_takes_the_transfer_back_and_frees_the_old_claim(self, office, claim):
        office.pay(claim)
        new = accepted(office, claim)
        assert can(office.department, Action.REOPEN, new)
        invoice = office.reopen(new)
        assert (invoice.status, invoice.settled, invoice.paid_on) == (Status.OPENED, 0, None)
        assert of(new) == [("transfer", 1782), ("counter_entry", -1782)]
        counter = Payment.objects.get(kind=PaymentKind.COUNTER_ENTRY)
        assert (counter.reason, counter.transferred_from) == ("検収が済んでいません。", claim)
        old = fresh(claim)
        assert (old.status, old.settled, old.superseded_by) == (Status.PAID, 1782, None)
        adds_up()

    def test_and_is_given_again_transfers_again(self, office, claim):
        office.pay(claim, 1000)
        new = accepted(office, claim)
        office.reopen(new)
        assert review.accept(invoice_id=new.pk, actor=office.department).settled == 1000
        adds_up()

    def test_by_the_accounting_office_takes_the_transfer_back_too(self, office, claim):
        office.pay(claim, 1000)
        new = accepted(office, claim)
        accounting.take_over(invoice_id=new.pk, actor=office.accounts)
        accounting.recall(invoice_id=new.pk, actor=office.accounts, comment="口座の誤り")
        assert (fresh(new).settled, fresh(claim).balance) == (0, 782)
        assert claim in Invoice.objects.to_pay()
        adds_up()

    def test_is_refused_once_money_moved_for_the_correction_itself(self, office, claim):
        office.pay(claim, 1000)
        new = accepted(office, claim)
        office.pay(new, 100)
        refused(lambda: office.reopen(new), "受理の取りやめも課への引戻しもできません", Blocked)
        office.pay(new)
        refused(lambda: office.reopen(new), "受理の取りやめも課への引戻しもできません", Blocked)

    def test_gives_back_along_a_chain_to_the_last_that_was_accepted(self, office, claim):
        office.pay(claim, 1000)
        second = accepted(office, claim)
        third = accepted(office, second)
        office.correct(Payment.objects.get(kind="payment"))
        office.reopen(third)
        assert (fresh(claim).superseded_by, fresh(second).superseded_by) == (second, None)
        assert (fresh(claim).settled, fresh(second).settled) == (0, 0)
        adds_up()


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_a_payment_of_the_old_claim_is_carried_or_refused(self, office, claim):
        new = office.correction(claim)
        review.open_invoice(invoice_id=new.pk, actor=office.department)
        outcomes = race(lambda: review.accept(invoice_id=new.pk, actor=office.department), lambda: office.pay(claim))
        assert outcomes[0] in winners(outcomes)
        assert all(isinstance(error, Blocked) for error in losers(outcomes))
        assert fresh(new).settled == (1782 if len(winners(outcomes)) == 2 else 0)
        assert fresh(claim).settled == 0
        adds_up()

    def test_the_correction_is_paid_or_its_acceptance_taken_back(self, office, claim):
        office.pay(claim, 1000)
        new = accepted(office, claim)
        outcomes = race(lambda: office.pay(new), lambda: office.reopen(new))
        assert len(winners(outcomes)) == 1
        assert Payment.objects.in_force().filter(kind="payment").count() == (2 if fresh(new).settled else 1)
        adds_up()

    def test_an_entry_of_the_old_claim_is_corrected_and_carried_once(self, office, claim):
        office.accept(office.note(claim, 20))
        office.pay(claim)
        new = office.correction(claim, 61)
        review.open_invoice(invoice_id=new.pk, actor=office.department)
        entry = Payment.objects.get(kind="payment")
        outcomes = race(
            lambda: review.accept(invoice_id=new.pk, actor=office.department),
            lambda: office.correct(entry),
            lambda: office.correct(Payment.objects.get(kind="set_off")),
        )
        assert len(winners(outcomes)) == 3
        assert (fresh(new).settled, fresh(claim).settled) == (0, 0)
        adds_up()
