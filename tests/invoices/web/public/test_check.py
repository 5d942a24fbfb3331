"""照合: what anybody learns from a check code, and what nobody does."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dev.sample_documents import snapshot
from invoices.documents import schema
from invoices.enums import Status
from invoices.lifecycle import corrections, issuing
from tests.factories import InvoiceFactory
from tests.pages import Page

pytestmark = pytest.mark.django_db

UNKNOWN = "0000000000000"
GENUINE = "この照合コードは本物です"
NOT_FOUND = "この照合コードの書類は見つかりません"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def ask(client):
    """Somebody without an account types a code."""
    return lambda code: Page(client.post("/check/", {"code": code}))


@pytest.fixture
def with_code(supplier, department):
    """A bare invoice that bears a code of the alphabet, with every letter that is mistaken for another."""
    document = schema.dump(snapshot())
    return lambda status, code="0123456789ABC", **changes: InvoiceFactory(
        **{"supplier": supplier, "department": department, "check_code": code, "snapshot": document} | changes,
        status=status,
    )


def test_a_genuine_code_shows_what_the_first_page_says(ask, unopened_invoice):
    text = ask(unopened_invoice.check_code).text
    day = f"{unopened_invoice.issue_date:%Y-%m-%d}"
    for shown in (GENUINE, unopened_invoice.number, "事業者A", "見本市", day, "令和", "1,782円", "状態 有効"):
        assert shown in text
    assert "いまも有効な請求書です。" in text


def test_nothing_else_is_told(ask, opened_invoice):
    text = ask(opened_invoice.check_code).text
    hidden = ["A4コピー用紙", "1,620", "鹿児島銀行", "10月分 消耗品", "子育て支援課", "T7123456789012", "柏木", "開封"]
    assert [word for word in hidden if word in text] == []


@pytest.mark.parametrize("status", [Status.SENT, Status.UNOPENED, Status.OPENED, Status.ACCEPTED, Status.PAID])
def test_how_far_the_city_has_come_with_it_is_not_told(ask, with_code, status):
    invoice = with_code(status)
    text = ask(invoice.check_code).text
    assert "状態 有効" in text
    assert str(status.label) not in text.replace("支払わずに", "")


def test_a_returned_one_says_so(ask, returned_invoice):
    text = ask(returned_invoice.check_code).text
    assert GENUINE in text
    assert "状態 差戻し" in text
    assert "この書類は使わないでください。" in text
    assert returned_invoice.return_comment not in text


def test_a_cancelled_one_says_so(ask, cancelled_invoice):
    text = ask(cancelled_invoice.check_code).text
    assert "状態 取消" in text
    assert "この書類は使わないでください。" in text
    assert "いまも有効" not in text


@pytest.mark.parametrize("invoice", ["returned_invoice", "cancelled_invoice"])
def test_one_that_was_replaced_names_its_successor_once_that_is_issued(request, ask, supplier_owner, invoice):
    invoice = request.getfixturevalue(invoice)
    draft = corrections.reissue(invoice_id=invoice.pk, actor=supplier_owner)
    assert "差し替え" not in ask(invoice.check_code).text
    new = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    text = ask(invoice.check_code).text
    assert f"状態 差し替え（{new.number}）" in text
    assert f"請求書 {new.number} に差し替えられています。" in text
    assert "状態 有効" in ask(new.check_code).text


def test_a_credit_note_names_its_amount_so(ask, with_code):
    text = ask(with_code(Status.OPENED, kind="credit_note", total=-11_000).check_code).text
    assert "返還金額（税込） △11,000円" in text


@pytest.mark.parametrize(
    "typed",
    [
        "0123456789abc",
        "0123-4567-89AB-C",
        " 0123 4567 89ab c ",
        "０１２３４５６７８９ＡＢＣ",
        "Ol23456789ABC",
        "oI23456789ABC",
        "0123ー4567ー89ABC",
    ],
)
def test_a_code_is_read_as_people_type_it(ask, with_code, typed):
    invoice = with_code(Status.OPENED)
    assert invoice.number in ask(typed).text


def test_an_unknown_code_says_what_to_do_and_keeps_what_was_typed(ask):
    page = ask(UNKNOWN)
    assert NOT_FOUND in page.text
    assert "支払わずに、以前からご存じの連絡先で請求者に確かめてください。" in page.text
    assert page.fields["code"] == UNKNOWN


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "照合コードを入力してください"),
        ("0123456789AB", "照合コードは13文字です(いまは12文字)。"),
        ("0123456789ABCD", "照合コードは13文字です(いまは14文字)。"),
        ("0123456789ABU", "照合コードに「U」は使われません。"),
        ("0123456789<b>", "照合コードに「<>」は使われません。"),
        ("番" * 61, "照合コードは60文字以内で入力してください"),
    ],
)
def test_what_is_no_code_is_named_with_its_field(ask, typed, message):
    page = ask(typed)
    assert page.errors["id_code"].startswith(message) or message in page.errors["id_code"]
    assert (GENUINE in page.text, NOT_FOUND in page.text) == (False, False)
    assert page.fields["code"] == typed


def test_an_unknown_code_costs_the_same_as_a_genuine_one(client, with_code):
    invoice = with_code(Status.OPENED)

    def queries(code: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            client.post("/check/", {"code": code})
        return len(asked)

    assert queries(UNKNOWN) == queries(invoice.check_code) == 1


def test_questions_of_one_address_are_limited_and_those_of_others_go_on(client, unopened_invoice):
    typed = {"code": unopened_invoice.check_code}
    for _n in range(30):
        assert client.post("/check/", {"code": UNKNOWN}).status_code == 200
    refused = client.post("/check/", typed)
    assert refused.status_code == 429
    assert unopened_invoice.number not in refused.content.decode()
    assert client.post("/check/", typed, REMOTE_ADDR="10.0.0.7").status_code == 200


def test_looking_at_the_form_is_not_limited(client):
    assert {client.get("/check/").status_code for _n in range(40)} == {200}


def test_no_search_engine_and_no_cache_keeps_an_answer(client, unopened_invoice):
    for response in (client.get("/check/"), client.post("/check/", {"code": unopened_invoice.check_code})):
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in response["Cache-Control"]


def test_a_code_in_the_address_is_not_answered(client, unopened_invoice):
    page = Page(client.get("/check/", {"code": unopened_invoice.check_code}))
    assert unopened_invoice.number not in page.text


def test_the_document_names_the_page_that_answers(client, unopened_invoice, settings):
    assert f"{settings.PORTAL_URL}/check/" in unopened_invoice.snapshot
    assert 'href="/check/"' in client.get("/accounts/login/").content.decode()


def test_a_returned_one_stays_genuine_for_the_signed_in_as_well(client_of, reviewer, returned_invoice):
    page = Page(client_of(reviewer).post("/check/", {"code": returned_invoice.check_code}))
    assert GENUINE in page.text
