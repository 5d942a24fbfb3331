"""What the pages say where more came back than was to come back, so that no clerk meets a sum that nothing explains."""

import pytest

from accounts.models import OutgoingMail
from invoices.enums import Status
from invoices.lifecycle import payments
from invoices.models import Payment
from portal.lib.calendar import today_jst
from tests.office import adds_up, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(at_accounts, at_supplier):
    """What both sides read of an invoice."""

    def read(invoice) -> list[str]:
        return [
            at_accounts.read("review:detail", invoice.pk).text,
            at_supplier.read("invoices:detail", invoice.pk).text,
        ]

    return read


@pytest.fixture
def overpaid_claim(office, draft):
    """Of 1,782 yen 2,000 were paid, and the excess came back."""
    claim = office.claim(draft)
    about = {"invoice_id": claim.pk, "actor": office.accounts}
    payments.overpay(paid_on=today_jst(), amount=2000, comment="誤り", **about)
    return office.refund(claim)


def test_an_excess_that_came_back_stands_beside_what_was_paid(overpaid_claim, pages):
    for text in pages(overpaid_claim):
        assert "支払額は、戻入した 218円を差し引いて 1,782円です。" in text
        assert "支払額 2,000円 戻入額 △218円 残額 0円" in text
        assert "多く戻入されています" not in text


def test_a_refund_whose_payment_was_taken_back_is_owed_and_said(overpaid_claim, office, pages, at_accounts):
    office.correct(Payment.objects.get(kind="payment"))
    for text in pages(overpaid_claim):
        assert "支払額 0円 戻入額 △218円 残額 2,000円 （戻入の超過）" in text
        assert "支払額より 218円多く戻入されています。残額にはこの 218円も含まれ、市が支払います。" in text
    assert "戻入の超過" in at_accounts.read("review:inbox", status="taken_over").text


def test_and_so_it_is_of_the_correction_to_which_it_was_transferred(overpaid_claim, office, pages):
    office.correct(Payment.objects.get(kind="payment"))
    new = office.accept(office.correction(overpaid_claim, 61))
    for text in pages(new):
        assert "修正前の請求書から引き継いだ額 △218円" in text
        assert "残額 2,029円 （戻入の超過）" in text
        assert "支払額より 218円多く戻入されています。" in text
    for text in pages(overpaid_claim):
        assert "多く戻入されています" not in text
        assert "支払額 0円 戻入額 △218円 修正後の請求書に引き継いだ額 218円" in text


def test_a_payment_that_is_taken_back_after_its_excess_was_refunded_by_the_correction(office, draft, pages):
    claim = office.claim(draft)
    office.pay(claim)
    new = office.accept(office.correction(claim, 50))
    office.refund(new)
    office.correct(Payment.objects.get(kind="payment"))
    for text in pages(new):
        assert "請求金額 1,485円 支払額 0円 戻入額 △297円 残額 1,782円 （戻入の超過）" in text
        assert "支払額より 297円多く戻入されています。" in text
    assert office.pay(new).balance == 0


def test_what_was_transferred_and_what_came_back_make_up_what_was_paid(office, draft, pages):
    claim = office.claim(draft)
    office.accept(office.note(claim, 20))
    office.pay(claim)
    new = office.accept(office.correction(claim, 50))
    office.refund(new)
    for text in pages(new):
        assert "支払額は、戻入した 297円を差し引いて 891円です。" in text
        assert "修正前の請求書から 1,782円（うち充当額 594円）を引き継いでいます。" in text
        assert "修正前の請求書から引き継いだ額 1,782円 支払額 0円 戻入額 △297円 残額 0円" in text


def test_a_credit_note_whose_correction_takes_back_less_says_what_to_do(office, paid_invoice, pages, at_accounts):
    note = office.refund(office.accept(office.note(paid_invoice, 20)))
    new = office.accept(office.correction(note, -10))
    for text in pages(new):
        assert "返還額を超えた額 297円 （充当・戻入の超過）" in text
        assert "充当と戻入が、返還額より 297円多くなっています。" in text
        assert "未充当の額 297円" not in text
        assert "充当できる請求書がありません" not in text
    (mail,) = OutgoingMail.objects.filter(subject__contains="受理", body__contains=f"{new.number}(")
    assert "修正前の返還請求書から引き継いだ充当・戻入の額 594円\n返還額を超えた額 297円" in mail.body
    for text in pages(note):
        assert f"未充当の額 修正後の返還請求書 {new.number} に引き継ぎました。" in text
        assert "ここで充当や戻入をする額はありません。" in text
    assert "超過 297円" in at_accounts.read("review:inbox", status="credit_notes").text
    office.correct(Payment.objects.get(kind="refund"))
    office.refund(new)
    for text in pages(new):
        assert "戻入済" in text
        assert "多くなっています" not in text


def test_what_came_back_beyond_a_credit_note_is_paid_and_takes_nobody_to_falsify_a_refund(office, paid_invoice, pages):
    note = office.refund(office.accept(office.note(paid_invoice, 20)))
    new = office.accept(office.correction(note, -10))
    refused(lambda: office.pay(new, 298), "支払える残額は297円です", payments.ImpossiblePayment)
    assert office.pay(new, 97).status == Status.ACCEPTED
    paid = office.pay(new)
    assert (paid.status, paid.balance) == (Status.PAID, 0)
    mail = OutgoingMail.objects.filter(subject__contains="支払のお知らせ").last()
    assert f"返還請求書 {new.number}({new.title})の返還額より多く戻入・充当された分を支払いました。" in mail.body
    for text in pages(new):
        assert "戻入済" in text
        assert "支払額 297円" in text
        assert "多くなっています" not in text
    adds_up()


@pytest.mark.parametrize("quantity", [None, 20])
def test_nothing_else_is_paid_on_a_credit_note(office, paid_invoice, quantity):
    note = office.accept(office.note(paid_invoice, quantity))
    refused(lambda: office.pay(note, 1), "返還請求書は支払いません")


def test_a_batch_says_what_is_paid_beside_what_is_payable(overpaid_claim, office, at_accounts):
    office.correct(Payment.objects.get(kind="payment"))
    data = {"status": "taken_over", "do": "pay", "invoice": [overpaid_claim.pk], "paid_on": today_jst().isoformat()}
    text = at_accounts.send("review:batch", data=data).text
    assert "支払額の合計 2,000円" in text
    assert "支払額より218円多く戻入されています。その分も支払います。" in text
    assert "一部は支払または充当が済んでいます" not in text
