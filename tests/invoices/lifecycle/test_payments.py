"""What is due of a claim, and how it is settled: parts, refunds, corrections, disputes."""

import pytest

from accounts.acting import NotPermitted
from accounts.models import OutgoingMail
from invoices.enums import Action, PaymentKind, Status
from invoices.lifecycle import accounting, payments, review
from invoices.lifecycle.dues import due_of
from invoices.lifecycle.workflow import Blocked, WrongStatus
from invoices.models import Invoice, Payment
from portal.lib.calendar import today_jst
from tests.office import adds_up, fresh, of, refused
from tests.racing import losers, race, winners

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


class TestAPayment:
    def test_is_a_row_that_says_when_how_much_by_whom_and_under_which_reference(self, office, claim):
        invoice = office.pay(claim, 1782, reference="伝票 42")
        entry = Payment.objects.get()
        assert (entry.invoice, entry.kind, entry.amount) == (claim, PaymentKind.PAYMENT, 1782)
        assert (entry.paid_on, entry.reference) == (today_jst(), "伝票 42")
        assert (entry.recorded_by, entry.recorded_by_name, entry.recorded_by_organisation) == (
            office.accounts.user,
            "中馬 明",
            "見本市",
        )
        assert (invoice.status, invoice.settled, invoice.paid_on) == (Status.PAID, 1782, today_jst())

    def test_of_a_part_leaves_the_rest_on_the_list_and_does_not_close_the_claim(self, office, claim):
        invoice = office.pay(claim, 200)
        assert (invoice.status, invoice.balance, invoice.paid_on, invoice.paid_at) == (
            Status.ACCEPTED,
            1582,
            None,
            None,
        )
        assert claim in Invoice.objects.to_pay()
        assert office.pay(claim).status == Status.PAID
        assert of(claim) == [("payment", 200), ("payment", 1582)]
        assert claim not in Invoice.objects.to_pay()
        assert [event.to_status for event in claim.events.filter(action=Action.PAY)] == ["accepted", "paid"]
        adds_up()

    def test_above_what_is_due_is_refused_and_says_what_to_do(self, office, claim):
        refused(lambda: office.pay(claim, 1783), "支払える残額は1,782円です", payments.ImpossiblePayment)
        office.pay(claim, 200)
        refused(lambda: office.pay(claim, 1583), "過払いを記録する", payments.ImpossiblePayment)

    @pytest.mark.parametrize("amount", [0, -1])
    def test_of_nothing_or_less_is_none(self, office, claim, amount):
        refused(lambda: office.pay(claim, amount), "1円以上", payments.ImpossiblePayment)

    def test_that_was_recorded_on_an_old_page_is_refused(self, office, claim):
        office.pay(claim, 500, seen=0)
        refused(lambda: office.pay(claim, 500, seen=0), "ほかの支払の記録が先に", payments.PaidMeanwhile)
        assert office.pay(claim, 500, seen=1).settled == 1000

    def test_is_refused_on_an_old_page_also_when_the_first_one_was_taken_back(self, office, claim):
        office.pay(claim, 500, seen=0)
        office.correct(Payment.objects.get())
        refused(lambda: office.pay(claim, 500, seen=0), "ほかの支払の記録が先に", payments.PaidMeanwhile)

    def test_tells_the_supplier_what_was_paid_and_what_is_left(self, office, claim):
        OutgoingMail.objects.all().delete()
        office.pay(claim, 200)
        (mail,) = OutgoingMail.objects.all()
        assert "支払額 200円" in mail.body
        assert "残額 1,582円" in mail.body
        assert "これまでの支払額" not in mail.body
        OutgoingMail.objects.all().delete()
        office.pay(claim)
        body = OutgoingMail.objects.get().body
        assert "支払額 1,582円\nこれまでの支払額 200円" in body
        assert "残額" not in body

    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_once_never_exceeds_what_is_due(self, office, claim):
        outcomes = race(lambda: office.pay(claim, 1000), lambda: office.pay(claim, 1000))
        assert len(winners(outcomes)) == 1
        assert [type(error) for error in losers(outcomes)] == [payments.ImpossiblePayment]
        assert (fresh(claim).settled, Payment.objects.count()) == (1000, 1)

    @pytest.mark.django_db(transaction=True)
    def test_of_a_double_click_is_recorded_once(self, office, claim):
        outcomes = race(*[lambda: office.pay(claim, 300, seen=0)] * 3)
        assert (len(winners(outcomes)), len(losers(outcomes))) == (1, 2)
        assert (fresh(claim).settled, Payment.objects.count()) == (300, 1)


class TestACorrection:
    def test_takes_an_entry_back_and_brings_the_claim_to_the_list_again(self, office, claim):
        office.pay(claim, 1782)
        entry = Payment.objects.get()
        invoice = office.correct(entry, " 別の請求書でした。 ")
        assert (invoice.status, invoice.balance, invoice.paid_on, invoice.paid_at) == (
            Status.ACCEPTED,
            1782,
            None,
            None,
        )
        counter = Payment.objects.get(kind=PaymentKind.COUNTER_ENTRY)
        assert (counter.amount, counter.takes_back, counter.reason) == (-1782, entry, "別の請求書でした。")
        assert claim in Invoice.objects.to_pay()
        adds_up()

    def test_is_made_once_of_an_entry_and_never_of_a_correction(self, office, claim):
        office.pay(claim, 200)
        entry = Payment.objects.get()
        office.correct(entry)
        office.pay(claim, 300)
        refused(lambda: office.correct(entry), "すでに訂正", WrongStatus)
        refused(lambda: office.correct(Payment.objects.get(kind="counter_entry")), "すでに訂正", WrongStatus)

    @pytest.mark.parametrize("comment", ["", " 　\n", "あ" * 1001], ids=["empty", "blank", "too-long"])
    def test_needs_a_reason(self, office, claim, comment):
        office.pay(claim, 200)
        refused(lambda: office.correct(Payment.objects.get(), comment), "訂正の理由を1,000文字以内")

    def test_of_a_set_off_gives_both_back(self, office, claim):
        note = office.accept(office.note(claim, 20))
        office.pay(claim)
        office.correct(Payment.objects.get(kind="set_off"))
        assert (fresh(claim).status, fresh(claim).balance) == (Status.ACCEPTED, 594)
        assert (fresh(note).status, fresh(note).balance) == (Status.ACCEPTED, -594)
        assert note.events.last().action == Action.CORRECT
        adds_up()

    def test_of_another_invoices_entry_is_refused(self, office, claim, another_claim):
        office.pay(claim, 200)
        office.pay(another_claim, 200)
        entry = Payment.objects.filter(invoice=claim).get()
        refused(
            lambda: payments.correct(
                invoice_id=another_claim.pk, payment_id=entry.pk, actor=office.accounts, comment="誤り"
            ),
            "一覧から選び直して",
        )

    def test_does_not_let_the_claim_be_recalled_where_the_others_cancel_each_other_out(self, office, claim):
        payments.overpay(
            invoice_id=claim.pk, actor=office.accounts, paid_on=today_jst(), amount=2000, comment="桁の誤り"
        )
        office.refund(claim)
        office.correct(Payment.objects.order_by("id")[0])
        office.pay(claim, 218)
        assert fresh(claim).settled == 0
        refused(
            lambda: accounting.recall(invoice_id=claim.pk, actor=office.accounts, comment="口座が違います。"),
            "会計課が「支払の記録を訂正する」で取り消すまで",
            Blocked,
        )

    def test_lets_the_claim_be_recalled(self, office, claim):
        office.pay(claim, 200)

        def recall():
            return accounting.recall(invoice_id=claim.pk, actor=office.accounts, comment="口座の誤り")

        refused(recall, "会計課が「支払の記録を訂正する」で取り消すまで", Blocked)
        office.correct(Payment.objects.get())
        assert recall().status == Status.OPENED

    @pytest.mark.django_db(transaction=True)
    def test_by_two_at_once_is_made_once(self, office, claim):
        office.pay(claim, 200)
        entry = Payment.objects.get()
        outcomes = race(*[lambda: office.correct(entry)] * 2)
        assert len(winners(outcomes)) == 1
        assert fresh(claim).settled == 0


class TestAnOverpayment:
    def overpay(self, office, claim, amount: int, comment: str = "二重に振り込みました。") -> Invoice:
        return payments.overpay(
            invoice_id=claim.pk, actor=office.accounts, paid_on=today_jst(), amount=amount, comment=comment
        )

    def test_is_recorded_with_its_reason_and_stays_on_the_list_until_it_came_back(self, office, claim):
        office.pay(claim)
        invoice = self.overpay(office, claim, 1782)
        assert (invoice.status, invoice.balance, due_of(invoice).overpaid) == (Status.ACCEPTED, -1782, 1782)
        assert claim in Invoice.objects.to_pay()
        refused(lambda: office.pay(claim, 1), "過払いのため", Blocked)
        assert office.refund(claim, 782).balance == -1000
        invoice = office.refund(claim)
        assert (invoice.status, invoice.paid_amount) == (Status.PAID, 1782)
        adds_up()

    def test_that_is_none_is_refused(self, office, claim):
        refused(lambda: self.overpay(office, claim, 1782), "過払いではありません", payments.ImpossiblePayment)

    def test_needs_a_reason(self, office, claim):
        refused(lambda: self.overpay(office, claim, 1783, " "), "過払いの理由を")

    def test_that_was_a_slip_is_corrected(self, office, claim):
        self.overpay(office, claim, 17820)
        assert office.correct(Payment.objects.get()).balance == 1782

    def test_leaves_the_set_off_to_what_was_due(self, office, claim):
        note = office.accept(office.note(claim, 20))
        invoice = self.overpay(office, claim, 1782)
        assert (fresh(note).state_label, invoice.balance) == ("充当済", -594)


class TestARefund:
    def test_above_what_is_to_come_back_is_refused(self, office, claim):
        office.pay(claim)
        note = office.accept(office.note(claim, 20))
        refused(lambda: office.refund(note, 595), "594円まで", payments.ImpossiblePayment)

    def test_of_a_claim_that_is_to_be_paid_is_refused(self, office, claim):
        refused(lambda: office.refund(claim), "戻入する額がありません", Blocked)


class TestADispute:
    def dispute(self, office, claim, comment: str = "3冊が届いていません。") -> Invoice:
        return payments.dispute(invoice_id=claim.pk, actor=office.accounts, comment=comment)

    def test_keeps_the_rest_from_being_paid_until_it_ends(self, office, claim):
        office.pay(claim, 1000)
        OutgoingMail.objects.all().delete()
        invoice = self.dispute(office, claim)
        assert (invoice.dispute_reason, invoice.disputed_at is not None) == ("3冊が届いていません。", True)
        assert "3冊が届いていません。" in OutgoingMail.objects.get().body
        refused(lambda: office.pay(claim, 1), "係争中", Blocked)
        refused(lambda: self.dispute(office, claim), "係争中", Blocked)
        payments.end_dispute(invoice_id=claim.pk, actor=office.accounts, comment="届きました。")
        assert office.pay(claim).status == Status.PAID

    def test_ends_with_a_set_off_of_the_rest(self, office, claim):
        office.pay(claim, 1000)
        self.dispute(office, claim)
        office.set_off(office.accept(office.note(claim)), claim)
        invoice = fresh(claim)
        assert (invoice.status, invoice.disputed_at, invoice.dispute_reason) == (Status.PAID, None, "")

    def test_needs_a_reason(self, office, claim):
        refused(lambda: self.dispute(office, claim, " "), "係争の理由を")

    def test_that_is_none_does_not_end(self, office, claim):
        refused(
            lambda: payments.end_dispute(invoice_id=claim.pk, actor=office.accounts, comment="済み"),
            "係争中ではありません",
            Blocked,
        )


def test_where_tax_is_withheld_what_is_left_is_payable(office, new_draft):
    claim = office.claim(new_draft(withholding_base=1620))
    assert (claim.total, claim.payable, due_of(claim).amount) == (1782, 1617, 1617), "10.21 % of 1,620, cut off to 165"
    note = office.accept(office.note(claim))
    assert note.payable == -1617
    office.set_off(note, claim)
    assert fresh(claim).status == Status.PAID


@pytest.mark.parametrize("name", ["reviewer", "municipality_admin", "supplier_owner", "other_city_staff"])
def test_nobody_but_the_accounting_office_moves_money(name, request, office, claim):
    note = office.accept(office.note(claim, 20))
    office.pay(claim, 200)
    entry = Payment.objects.filter(kind="payment").get()
    actor, about = request.getfixturevalue(name), {"invoice_id": claim.pk}
    day, why = {"paid_on": today_jst()}, {"comment": "理由"}
    for step in (
        lambda: payments.pay(actor=actor, **about, **day),
        lambda: payments.overpay(actor=actor, amount=9999, **about, **day, **why),
        lambda: payments.set_off(actor=actor, partner_id=note.pk, **about),
        lambda: payments.refund(actor=actor, **about, **day),
        lambda: payments.correct(actor=actor, payment_id=entry.pk, **about, **why),
        lambda: payments.dispute(actor=actor, **about, **why),
        lambda: payments.end_dispute(actor=actor, **about, **why),
    ):
        refused(step, "権限", NotPermitted)


def test_a_recalled_claim_is_open_again_and_is_neither_taken_over_nor_paid_until_it_is_accepted(
    office, claim, reviewer
):
    invoice = accounting.recall(invoice_id=claim.pk, actor=office.accounts, comment="口座の誤り")
    assert (invoice.status, invoice.accepted_at, invoice.taken_over_at) == (Status.OPENED, None, None)
    assert invoice.recalled_at is not None
    refused(lambda: office.pay(claim), "すでに開封", WrongStatus)
    refused(lambda: accounting.take_over(invoice_id=claim.pk, actor=office.accounts), "すでに開封", WrongStatus)
    invoice = review.accept(invoice_id=claim.pk, actor=reviewer)
    assert (invoice.status, invoice.recalled_at) == (Status.ACCEPTED, None)
    assert office.pay(claim).status == Status.PAID


def test_what_credit_notes_take_back_is_known_for_a_whole_list(office, claim, another_claim, django_assert_num_queries):
    office.accept(office.note(claim, 20))
    office.note(another_claim, 10)
    with django_assert_num_queries(1):
        dues = {invoice.pk: due_of(invoice) for invoice in Invoice.objects.to_pay().with_credit_notes()}
    assert (dues[claim.pk].amount, dues[claim.pk].proposed) == (1188, 1188)
    assert (dues[another_claim.pk].amount, dues[another_claim.pk].proposed) == (1811, 1811 - 297)
