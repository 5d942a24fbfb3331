"""Recording a payment of another amount than was claimed: asked once, with both amounts, and never by accident."""

import pytest

from invoices.enums import Status
from invoices.lifecycle import accounting, issuing, review
from invoices.models import Invoice
from portal.lib.calendar import today_jst
from tests import factories
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db


def send(visitor: Visitor, invoice: Invoice, amount: str, **data: object) -> Page:
    typed = {"pay-paid_on": today_jst().isoformat(), "pay-amount": amount}
    return visitor.send("review:pay", invoice.pk, data=typed | {f"pay-{name}": value for name, value in data.items()})


@pytest.fixture
def withheld_invoice(new_draft, supplier_owner, reviewer) -> Invoice:
    """Accepted; of 1,782 yen 1,617 are to be paid."""
    draft = new_draft(withholding_base=1620)
    factories.deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
    review.open_invoice(invoice_id=draft.pk, actor=reviewer)
    return review.accept(invoice_id=draft.pk, actor=reviewer)


@pytest.mark.parametrize(("typed", "shown"), [("￥１，５００", "1,500"), ("999,999,999,999", "999,999,999,999")])
def test_another_amount_is_asked_about_with_both_amounts_and_nothing_is_recorded(
    at_accounts, accepted_invoice, typed, shown
):
    page = send(at_accounts, accepted_invoice, typed)
    said = f"支払額 {shown}円が請求金額 1,782円と違います。正しければチェックを入れてください。"
    assert page.errors == {"id_pay-sure": said}
    assert f"請求金額は1,782円ですが、{shown}円を支払いました" in page.text
    assert (page.fields["pay-amount"], page.fields["pay-paid_on"]) == (typed, today_jst().isoformat())
    assert "pay-sure" not in page.fields, "not ticked yet"
    accepted_invoice.refresh_from_db()
    assert accepted_invoice.status == Status.ACCEPTED


def test_a_confirmed_amount_is_recorded_and_told_to_both_sides(at_accounts, at_supplier, accepted_invoice):
    page = send(at_accounts, accepted_invoice, "1,500", sure="1500")
    assert "支払を記録しました。" in page.text
    accepted_invoice.refresh_from_db()
    assert (accepted_invoice.status, accepted_invoice.paid_amount) == (Status.PAID, 1500)
    for text in (page.text, at_supplier.read("invoices:detail", accepted_invoice.pk).text):
        assert "支払額 1,500円(請求金額 1,782円)" in text


@pytest.mark.parametrize("sure", ["", "on", "1501", ["1501", "1782"]])
def test_what_was_confirmed_holds_for_that_amount_alone(at_accounts, accepted_invoice, sure):
    page = send(at_accounts, accepted_invoice, "1,500", sure=sure)
    assert set(page.errors) == {"id_pay-sure"}
    accepted_invoice.refresh_from_db()
    assert accepted_invoice.status == Status.ACCEPTED


def test_a_confirmation_stays_ticked_while_the_day_is_put_right(at_accounts, accepted_invoice):
    page = send(at_accounts, accepted_invoice, "1,500", sure="1500", paid_on="2099-04-01")
    assert page.errors == {"id_pay-paid_on": "支払日が先の日付です。実際に支払った日を入力してください。"}
    assert page.fields["pay-sure"] == "1500"


def test_the_claimed_amount_typed_out_is_not_asked_about(at_accounts, accepted_invoice):
    assert "支払を記録しました。" in send(at_accounts, accepted_invoice, "1,782").text


@pytest.mark.parametrize("typed", ["1,000,000,000,000", "9" * 30])
def test_more_than_twelve_digits_are_a_slip(at_accounts, accepted_invoice, typed):
    page = send(at_accounts, accepted_invoice, typed, sure=typed.replace(",", ""))
    assert "以下で入力してください" in page.errors["id_pay-amount"]
    accepted_invoice.refresh_from_db()
    assert accepted_invoice.status == Status.ACCEPTED


def test_a_day_before_the_receipt_stands_beside_its_field_with_what_was_typed(at_accounts, accepted_invoice):
    page = send(at_accounts, accepted_invoice, "1,782", paid_on="2026-01-05")
    assert page.errors == {"id_pay-paid_on": "支払日が、請求書の届いた日より前です。日付を確かめてください。"}
    assert (page.fields["pay-paid_on"], page.fields["pay-amount"]) == ("2026-01-05", "1,782")


class TestWhereTaxIsWithheld:
    def test_what_is_left_is_due_and_named(self, at_accounts, withheld_invoice):
        page = at_accounts.read("review:detail", withheld_invoice.pk)
        assert "差引お支払額 1,617円と違うときだけ入力します。" in page.text
        send(at_accounts, withheld_invoice, "")
        withheld_invoice.refresh_from_db()
        assert withheld_invoice.paid_amount == 1617

    def test_the_whole_amount_is_asked_about(self, at_accounts, withheld_invoice):
        page = send(at_accounts, withheld_invoice, "1,782")
        assert "差引お支払額は1,617円ですが、1,782円を支払いました" in page.text
        assert "支払を記録しました。" in send(at_accounts, withheld_invoice, "1,782", sure="1782").text

    def test_a_batch_pays_what_is_left(self, at_accounts, accountant, withheld_invoice):
        accounting.take_over(invoice_id=withheld_invoice.pk, actor=accountant)
        data = {"do": "pay", "invoice": [str(withheld_invoice.pk)], "paid_on": today_jst().isoformat()}
        at_accounts.send("review:batch", data=data)
        withheld_invoice.refresh_from_db()
        assert (withheld_invoice.status, withheld_invoice.paid_amount) == (Status.PAID, 1617)
