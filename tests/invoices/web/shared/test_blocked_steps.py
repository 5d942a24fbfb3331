"""A step that is otherwise somebody's, and that something stands in the way of: its place on the page says what."""

from datetime import timedelta

import pytest
from django.utils import timezone

from invoices.lifecycle import corrections, payments, scheduling
from portal.lib.calendar import today_jst
from tests.pages import Page

pytestmark = pytest.mark.django_db


def folded(page: Page, summary: str, reason: str) -> bool:
    """Whether the step stands there closed, and says why it cannot be taken."""
    return f"{summary} {reason}" in page.text and summary not in page.buttons and not page.unfolded


class TestASupplier:
    def test_reads_that_the_city_takes_no_requests_for_return(self, at_supplier, opened_invoice, policy):
        policy.accepts_return_requests = False
        policy.save()
        page = at_supplier.read("invoices:detail", opened_invoice.pk)
        assert folded(page, "差戻しを依頼する", "この市は画面からの差戻しの依頼を受け付けていません。")

    def test_reads_that_a_request_was_made_once(self, at_supplier, supplier_owner, opened_invoice):
        corrections.request_return(invoice_id=opened_invoice.pk, actor=supplier_owner, comment="誤り。")
        text = at_supplier.read("invoices:detail", opened_invoice.pk).text
        assert text.count("課の対応をお待ちください。") == 1
        assert "差戻しを依頼する" not in text

    def test_finds_the_correction_that_waits_for_its_time(self, at_supplier, supplier_owner, returned_invoice):
        draft = corrections.reissue(invoice_id=returned_invoice.pk, actor=supplier_owner)
        at = timezone.now() + timedelta(days=1)
        scheduling.schedule(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=at)
        page = at_supplier.read("invoices:detail", returned_invoice.pk)
        assert "修正した請求書の発行を予約しています。" in page.text
        assert page.links["発行予約を見る"] == at_supplier.address("invoices:scheduled", draft.pk)


class TestADepartment:
    def test_reads_whom_to_ask_after_the_accounting_office_took_it_over(self, at_department, taken_over_invoice):
        page = at_department.read("review:detail", taken_over_invoice.pk)
        assert folded(page, "受理を取りやめる", "この請求書はすでに会計へ引き継がれています。")

    def test_reads_that_what_is_partly_paid_stays_accepted(self, at_department, accountant, accepted_invoice):
        payments.pay(invoice_id=accepted_invoice.pk, actor=accountant, paid_on=today_jst(), amount=1)
        page = at_department.read("review:detail", accepted_invoice.pk)
        assert folded(
            page,
            "受理を取りやめる",
            "この請求書には支払または充当の記録があります。会計課が「支払の記録を訂正する」で取り消すまで",
        )
        assert page.text.count("支払または充当の記録があります。") == 1

    def test_reads_nothing_of_steps_that_are_not_its_own(self, at_department, taken_over_invoice):
        text = at_department.read("review:detail", taken_over_invoice.pk).text
        assert "課へ引き戻す" not in text
        assert "支払を記録する" not in text


class TestTheAccountingOffice:
    def test_reads_why_what_is_partly_paid_is_not_recalled(self, at_accounts, accountant, taken_over_invoice):
        payments.pay(invoice_id=taken_over_invoice.pk, actor=accountant, paid_on=today_jst(), amount=1)
        page = at_accounts.read("review:detail", taken_over_invoice.pk)
        assert folded(page, "課へ引き戻す", "この請求書には支払または充当の記録があります。")

    def test_reads_why_a_disputed_claim_is_not_paid(self, at_accounts, accountant, taken_over_invoice):
        payments.dispute(invoice_id=taken_over_invoice.pk, actor=accountant, comment="数量の争い")
        page = at_accounts.read("review:detail", taken_over_invoice.pk)
        assert folded(page, "支払を記録する", "この請求書の残額は係争中です。")

    def test_is_not_told_of_a_recall_before_there_is_anything_to_hand_back(self, at_accounts, accepted_invoice):
        page = at_accounts.read("review:detail", accepted_invoice.pk)
        assert "会計へ引き継ぐ" in page.buttons
        assert "課へ引き戻す" not in page.text
