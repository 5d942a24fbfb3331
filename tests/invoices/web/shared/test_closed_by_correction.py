"""What both sides read of a claim that lay with the department again when its correction was accepted."""

import pytest

from invoices.lifecycle import corrections, review
from invoices.models import Invoice
from tests.office import fresh
from tests.pages import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(office, draft) -> Invoice:
    return office.claim(draft)


@pytest.fixture
def recalled(office, claim) -> Invoice:
    """Its supplier asked to have it returned, too."""
    new = office.correction(claim)
    office.recall(claim)
    corrections.request_return(invoice_id=claim.pk, actor=office.supplier, comment="修正したものを見てください。")
    office.accept(new)
    return fresh(claim)


def test_the_pages_of_all_say_which_document_stands_in_its_place(at_department, at_accounts, at_supplier, recalled):
    new = recalled.superseded_by
    for visitor, route in (
        (at_department, "review:detail"),
        (at_accounts, "review:detail"),
        (at_supplier, "invoices:detail"),
    ):
        page = visitor.read(route, recalled.pk)
        assert f"この請求書は {new.number} に置き換えられました。" in page.text
        assert page.links["新しい請求書を見る"] == visitor.address(route, new.pk)


def test_they_ask_nobody_to_decide_any_more(at_department, at_accounts, at_supplier, recalled):
    for visitor in (at_department, at_accounts):
        page = visitor.read("review:detail", recalled.pk)
        assert page.buttons == []
        for asked in ("会計から引き戻されました。", "請求者が差戻しを依頼しています"):
            assert asked not in page.text
    page = at_supplier.read("invoices:detail", recalled.pk)
    assert "課の対応をお待ちください。" not in page.text
    assert page.buttons == []


def test_it_is_in_no_list_of_open_work_and_marked_among_all(at_department, recalled):
    assert "開封0件" in at_department.read("review:inbox", status="opened").links
    text = at_department.read("review:inbox", status="all").text
    assert f"修正後あり {recalled.number}" in text
    assert "引戻し" not in text.split("到達日時")[1]


def test_they_ask_again_once_the_acceptance_of_its_correction_is_taken_back(at_department, office, recalled):
    office.reopen(recalled.superseded_by)
    page = at_department.read("review:detail", recalled.pk)
    assert "会計から引き戻されました。" in page.text
    assert "受理する" in page.buttons
    assert "開封2件" in at_department.read("review:inbox", status="opened").links


def test_where_it_was_passed_on_the_other_department_reads_the_number_alone(
    office, claim, other_department, other_department_staff
):
    new = office.correction(claim)
    office.recall(claim)
    review.reroute(
        invoice_id=claim.pk, actor=office.department, department_id=other_department.pk, comment="道路の工事です。"
    )
    office.accept(new)
    elsewhere = Visitor(other_department_staff)
    page = elsewhere.read("review:detail", claim.pk)
    assert f"この請求書は {new.number} に置き換えられました。" in page.text
    assert "新しい請求書を見る" not in page.links
    assert page.buttons == []
    assert "ほかの職員が開封します" not in page.text
    assert "未開封0件" in elsewhere.read("review:inbox").links
    assert "開封を待っている請求書はありません" in elsewhere.read("city_home").text


def test_of_several_corrections_the_last_accepted_one_is_named(at_department, at_supplier, office, claim):
    second = office.accept(office.correction(claim))
    third = office.accept(office.correction(second))
    for visitor, route in ((at_department, "review:detail"), (at_supplier, "invoices:detail")):
        assert f"この請求書は {third.number} に置き換えられました。" in visitor.read(route, claim.pk).text
