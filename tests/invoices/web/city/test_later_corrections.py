"""What a city sees of a correction that came after the acceptance or the payment."""

import pytest

from invoices.lifecycle import corrections, issuing, review
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
        assert "受理すると、この額はこの請求書に引き継がれ、この請求書で支払うのは差額だけになります。" in text

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
            assert "このうち 1,782円は、修正前の請求書から引き継いだ額です。" in new
            assert "修正前の請求書から引き継いだ額 1,782円" in new
            assert "支払額 0円" in new
            assert f"修正前の請求書からの引継ぎ 1,782円 請求書 {paid_invoice.number}" in new
            assert f"引継ぎの相手 {paid_invoice.number}" in new
            assert "修正後の請求書に引き継いだ額 △1,782円" in old
            assert f"修正後の請求書 {correction.number} に引き継ぎました。ここで支払う額はありません。" in old
            assert f"修正後の請求書への引継ぎ △1,782円 請求書 {correction.number}" in old

    def test_gives_back_what_it_took_over_when_its_acceptance_is_taken_back(
        self, at_department, paid_invoice, correction, reviewer
    ):
        review.accept(invoice_id=correction.pk, actor=reviewer)
        assert "受理を取りやめる" in at_department.read("review:detail", correction.pk).text
        review.reopen(invoice_id=correction.pk, actor=reviewer, comment="数量違い")
        text = at_department.read("review:detail", correction.pk).text
        assert "訂正(修正前の請求書からの引継ぎの取消) △1,782円" in text
        assert "ここで支払う額はありません。" not in at_department.read("review:detail", paid_invoice.pk).text
