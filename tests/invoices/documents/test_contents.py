"""What stands on every kind of document in every layout (消費税法57条の4, 57条の5), as a reader's program finds it."""

import io
import re

import pikepdf
import pytest

from dev.sample_documents import ITEMS, SEAL, credit_note, snapshot
from tests.invoices.documents.printing import FORMS, print_as
from tests.invoices.documents.reading import pdfium_text, pictures, poppler_text

NOT_REGISTERED = {"registration_number": "", "seal": SEAL}
KINDS = {
    "qualified": snapshot(issuer={"seal": SEAL}),
    "unregistered": snapshot(issuer=NOT_REGISTERED),
    "credit note": credit_note(issuer={"seal": SEAL}),
    "unregistered credit note": credit_note(issuer=NOT_REGISTERED),
}
REGISTERED = ("qualified", "credit note")
WITH_LINES = tuple(form for form in FORMS if form != "receipt")
PERIOD = ("令和8年10月1日(2026-10-01)から", "令和8年10月31日(2026-10-31)まで")
PER_RATE = (
    "課税 8%(軽減) 9,480 758 10,238",
    "課税 10% 12,828 1,282 14,110",
    "合計 22,308 2,040 24,348",
)
QUALIFIED = re.compile("T[0-9]{13}|登録番号|適格")

_printed: dict[tuple[str, str], tuple[bytes, str]] = {}


def pdf(kind: str, form: str) -> bytes:
    return _once(kind, form)[0]


def text(kind: str, form: str) -> str:
    return _once(kind, form)[1]


def _once(kind: str, form: str) -> tuple[bytes, str]:
    """All tests of a document read the same one."""
    if (kind, form) not in _printed:
        data = print_as(form, KINDS[kind])
        _printed[kind, form] = data, " ".join(poppler_text(data).split())
    return _printed[kind, form]


def signed(kind: str, figures: str) -> str:
    """Figures as a credit note has them: below zero."""
    return re.sub(r"(?<= )(?=[0-9,]+( |$))", "△", figures) if "credit note" in kind else figures


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("qualified", "請求書"),
        ("unregistered", "請求書"),
        ("credit note", "適格返還請求書"),
        ("unregistered credit note", "返還請求書"),
    ],
)
def test_a_search_in_a_browser_finds_the_title_however_widely_it_is_set(kind, title, form):
    ending = "到達証明書" if form == "receipt" else ""
    assert pdfium_text(pdf(kind, form)).splitlines()[0] == title + ending


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_issuer_recipient_and_day_are_named(kind, form):
    page = text(kind, form)
    assert "株式会社みほん製菓" in page
    assert ("登録番号 T7123456789012" in page) == (kind in REGISTERED)
    assert "見本市 子育て支援課" in page if form == "receipt" else "見本市長 様" in page
    assert all(end in page for end in PERIOD)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_amount_and_tax_stand_per_rate_with_the_golden_figures(kind, form):
    page = text(kind, form)
    assert [row for row in PER_RATE if signed(kind, row) not in page] == []
    label, amount = ("返還金額", "△24,348円") if "credit note" in kind else ("請求金額", "24,348円")
    assert f"{label} {amount} (税込)" in page
    assert "明細の単価と金額は税抜です。消費税額は税率ごとに1回で計算し、1円未満は切捨てです。" in page


@pytest.mark.parametrize("form", WITH_LINES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_line_says_what_when_how_much_and_at_which_rate(kind, form):
    page = text(kind, form)
    for name, quantity, unit, price, rate in ITEMS:
        sign = "△" if "credit note" in kind else ""
        mark = " ※" if rate.reduced else ""
        amount = int(quantity) * int(price)
        expected = f"2026-10-05 {name}{mark} {sign}{quantity} {unit} {price} {rate.percent}% {sign}{amount:,}"
        assert expected in page
    assert "※は軽減税率対象品目です。" in page


@pytest.mark.parametrize("form", WITH_LINES)
@pytest.mark.parametrize("kind", ["credit note", "unregistered credit note"])
def test_returns_name_the_day_of_the_original_transaction_on_each_line_and_the_invoice(kind, form):
    page = text(kind, form)
    assert page.count("(返品 元の取引日 令和8年9月30日(2026-09-30))") == 8
    assert "もとの請求書:令和8年9月30日(2026-09-30)の請求書(MSG-2026-000007)" in page


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("qualified", "請 求 書 適格請求書・適格返還請求書"),
        ("unregistered", "請 求 書 区分記載請求書"),
        ("credit note", "適 格 返 還 請 求 書"),
        ("unregistered credit note", "返 還 請 求 書"),
    ],
)
@pytest.mark.parametrize("form", WITH_LINES)
def test_the_title_says_what_the_document_is_in_law(kind, title, form):
    page = text(kind, form)
    assert page.replace(" ", "").startswith(title.replace(" ", ""))
    assert ("区分記載" in page) == ("区分記載" in title)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["unregistered", "unregistered credit note"])
def test_an_unregistered_issuers_document_claims_nothing_even_where_nobody_looks(kind, form):
    assert not QUALIFIED.search(text(kind, form))
    with pikepdf.open(io.BytesIO(pdf(kind, form))) as document:
        hidden = [str(value) for value in document.docinfo.values()]
        hidden.append(document.Root.Metadata.read_bytes().decode())
        hidden.append(str(document.Root.get("/ViewerPreferences", "")))
        assert document.Root.get("/Outlines") is None
    assert not QUALIFIED.search("\n".join(hidden))


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_of_any_kind_bears_the_word_and_neither_number_nor_check_code(kind):
    page = text(kind, "draft")
    without_names = page.replace("見本市", "").replace("見本県", "").replace("見本 花子", "")
    assert "見本" in without_names
    assert "請求書番号 発行時に付番" in page
    assert "照合コード" not in page
    assert KINDS[kind].number not in page


@pytest.mark.parametrize("form", [form for form in FORMS if form != "draft"])
@pytest.mark.parametrize("kind", KINDS)
def test_number_and_check_code_stand_at_the_foot_of_every_page(kind, form):
    pages = poppler_text(pdf(kind, form)).split("\f")[:-1]
    for number, page in enumerate(pages, 1):
        foot = " ".join(page.split())
        assert foot.endswith(
            f"請求書番号 {KINDS[kind].number} 照合コード 7K3QX9VB2MD4T "
            f"照合 https://seikyu.example/check/ 全{len(pages)}枚中{number}"
        )


@pytest.mark.parametrize("form", WITH_LINES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_claim_says_where_to_pay_and_returns_do_not(kind, form):
    asks = form != "credit_note" and not (form == "draft" and "credit note" in kind)
    assert ("口座 普通 0012345" in text(kind, form)) == asks
    assert "発行責任者 高橋 一郎(役職 経理課長)" in text(kind, form)


@pytest.mark.parametrize(("form", "seals"), [(form, 0 if form == "receipt" else 1) for form in FORMS])
def test_the_seal_stands_once_on_the_first_page_and_not_on_the_certificate(form, seals):
    first, *others = pictures(pdf("qualified", form))
    assert len(first) == seals
    assert not any(others)


@pytest.mark.parametrize(("kind", "name"), [("qualified", "請求書"), ("credit note", "適格返還請求書")])
def test_the_certificate_names_what_arrived_and_when(kind, name):
    page = text(kind, "receipt")
    assert page.replace(" ", "").startswith(f"{name}到達証明書")
    assert f"次の{name}が、下記の日時に発行先へ到達したことを証明します。" in page
    assert "到達日時 令和8年10月31日(2026-10-31) 14:02" in page
    assert f"書類の指紋 SHA-256 {'0d0c' * 16}" in page
