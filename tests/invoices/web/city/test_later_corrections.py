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

    def test_is_marked_in_the_inbox_and_so_is_the_old_one_once_it_is_accepted(
        self, at_accounts, paid_invoice, correction, reviewer
    ):
        assert "修正後あり" not in at_accounts.read("review:inbox", status="all").text
        review.accept(invoice_id=correction.pk, actor=reviewer)
        text = at_accounts.read("review:inbox", status="all").text
        assert f"{correction.number} {correction.issuer_name} 修正 " in text
        assert f"{paid_invoice.number} {paid_invoice.issuer_name} 修正後あり " in text
