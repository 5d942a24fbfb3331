"""What the checks say to the department on the page on which it reads an invoice."""

from datetime import timedelta

import pytest

from invoices.enums import Status
from invoices.lifecycle import issuing, review
from invoices.models import Invoice
from invoices.rules.catalogue import CODES
from invoices.rules.received import OF_INTEREST
from portal.lib.calendar import today_jst
from suppliers.models import RegisterLookup, RegisterStatus
from tests.factories import deliver, line_input

pytestmark = pytest.mark.django_db

NOTHING = "気になる点はありません。"


def _registered(invoice, status=RegisterStatus.REGISTERED):
    day = invoice.transaction_date or invoice.period_to
    return RegisterLookup.objects.create(
        number=invoice.supplier.registration_number, day=day, status=status, name=invoice.supplier.name
    )


def test_every_remark_is_a_rule_of_the_catalogue():
    assert set(CODES) >= OF_INTEREST


def test_an_invoice_without_faults_has_none(at_department, opened_invoice):
    _registered(opened_invoice)
    assert NOTHING in at_department.read("review:detail", opened_invoice.pk).text


def test_a_number_that_nobody_could_look_up_is_information(at_department, opened_invoice):
    page = at_department.read("review:detail", opened_invoice.pk)
    assert "参考： 登録番号が取引日に有効かどうかは、まだ確かめていません。" in page.text
    assert NOTHING not in page.text


def test_a_number_that_the_register_does_not_know_is_a_warning_even_after_the_issue(at_department, opened_invoice):
    _registered(opened_invoice, RegisterStatus.NOT_REGISTERED)
    page = at_department.read("review:detail", opened_invoice.pk)
    assert "注意： 登録番号が、取引日に国税庁の公表サイトに登録されていません。" in page.text


def test_a_department_that_pays_tax_itself_learns_that_the_issuer_is_not_registered(
    at_department, new_draft, supplier, supplier_owner, department, reviewer
):
    supplier.registration_number = ""
    supplier.save()
    department.taxable_enterprise = True
    department.save()
    draft = new_draft()
    issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    Invoice.objects.update(status=Status.UNOPENED, delivered_at="2026-10-31T00:00:00Z")
    review.open_invoice(invoice_id=draft.pk, actor=reviewer)
    text = at_department.read("review:detail", draft.pk).text
    assert "消費税を納める会計の課あてなので" in text


def test_what_was_found_on_several_lines_is_one_remark(at_department, new_draft, supplier_owner, reviewer):
    today = today_jst()
    lines = [line_input(date=today - timedelta(days=ago)) for ago in (9, 1, 9)]
    draft = new_draft(lines=lines, transaction_date=None, period_from=today - timedelta(days=3), period_to=today)
    issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    deliver(Invoice.objects.get(pk=draft.pk))
    review.open_invoice(invoice_id=draft.pk, actor=reviewer)
    text = at_department.read("review:detail", draft.pk).text
    assert text.count("取引期間の外") == 1
    assert "1、3行目:明細の日付が、取引年月日と違うか、取引期間の外です。" in text


def test_a_second_invoice_over_the_same_amount_is_pointed_out(at_department, opened_invoice, new_draft, supplier_owner):
    _registered(opened_invoice)
    draft = new_draft()
    issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    second = Invoice.objects.get(pk=draft.pk)
    text = at_department.read("review:detail", opened_invoice.pk).text
    assert f"同じ課・取引日・金額の請求書{second.number}" in text


def test_before_it_is_opened_nothing_is_said(at_department, unopened_invoice):
    assert "自動確認" not in at_department.read("review:detail", unopened_invoice.pk).text
