"""What a city sees of a correction that came after the acceptance or the payment."""

import re

import pytest

from invoices.lifecycle import corrections, issuing, review
from portal.lib.calendar import today_jst
from tests import factories

pytestmark = pytest.mark.django_db


class TestACorrectionOfWhatWasAccepted:
    @pytest.fixture
    def correction(self, paid_invoice, supplier_owner, reviewer):
        draft = corrections.reissue(invoice_id=paid_invoice.pk, actor=supplier_owner)
        new = factories.deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
        return review.open_invoice(invoice_id=new.pk, actor=reviewer)

    def test_is_shown_as_such_with_what_was_paid(self, at_department, paid_invoice, correction):
        text = at_department.read("review:detail", correction.pk).text
        assert f"支払済の請求書 {paid_invoice.number} を、そのあとで修正した請求書です。" in text
        assert "修正前の請求書に 1,782円の支払か充当の記録があります。" in text
        assert "受理するとこの請求書に引き継がれ、支払うのは残額だけです。" in text
        assert "引き継ぐ額のほうが多いときは、差額が過払いになります。" in text

    def test_is_marked_in_the_inbox_and_so_is_the_old_one_once_it_is_accepted(
        self, at_accounts, paid_invoice, correction, reviewer
    ):
        assert "修正後あり" not in at_accounts.read("review:inbox", status="all").text
        review.accept(invoice_id=correction.pk, actor=reviewer)
        text = at_accounts.read("review:inbox", status="all").text
        assert f"{correction.number} {correction.issuer_name} 修正 " in text
        assert f"修正後あり {paid_invoice.number} {paid_invoice.issuer_name} " in text

    def test_has_taken_over_what_was_paid_and_both_pages_say_so(
        self, at_accounts, at_supplier, paid_invoice, correction, reviewer
    ):
        review.accept(invoice_id=correction.pk, actor=reviewer)
        for page, detail in ((at_accounts, "review:detail"), (at_supplier, "invoices:detail")):
            new, old = page.read(detail, correction.pk).text, page.read(detail, paid_invoice.pk).text
            assert "支払額は 1,782円です。修正前の請求書から 1,782円を引き継いでいます。" in new
            assert "修正前の請求書から引き継いだ額 1,782円" in new
            assert "支払額 0円" in new
            assert f"修正前からの引継ぎ 1,782円 請求書 {paid_invoice.number}" in new
            for text in (new, old):
                assert f"修正前の {paid_invoice.number} から修正後の {correction.number} に引き継ぎました" in text
            assert "修正後の請求書に引き継いだ額 △1,782円" in old
            assert f"修正後の請求書 {correction.number} に引き継ぎました。ここで支払う額はありません。" in old
            assert f"修正後への引継ぎ △1,782円 請求書 {correction.number}" in old

    def test_gives_back_what_it_took_over_when_its_acceptance_is_taken_back(
        self, at_department, paid_invoice, correction, reviewer
    ):
        review.accept(invoice_id=correction.pk, actor=reviewer)
        assert "受理を取りやめる" in at_department.read("review:detail", correction.pk).text
        review.reopen(invoice_id=correction.pk, actor=reviewer, comment="数量違い")
        text = at_department.read("review:detail", correction.pk).text
        assert "訂正(修正前からの引継ぎの取消) △1,782円" in text
        assert f"修正後の {correction.number} から修正前の {paid_invoice.number} に戻しました" in text
        assert "ここで支払う額はありません。" not in at_department.read("review:detail", paid_invoice.pk).text

    def test_says_nothing_of_what_was_paid_once_it_came_back(self, at_department, correction, reviewer):
        review.return_invoice(invoice_id=correction.pk, actor=reviewer, reason="minor", comment="数量違い")
        assert "支払か充当の記録があります" not in at_department.read("review:detail", correction.pk).text

    def test_leaves_the_old_one_in_force_when_it_comes_back_and_both_pages_say_so(
        self, at_department, at_supplier, paid_invoice, correction, reviewer
    ):
        said = f"この請求書を修正した {correction.number} は差し戻されました。"
        assert "が発行されています。" in at_department.read("review:detail", paid_invoice.pk).text
        review.return_invoice(invoice_id=correction.pk, actor=reviewer, reason="minor", comment="数量違い")
        for page, detail in ((at_department, "review:detail"), (at_supplier, "invoices:detail")):
            text = page.read(detail, paid_invoice.pk).text
            assert said in text
            assert "が発行されています。" not in text

    def test_names_the_one_that_waits_and_not_the_one_that_came_back_before(
        self, at_department, at_supplier, paid_invoice, correction, office, reviewer
    ):
        review.return_invoice(invoice_id=correction.pk, actor=reviewer, reason="minor", comment="数量違い")
        again = office.correction(correction, 80)
        for page, detail in ((at_department, "review:detail"), (at_supplier, "invoices:detail")):
            text = page.read(detail, paid_invoice.pk).text
            assert f"この請求書を修正した {again.number} が発行されています。受理されるまでは" in text
            assert correction.number not in text

    def test_of_a_correction_says_once_that_what_was_before_stands_elsewhere(self, at_accounts, paid_invoice, office):
        second = office.take_over(office.accept(office.correction(paid_invoice, 70)))
        office.pay(second, 100)
        later = office.accept(office.correction(second, 80))
        text = at_accounts.read("review:detail", later.pk).text
        assert text.count("引き継ぐ前の支払や充当は、") == 1

    def test_of_less_tells_in_the_history_what_is_overpaid(self, at_accounts, paid_invoice, office):
        new = office.accept(office.correction(paid_invoice, 50))
        page = at_accounts.read("review:detail", new.pk)
        assert "に引き継ぎました 過払い 297円" in page.text
        assert "残額 △297円" not in page.text


class TestACorrectionOnWhichNobodyHasDecided:
    """As long as it lies in the department, the old claim stands: whoever is about to pay that one hears of it."""

    @pytest.fixture
    def claim(self, office, new_draft):
        return office.accept(office.deliver(new_draft()))

    def said_of(self, at_accounts, claim, tab, do):
        listed = at_accounts.read("review:inbox", status=tab)
        data = {"do": do, "status": tab, "invoice": [claim.pk], "paid_on": today_jst().isoformat()}
        asked = at_accounts.send("review:batch", data=data)
        said = re.findall(r"この請求書を修正した(\S+?)\((\S+?)円\)が届いていて、", listed.text)
        assert said == re.findall(r"この請求書を修正した(\S+?)\((\S+?)円\)が届いていて、", asked.text)
        return said

    def test_is_named_on_the_lists_and_in_the_batches(self, at_accounts, office, claim):
        assert self.said_of(at_accounts, claim, "accepted", "take_over") == []
        new = office.correction(claim, 42)
        for tab, do in (("accepted", "take_over"), ("accepted", "pay")):
            assert self.said_of(at_accounts, claim, tab, do) == [(new.number, "1,247")]
        office.take_over(claim)
        review.open_invoice(invoice_id=new.pk, actor=office.department)
        assert self.said_of(at_accounts, claim, "taken_over", "pay") == [(new.number, "1,247")]
        review.return_invoice(invoice_id=new.pk, actor=office.department, reason="minor", comment="数量違い")
        assert self.said_of(at_accounts, claim, "taken_over", "pay") == []
        again = office.correction(new, 50)
        assert self.said_of(at_accounts, claim, "taken_over", "pay") == [(again.number, "1,485")]

    def test_is_not_named_before_it_has_arrived_nor_once_it_was_cancelled(self, at_accounts, office, claim):
        draft = office.begun(claim)
        assert self.said_of(at_accounts, claim, "accepted", "pay") == []
        new = office.deliver(draft)
        corrections.cancel(invoice_id=new.pk, actor=office.supplier)
        assert self.said_of(at_accounts, claim, "accepted", "pay") == []


class TestACorrectionOfACreditNote:
    def test_is_shown_with_what_was_set_off_and_refunded(self, at_department, paid_invoice, office):
        note = office.refund(office.accept(office.note(paid_invoice, 20)), 94)
        new = office.correction(note, -30)
        review.open_invoice(invoice_id=new.pk, actor=office.department)
        text = at_department.read("review:detail", new.pk).text
        assert "修正前の返還請求書に 94円の充当か戻入の記録があります。受理するとこの返還請求書に引き継がれ" in text
        review.accept(invoice_id=new.pk, actor=office.department)
        text = at_department.read("review:detail", new.pk).text
        assert "支払か充当" not in text
        assert "に引き継ぎました 未充当の額 △797円" in text
