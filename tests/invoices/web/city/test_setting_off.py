"""What the accounting office is offered to set a claim and a credit note off against each other."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.enums import ReturnReason
from invoices.lifecycle import payments, review
from portal.lib.calendar import today_jst
from tests.pages import Page

pytestmark = pytest.mark.django_db


def test_a_credit_note_about_what_was_corrected_is_chosen_for_the_correction(at_accounts, office, draft):
    claim = office.claim(draft)
    note = office.accept(office.note(claim, 20))
    new = office.accept(office.correction(claim))
    assert at_accounts.read("review:detail", new.pk).fields["set_off-partner"] == str(note.pk)
    assert at_accounts.read("review:detail", note.pk).fields["set_off-partner"] == str(new.pk)


def options(page: Page) -> str:
    """What stands in the form for a set-off."""
    return page.text.split("双方の残額のうち、小さいほうの額を充当します。")[0].rsplit("充当する", 1)[1]


def test_each_choice_says_its_department_its_day_with_year_and_what_is_left(at_accounts, office, draft):
    claim = office.claim(draft)
    office.pay(claim, 1000)
    note = office.accept(office.note(claim, 20))
    today = today_jst()
    day = f"{today.year}年{today.month}月{today.day}日"
    said = options(at_accounts.read("review:detail", note.pk))
    assert f"{claim.number} 10月分 消耗品(子育て支援課、請求日 {day}、残額 782円)" in said
    said = options(at_accounts.read("review:detail", claim.pk))
    assert f"{note.number} 10月分 消耗品(子育て支援課、発行日 {day}、残額 594円)" in said


def test_a_claim_that_is_disputed_is_offered_and_says_so(at_accounts, office, draft):
    claim = office.claim(draft)
    note = office.accept(office.note(claim, 20))
    assert "係争中" not in options(at_accounts.read("review:detail", note.pk))
    payments.dispute(invoice_id=claim.pk, actor=office.accounts, comment="3冊が届いていません。")
    assert "残額 1,782円、係争中)" in options(at_accounts.read("review:detail", note.pk))
    assert office.set_off(note, claim).state_label == "充当済"


def test_a_credit_note_whose_claim_came_back_says_that_nothing_was_paid_of_it(at_accounts, at_supplier, office, draft):
    claim = office.accept(office.deliver(draft))
    note = office.accept(office.note(claim, 20))
    said = f"もとの請求書 {claim.number} は差戻しになっていて、支払われません。"

    def read() -> list[bool]:
        pages = (at_accounts.read("review:detail", note.pk), at_supplier.read("invoices:detail", note.pk))
        return [said in page.text for page in pages]

    assert read() == [False, False]
    office.reopen(claim)
    assert read() == [False, False]
    about = {"reason": ReturnReason.MINOR, "comment": "印字不良"}
    review.return_invoice(invoice_id=claim.pk, actor=office.department, **about)
    assert read() == [True, True]
    office.accept(office.correction(claim))
    assert read() == [False, False]


def test_many_choices_cost_no_more_queries_than_few(at_accounts, office, new_draft):
    claim = office.claim(new_draft())
    note = office.accept(office.note(claim, 20))
    at_accounts.read("review:detail", note.pk)  # the first reading of all asks a little more
    with CaptureQueriesContext(connection) as few:
        at_accounts.read("review:detail", note.pk)
    for month in (7, 8, 9):
        office.claim(new_draft(title=f"{month}月分 消耗品"))
    with CaptureQueriesContext(connection) as many:
        page = at_accounts.read("review:detail", note.pk)
    assert options(page).count("子育て支援課、請求日") == 4
    assert len(many) == len(few)
