"""A supplier finds its invoices by what it remembers of them, and takes along just what the list shows."""

import csv
import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessKind, AccessLog
from invoices.enums import Status
from invoices.lifecycle import issuing, review
from suppliers.models import TradingLink
from tests import factories
from tests.factories import InvoiceFactory
from tests.pages import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(supplier, department, other_department):
    about = {"supplier": supplier, "status": Status.DRAFT}
    return (
        InvoiceFactory(**about, department=department, title="10月分 牛乳", total=1_080, issue_date=date(2026, 10, 31)),
        InvoiceFactory(**about, department=department, title="11月分 牛乳", total=2_160, issue_date=date(2026, 11, 30)),
        InvoiceFactory(
            **about,
            department=other_department,
            title="草刈り",
            total=55_000,
            issue_date=date(2026, 11, 5),
            own_reference="K-7",
        ),
    )


def found(page: Visitor, **query: str) -> str:
    """Which of the three the list shows, by their place."""
    text = page.read("invoices:list", **query).text
    return "".join(str(place) for place, title in enumerate(("10月分 牛乳", "11月分 牛乳", "草刈り")) if title in text)


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ({}, "012"),
        ({"words": "牛乳"}, "01"),
        ({"words": "牛乳 10月"}, "0"),
        ({"words": "１０月分"}, "0"),
        ({"words": "k-7"}, "2"),
        ({"words": "ない"}, ""),
        ({"words": "%"}, ""),
        ({"since": "2026-11-01"}, "12"),
        ({"until": "R8.10.31"}, "0"),
        ({"since": "2026-11-01", "until": "2026-11-10"}, "2"),
        ({"least": "2,160"}, "12"),
        ({"most": "2160"}, "01"),
        ({"least": "2160", "most": "2160", "words": "牛乳"}, "1"),
        ({"words": "牛乳", "status": "unopened"}, ""),
        ({"words": "牛乳", "status": "draft"}, "01"),
    ],
)
def test_it_shows_what_was_looked_for(query, places, at_supplier, three):
    assert found(at_supplier, **query) == places


def test_it_shows_those_of_a_department_also_of_one_to_which_nothing_is_sent_any_more(
    at_supplier, three, supplier, other_department
):
    assert other_department.name not in str(at_supplier.read("invoices:list").choices["department"])
    TradingLink.objects.create(supplier=supplier, department=other_department, active=False)
    assert other_department.name in str(at_supplier.read("invoices:list").choices["department"])
    assert found(at_supplier, department=str(other_department.pk)) == "2"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"since": "2026-11-01", "until": "2026-10-01"}, "請求日のおわりは、はじめと同じか後の日付にしてください"),
        ({"least": "2", "most": "1"}, "金額の上限は、下限と同じか大きい額にしてください"),
        ({"since": "あした"}, "日付"),
        ({"department": "0' OR 1=1"}, "一覧から選び直してください"),
    ],
)
def test_a_condition_with_a_fault_is_named_and_does_not_narrow(query, message, at_supplier, three):
    text = at_supplier.read("invoices:list", **query).text
    assert message in text
    assert "草刈り" in text


def test_the_tabs_and_the_next_page_keep_what_is_looked_for(at_supplier, three):
    links = at_supplier.read("invoices:list", words="牛乳").links
    assert "words=%E7%89%9B%E4%B9%B3&status=draft" in links["下書き2件"]
    assert "条件に合う請求書はありません" in at_supplier.read("invoices:list", words="ない").text


def test_the_file_holds_just_what_the_list_shows_and_the_record_says_that_it_was_taken(
    at_supplier, three, office, new_draft
):
    claim = office.deliver(new_draft(title="=cmd()"))
    answer = at_supplier.ask("invoices:list_csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"), newline="")))
    assert [row["件名"] for row in rows] == ["'=cmd()", "草刈り", "11月分 牛乳", "10月分 牛乳"]
    assert rows[0]["番号"] == claim.number
    assert (rows[0]["状態"], rows[0]["税込の合計(円)"], rows[0]["残額(円)"]) == ("未開封", "1782", "1782")
    assert (rows[1]["請求日"], rows[1]["管理番号"], rows[1]["残額(円)"]) == ("2026-11-05", "K-7", "")
    assert AccessLog.objects.get().action == AccessKind.EXPORT


def test_the_file_is_narrowed_as_the_list_is(client_of, supplier_owner, three):
    answer = Visitor(supplier_owner).ask
    address = Visitor(supplier_owner).address("invoices:list_csv")
    answer = client_of(supplier_owner).get(address, {"words": "牛乳", "most": "2000"})
    assert b"".join(answer.streaming_content).decode().count("\r\n") == 2


def test_anothers_invoices_are_in_neither(client_of, three, supplier_b):
    stranger = factories.member_of(supplier_b)
    assert "牛乳" not in Visitor(stranger).read("invoices:list", words="牛乳").text
    answer = client_of(stranger).get(Visitor(stranger).address("invoices:list_csv"))
    assert b"".join(answer.streaming_content).decode().count("\r\n") == 1


def test_more_rows_ask_no_more_questions(at_supplier, three, supplier, department):
    at_supplier.read("invoices:list")  # signs in
    with CaptureQueriesContext(connection) as of_three:
        at_supplier.read("invoices:list", words="牛乳")
    for _number in range(20):
        InvoiceFactory(supplier=supplier, department=department, title="牛乳", status=Status.DRAFT)
    with CaptureQueriesContext(connection) as of_many:
        at_supplier.read("invoices:list", words="牛乳")
    assert len(of_many) == len(of_three)


def test_a_row_tells_when_it_was_issued_opened_or_will_be(at_supplier, scheduled_invoice, office, new_draft, reviewer):
    assert re.search(r"予約 \d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d", at_supplier.read("invoices:list").text)
    claim = office.deliver(new_draft())
    assert re.search(
        r"発行 \d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d", at_supplier.read("invoices:list", status="unopened").text
    )
    review.open_invoice(invoice_id=claim.pk, actor=reviewer)
    assert re.search(
        r"開封 \d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d", at_supplier.read("invoices:list", status="opened").text
    )


def test_what_came_back_and_was_reissued_says_so(at_supplier, office, returned_invoice, supplier_owner):
    assert "再発行済み" not in at_supplier.read("invoices:list", status="returned").text
    draft = office.begun(returned_invoice)
    assert "再発行済み" not in at_supplier.read("invoices:list", status="returned").text
    issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    assert "差戻し 再発行済み" in at_supplier.read("invoices:list", status="returned").text
