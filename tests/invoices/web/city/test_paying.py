"""Settling a claim or a credit note on its page: what is proposed, what is refused, and what both sides then read."""

from datetime import timedelta

import pytest

from invoices.enums import Status
from invoices.lifecycle import credit_notes, issuing, payments, review
from invoices.models import Invoice, Payment
from portal.lib.calendar import today_jst
from tests import factories
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

MEANWHILE = "ほかの支払の記録が先に入りました(ご自分の前の操作のこともあります)。"


def send(visitor: Visitor, route: str, invoice: Invoice, **data: object) -> Page:
    typed = {"paid_on": today_jst().isoformat()} | data
    fields = {f"{route}-{name}": value for name, value in typed.items()}
    return visitor.send(f"review:{route}", invoice.pk, data=fields)


@pytest.fixture
def noted(supplier_owner, reviewer):
    """A credit note of all that a claim says, delivered; accepted where asked."""

    def write(claim: Invoice, *, accepted: bool = True) -> Invoice:
        draft = credit_notes.begin_credit_note(invoice_id=claim.pk, actor=supplier_owner)
        note = factories.deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
        if accepted:
            review.open_invoice(invoice_id=note.pk, actor=reviewer)
            note = review.accept(invoice_id=note.pk, actor=reviewer)
        return note

    return write


@pytest.fixture
def withheld_invoice(new_draft, supplier_owner, reviewer) -> Invoice:
    """Accepted; of 1,782 yen 1,617 are to be paid."""
    draft = new_draft(withholding_base=1620)
    factories.deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
    review.open_invoice(invoice_id=draft.pk, actor=reviewer)
    return review.accept(invoice_id=draft.pk, actor=reviewer)


class TestAPayment:
    def test_proposes_what_is_due(self, at_accounts, accepted_invoice):
        page = at_accounts.read("review:detail", accepted_invoice.pk)
        assert page.fields["pay-amount"] == "1,782"
        assert "支払える残額は1,782円です。" in page.text

    def test_of_a_part_leaves_the_rest_open_and_tells_both_sides(self, at_accounts, at_supplier, accepted_invoice):
        page = send(at_accounts, "pay", accepted_invoice, amount="200", reference="伝票 42")
        assert "支払を記録しました。" in page.text
        accepted_invoice.refresh_from_db()
        assert (accepted_invoice.status, accepted_invoice.balance) == (Status.ACCEPTED, 1582)
        for text in (page.text, at_supplier.read("invoices:detail", accepted_invoice.pk).text):
            for said in ("支払額 200円", "残額 1,582円 （一部支払）", "支払 200円 伝票 42 見本市 中馬 明"):
                assert said in text
        assert page.fields["pay-amount"] == "1,582"

    def test_above_what_is_due_is_refused_and_no_tick_lets_it_through(self, at_accounts, accepted_invoice):
        page = send(at_accounts, "pay", accepted_invoice, amount="1,783", sure="1783")
        assert page.errors["id_pay-amount"].startswith("支払える残額は1,782円です。支払額を確かめてください。")
        assert (page.fields["pay-amount"], page.fields["pay-paid_on"]) == ("1,783", today_jst().isoformat())
        assert not Payment.objects.exists()

    def test_by_a_second_press_is_recorded_once(self, at_accounts, accepted_invoice):
        page = at_accounts.read("review:detail", accepted_invoice.pk)
        typed = {"amount": "500", "seen": page.fields["pay-seen"]}
        assert "支払を記録しました。" in send(at_accounts, "pay", accepted_invoice, **typed).text
        assert MEANWHILE in send(at_accounts, "pay", accepted_invoice, **typed).text
        assert Payment.objects.count() == 1

    def test_that_came_after_a_colleagues_can_be_sent_once_more(self, at_accounts, accountant, accepted_invoice):
        seen = at_accounts.read("review:detail", accepted_invoice.pk).fields["pay-seen"]
        payments.pay(invoice_id=accepted_invoice.pk, actor=accountant, paid_on=today_jst(), amount=500)
        page = send(at_accounts, "pay", accepted_invoice, amount="300", seen=seen)
        assert MEANWHILE in page.text
        assert (page.fields["pay-amount"], page.fields["pay-seen"]) == ("300", "1")
        page = send(at_accounts, "pay", accepted_invoice, amount="300", seen=page.fields["pay-seen"])
        assert "支払を記録しました。" in page.text

    @pytest.mark.parametrize("typed", ["1,000,000,000,000", "9" * 30])
    def test_of_more_than_twelve_digits_is_a_slip(self, at_accounts, accepted_invoice, typed):
        page = send(at_accounts, "pay", accepted_invoice, amount=typed)
        assert "以下で入力してください" in page.errors["id_pay-amount"]

    def test_before_the_receipt_stands_beside_its_field_with_what_was_typed(self, at_accounts, accepted_invoice):
        page = send(at_accounts, "pay", accepted_invoice, amount="1,782", paid_on="2026-01-05")
        assert page.errors == {"id_pay-paid_on": "支払日が、請求書の届いた日より前です。日付を確かめてください。"}
        assert (page.fields["pay-paid_on"], page.fields["pay-amount"]) == ("2026-01-05", "1,782")

    def test_where_tax_is_withheld_is_of_what_is_left(self, at_accounts, withheld_invoice):
        page = at_accounts.read("review:detail", withheld_invoice.pk)
        assert page.fields["pay-amount"] == "1,617"
        assert "源泉徴収税額 △165円 差引お支払額 1,617円" in page.text
        assert "支払額は 1,617円です。" in send(at_accounts, "pay", withheld_invoice, amount="1617").text

    @pytest.mark.parametrize(("typed", "expected"), [("1782", 1782), ("￥１，７８２", 1782)])
    def test_pay_records_the_day_and_the_amount(self, at_accounts, at_supplier, accepted_invoice, typed, expected):
        data = {"pay-paid_on": today_jst().isoformat(), "pay-amount": typed}
        page = at_accounts.send("review:pay", accepted_invoice.pk, data=data)
        assert "支払を記録しました。請求者にも表示されます。" in page.text
        accepted_invoice.refresh_from_db()
        assert (accepted_invoice.status, accepted_invoice.paid_amount) == (Status.PAID, expected)
        assert f"支払額は {expected:,}円です。" in at_supplier.read("invoices:detail", accepted_invoice.pk).text

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            ({"pay-paid_on": ""}, "支払日を入力してください"),
            ({"pay-paid_on": "2099-04-01"}, "支払日が先の日付です。"),
            (
                {"pay-paid_on": timedelta(days=-9), "pay-amount": "1782"},
                "請求書の届いた日より前です。",
            ),
            ({"pay-paid_on": timedelta(), "pay-amount": "0"}, "1以上"),
            ({"pay-paid_on": timedelta(), "pay-amount": "千円"}, "支払額"),
        ],
    )
    def test_pay_refuses_what_cannot_be(self, at_accounts, accepted_invoice, data, said):
        page = at_accounts.send("review:pay", accepted_invoice.pk, data=factories.dated(data))
        assert page.status == 200
        assert said in page.text
        accepted_invoice.refresh_from_db()
        assert accepted_invoice.status == Status.ACCEPTED


class TestACreditNote:
    def test_and_its_claim_name_each_other_for_both_sides(self, at_accounts, at_supplier, taken_over_invoice, noted):
        note = noted(taken_over_invoice)
        for visitor, route in ((at_accounts, "review:detail"), (at_supplier, "invoices:detail")):
            page = visitor.read(route, taken_over_invoice.pk)
            assert "この請求書を減額する返還請求書" in page.text
            assert page.links[note.number] == visitor.address(route, note.pk)
            page = visitor.read(route, note.pk)
            assert page.links[taken_over_invoice.number] == visitor.address(route, taken_over_invoice.pk)

    def test_that_is_undecided_lowers_what_is_proposed_and_the_page_says_so(
        self, at_accounts, taken_over_invoice, noted
    ):
        noted(taken_over_invoice, accepted=False)
        page = at_accounts.read("review:detail", taken_over_invoice.pk)
        assert page.fields["pay-amount"] == ""
        assert "うち、課がまだ受理していない返還請求書 1,782円 いま支払う額 0円" in page.text

    def test_is_set_off_against_what_it_names_unless_somebody_chooses_another(
        self, at_accounts, accountant, taken_over_invoice, noted, new_draft, supplier_owner, reviewer
    ):
        draft = new_draft(title="別の請求")
        other = factories.deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
        review.open_invoice(invoice_id=other.pk, actor=reviewer)
        review.accept(invoice_id=other.pk, actor=reviewer)
        note = noted(taken_over_invoice, accepted=False)
        payments.pay(invoice_id=taken_over_invoice.pk, actor=accountant, paid_on=today_jst(), amount=82)
        review.open_invoice(invoice_id=note.pk, actor=reviewer)
        review.accept(invoice_id=note.pk, actor=reviewer)
        page = at_accounts.read("review:detail", note.pk)
        assert page.fields["set_off-partner"] == str(taken_over_invoice.pk)
        send(at_accounts, "set_off", note, partner=taken_over_invoice.pk)
        page = at_accounts.read("review:detail", note.pk)
        assert "、残額 1,782円)" in page.text.split("別の請求(")[1]
        assert "set_off-partner" not in page.fields

    def test_is_never_called_paid(self, at_accounts, at_supplier, taken_over_invoice, noted):
        note = noted(taken_over_invoice)
        page = send(at_accounts, "set_off", note, partner=taken_over_invoice.pk)
        assert "充当しました。" in page.text
        texts = [
            page.text,
            at_accounts.read("review:inbox", status="paid").text.split("届いた請求書")[1],
            at_supplier.read("invoices:detail", note.pk).text,
        ]
        for text in texts:
            assert "充当済" in text
            assert "支払済" not in text
        assert "充当済" in at_supplier.read("invoices:list", status="paid").text
        assert "お金の受渡しはありません。" in page.text

    def test_about_a_paid_claim_is_on_a_list_and_can_be_refunded(self, at_accounts, paid_invoice, noted):
        note = noted(paid_invoice)
        page = at_accounts.read("review:inbox", status="credit_notes")
        assert "返還(未充当)1件" in page.links
        assert "△1,782円" in page.text
        assert paid_invoice.number in page.text
        page = at_accounts.read("review:detail", note.pk)
        assert page.buttons == ["戻入を記録する"]
        assert "充当できる請求書がありません。" in page.text
        page = send(at_accounts, "refund", note, amount=page.fields["refund-amount"])
        assert "戻入済" in page.text
        assert "返還(未充当)0件" in at_accounts.read("review:inbox").links

    def test_above_what_is_left_of_it_is_not_refunded(self, at_accounts, paid_invoice, noted):
        page = send(at_accounts, "refund", noted(paid_invoice), amount="1783")
        assert page.errors["id_refund-amount"].startswith("戻入できるのは1,782円までです。")


class TestACorrection:
    def test_is_chosen_from_the_entries_and_told_to_both_sides(self, at_accounts, at_supplier, paid_invoice):
        entry = Payment.objects.get()
        page = at_accounts.send(
            "review:correct", paid_invoice.pk, data={"correct-entry": entry.pk, "correct-comment": "別の請求でした。"}
        )
        assert "記録を取り消しました。" in page.text
        for text in (page.text, at_supplier.read("invoices:detail", paid_invoice.pk).text):
            for said in ("訂正済み", "訂正(支払の取消)", "△1,782円", "別の請求でした。", "残額 1,782円"):
                assert said in text
        assert "支払を記録する" in page.buttons

    def test_without_entry_or_reason_says_what_is_missing(self, at_accounts, paid_invoice):
        page = at_accounts.send("review:correct", paid_invoice.pk)
        assert set(page.errors) == {"id_correct-entry", "id_correct-comment"}


class TestADispute:
    def test_is_shown_to_both_sides_with_its_reason_until_it_ends(self, at_accounts, at_supplier, taken_over_invoice):
        pk = taken_over_invoice.pk
        page = at_accounts.send("review:dispute", pk, data={"dispute-comment": "3冊が届いていません。"})
        assert "支払を記録する" not in page.buttons
        for text in (page.text, at_supplier.read("invoices:detail", pk).text):
            assert "残額は係争中です 3冊が届いていません。" in text
        page = at_accounts.send("review:end_dispute", pk, data={"end_dispute-comment": "届きました。"})
        assert "支払を記録する" in page.buttons
        assert "残額は係争中です" not in page.text


class TestAnOverpayment:
    def test_is_a_step_of_its_own_and_stays_on_the_list_until_it_came_back(
        self, at_accounts, at_supplier, accountant, taken_over_invoice
    ):
        payments.pay(invoice_id=taken_over_invoice.pk, actor=accountant, paid_on=today_jst())
        page = send(at_accounts, "overpay", taken_over_invoice, amount="1782", comment="二重に振り込みました。")
        assert "過払い 1,782円" in page.text
        assert "過払い 1,782円" in at_supplier.read("invoices:detail", taken_over_invoice.pk).text
        assert "過払い 1,782円" in at_accounts.read("review:inbox", status="taken_over").text
        assert "支払を記録する" not in page.buttons
        page = send(at_accounts, "refund", taken_over_invoice, amount="1782")
        assert "支払額は、戻入した 1,782円を差し引いて 1,782円です。" in page.text
