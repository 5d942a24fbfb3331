"""Credit notes: set off against the claim that they name or a later one, or refunded, and never paid."""

from datetime import timedelta

import pytest
from django.utils import timezone

from invoices.enums import Action, InvoiceKind, Status
from invoices.lifecycle import accounting, payments, review
from invoices.lifecycle.dues import due_of
from invoices.lifecycle.workflow import Blocked, can
from invoices.models import Invoice, Payment
from portal.lib.calendar import today_jst
from tests import factories
from tests.office import adds_up, fresh, of, refused
from tests.racing import race, winners

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


class TestACreditNote:
    def test_that_was_accepted_is_set_off_before_anything_is_paid(self, office, claim):
        note = office.accept(office.note(claim, 20))
        assert note.payable == -594
        assert due_of(claim).amount == 1188
        invoice = office.pay(claim)
        assert (invoice.status, invoice.paid_amount, invoice.set_off) == (Status.PAID, 1188, 594)
        assert of(claim) == [("set_off", 594), ("payment", 1188)]
        note = fresh(note)
        assert (note.status, note.settled, note.state_label) == (Status.PAID, -594, "充当済")
        assert of(note) == [("set_off", -594)]
        assert [event.action for event in note.events.all()][-1] == Action.SET_OFF
        assert note.events.last().data["partner"] == claim.number
        assert claim.events.filter(action=Action.SET_OFF).get().data["partner"] == note.number
        adds_up()

    def test_is_not_set_off_before_the_city_accepted_it(self, supplier, department, accountant):
        about = {"supplier": supplier, "department": department, "status": Status.ACCEPTED}
        claim = factories.InvoiceFactory(total=1782, delivered_at=timezone.now() - timedelta(days=9), **about)
        note = {"kind": InvoiceKind.CREDIT_NOTE, "original": claim, "total": -594, "accepted_at": timezone.now()}
        factories.InvoiceFactory(**note, **about)
        day = today_jst() - timedelta(days=5)
        payments.pay(invoice_id=claim.pk, actor=accountant, paid_on=day)
        days = dict(Payment.objects.values_list("kind", "paid_on"))
        assert (days["payment"], days["set_off"] >= today_jst() - timedelta(days=1)) == (day, True)

    def test_that_is_undecided_keeps_its_part_back(self, office, claim):
        note = office.note(claim, 20)
        due = due_of(claim)
        assert (due.amount, due.proposed, due.undecided) == (1782, 1188, 594)
        invoice = office.pay(claim)
        assert (invoice.status, invoice.settled, invoice.balance) == (Status.ACCEPTED, 1188, 594)
        refused(lambda: office.pay(claim), "課がまだ受理していない返還請求書", payments.ImpossiblePayment)
        office.accept(note)
        refused(lambda: office.pay(claim), "支払わずに、充当してください", Blocked)
        assert office.set_off(note, claim).state_label == "充当済"
        assert (fresh(claim).status, fresh(claim).paid_amount) == (Status.PAID, 1188)
        adds_up()

    def test_whose_correction_came_back_and_was_corrected_again_is_kept_back_once(self, office, claim):
        note = office.accept(office.note(claim, 20))
        came_back = [office.give_back(office.correction(note, -30))]
        came_back.append(office.give_back(office.correction(came_back[-1], -30)))
        again = office.correction(came_back[-1], -30)
        due = due_of(claim)
        assert (due.amount, due.undecided, due.proposed) == (1188, 297, 891)
        office.accept(again)
        assert (due_of(claim).amount, due_of(claim).undecided) == (891, 0)

    @pytest.mark.parametrize("set_off", [False, True])
    def test_whose_correction_is_undecided_keeps_back_no_more_than_the_correction(self, office, claim, set_off):
        """Of 1,782 the note takes 594 back, its correction 891: 297 more, whether the note was set off or not."""
        note = office.accept(office.note(claim, 20))
        if set_off:
            office.set_off(note, claim)
        correction = office.correction(note, -30)
        due = due_of(fresh(claim))
        assert (due.amount, due.proposed, due.undecided) == (1188, 891, 297)
        office.accept(correction)
        assert due_of(fresh(claim)).proposed == 891
        adds_up()

    def test_that_came_back_lets_the_rest_be_paid(self, office, claim, reviewer):
        note = office.note(claim, 20)
        office.pay(claim)
        review.open_invoice(invoice_id=note.pk, actor=reviewer)
        review.return_invoice(invoice_id=note.pk, actor=reviewer, reason="minor", comment="数量違い")
        assert office.pay(claim).paid_amount == 1782

    def test_about_a_paid_claim_is_set_off_against_another_or_refunded(self, office, claim, another_claim):
        office.pay(claim)
        note = office.accept(office.note(claim, 20))
        assert note in Invoice.objects.to_set_off()
        assert can(office.accounts, Action.SET_OFF, note)
        assert can(office.accounts, Action.REFUND, note)
        assert office.refund(note, 94).balance == -500
        assert office.set_off(note, another_claim).state_label == "充当・戻入済"
        assert note not in Invoice.objects.to_set_off()
        assert due_of(fresh(another_claim)).amount == 1811 - 500
        assert office.pay(another_claim).paid_amount == 1811 - 500
        adds_up()

    def test_that_was_refunded_is_called_so(self, office, claim):
        office.pay(claim)
        note = office.refund(office.accept(office.note(claim)))
        assert (note.status, note.state_label, note.paid_amount) == (Status.PAID, "戻入済", -1782)

    def test_is_never_paid_and_never_taken_over(self, office, claim):
        note = office.accept(office.note(claim))
        for action in (Action.PAY, Action.OVERPAY, Action.TAKE_OVER, Action.DISPUTE):
            assert not can(office.accounts, action, note)
        refused(lambda: office.pay(note), "返還請求書は支払いません", Blocked)
        refused(lambda: accounting.take_over(invoice_id=note.pk, actor=office.accounts), "返還請求書は支払いません")

    def test_of_all_of_it_leaves_nothing_to_be_paid(self, office, claim):
        note = office.accept(office.note(claim))
        refused(lambda: office.pay(claim), "支払わずに、充当してください", Blocked)
        office.set_off(claim, note)
        assert (fresh(claim).state_label, fresh(note).state_label) == ("充当済", "充当済")
        assert fresh(claim).paid_amount == 0

    def test_of_more_than_is_left_keeps_the_rest_for_another_claim(self, office, claim, another_claim):
        office.pay(claim, 1000)
        note = office.accept(office.note(claim))
        assert office.set_off(note, claim).balance == -1000
        assert office.set_off(note, another_claim).status == Status.PAID
        assert of(note) == [("set_off", -782), ("set_off", -1000)]
        adds_up()

    def test_of_another_supplier_cannot_be_set_off(self, office, claim, other_supplier, supplier_b, department):
        note = office.accept(office.note(claim))
        foreign = factories.InvoiceFactory(supplier=supplier_b, department=department, status=Status.ACCEPTED)
        refused(lambda: office.set_off(note, foreign), "一覧から選び直して")

    def test_does_not_take_what_the_credit_notes_of_that_claim_take(self, office, claim, another_claim):
        office.pay(claim)
        foreign = office.accept(office.note(claim))
        office.accept(office.note(another_claim))
        refused(lambda: office.set_off(foreign, another_claim), "減額する返還請求書で尽きます")

    def test_stays_accepted_while_it_is_set_off(self, office, claim, reviewer):
        office.pay(claim, 1000)
        note = office.accept(office.note(claim))
        office.set_off(note, claim)
        refused(
            lambda: review.reopen(invoice_id=note.pk, actor=reviewer, comment="数量違い"),
            "充当または戻入の記録",
            Blocked,
        )

    @pytest.mark.django_db(transaction=True)
    def test_is_set_off_once_by_two_at_once(self, office, claim, another_claim):
        office.pay(claim)
        note = office.accept(office.note(claim))
        outcomes = race(lambda: office.set_off(note, another_claim), lambda: office.refund(note))
        assert len(winners(outcomes)) == 1
        assert fresh(note).settled == -1782
        adds_up()

    @pytest.mark.django_db(transaction=True)
    def test_is_set_off_once_while_its_claim_is_being_paid(self, office, claim, another_claim):
        note = office.accept(office.note(claim, 20))
        race(lambda: office.pay(claim), lambda: office.set_off(note, another_claim), lambda: office.pay(another_claim))
        assert Payment.objects.filter(credit_note=note).count() == 1
        assert fresh(note).balance == 0
        adds_up()
