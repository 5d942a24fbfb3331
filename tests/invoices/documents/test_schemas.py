"""What an earlier release froze is rendered for as long as it is kept, and its bytes are never written anew.

In `stored` lie texts as each release wrote them, which never change, and beside them the words of their documents. A
new schema adds files. The sentences that the law asks for stay as they were issued; a label may get another name, and
then the words are put right.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dev.sample_documents import snapshot
from invoices.documents import schema
from invoices.documents.difference import difference
from invoices.documents.pdf import render
from invoices.documents.schema import SCHEMA, dump, load
from invoices.documents.schema_parts import SignerRole
from invoices.enums import InvoiceKind
from tests.invoices.documents.pdfa import faults
from tests.invoices.documents.printing import FORMS, print_as
from tests.invoices.documents.reading import poppler_text, words

STORED = Path(__file__).parent / "stored"
PRINTED = {  # the text, and where the words of its document stand
    "schema1": "schema1",
    "schema2": "schema2",
    "schema2-credit-note": "schema2-credit-note",
    "schema3": "schema2",
    "schema3-credit-note": "schema2-credit-note",
    "schema4": "schema4",
    "schema4-credit-note": "schema4-credit-note",
}
TODAY = [name for name in PRINTED if name.startswith(f"schema{SCHEMA}")]


def stored(name: str) -> str:
    return (STORED / f"{name}.json").read_text(encoding="utf-8")


FROZEN = stored("schema1")


def with_inclusive_prices() -> str:
    old = json.loads(FROZEN)
    old["tax"]["price_mode"] = "inclusive"
    return json.dumps(old, ensure_ascii=False)


def with_signer(branch: dict[str, str] | None, name: str) -> str:
    """Of schema 2."""
    old = json.loads(stored("schema2"))
    old["issuer"] |= {"branch": branch, "signer": {"title": "支店長", "name": name}}
    return json.dumps(old, ensure_ascii=False)


@pytest.mark.parametrize("name", PRINTED)
def test_the_words_of_a_document_stay(name):
    printed = (STORED / f"{PRINTED[name]}.txt").read_text(encoding="utf-8")
    assert f"{words(render.html(load(stored(name))))}\n" == printed


@pytest.mark.parametrize("name", TODAY)
def test_a_document_of_today_is_written_as_it_was_read(name):
    assert dump(load(stored(name))) == stored(name)


def test_there_are_documents_of_todays_schema():
    assert TODAY


@pytest.mark.parametrize("name", PRINTED)
def test_a_document_in_todays_form_is_the_same_when_it_is_read_again(name):
    document = load(stored(name))
    assert load(dump(document)) == document


def test_an_old_credit_note_is_one_in_todays_words():
    text = stored("schema2-credit-note")
    assert '"kind":"return"' in text
    assert load(text).kind == InvoiceKind.CREDIT_NOTE


BRANCH = {"name": "鹿屋支店", "postcode": "893-0014", "address": "鹿屋市寿1-1", "building": "", "phone": "0994-1"}


@pytest.mark.parametrize(
    ("branch", "name", "role", "label"),
    [
        (BRANCH, "港 太郎", SignerRole.DELEGATE, "受任者 支店長 港 太郎"),
        (BRANCH, "見本 花子", SignerRole.REPRESENTATIVE, "代表者 支店長 見本 花子"),
        (None, "港 太郎", SignerRole.REPRESENTATIVE, "代表者 支店長 港 太郎"),
    ],
)
def test_who_signed_an_old_document_is_what_it_printed(branch, name, role, label):
    document = load(with_signer(branch, name))
    assert document.issuer.signer.role == role
    assert label in words(render.html(document))


def test_who_signs_is_what_is_stored_and_not_what_the_names_suggest():
    document = load(stored("schema3"))
    signer = replace(document.issuer.signer, role=SignerRole.REPRESENTATIVE)
    assert "代表者 支店長 港 太郎" in words(
        render.html(replace(document, issuer=replace(document.issuer, signer=signer)))
    )


def test_the_text_is_of_the_first_schema():
    old = json.loads(FROZEN)
    assert old["schema"] == 1
    assert {"kind", "layout", "attachments", "withholding", "carry_over", "original"} & old.keys() == set()
    assert json.dumps(old, ensure_ascii=False, sort_keys=True, separators=(",", ":")) == FROZEN


def test_it_says_all_that_it_said():
    text = " ".join(poppler_text(print_as("standard", load(FROZEN))).split())
    for item in (
        "適格請求書・適格返還請求書",
        "見本市長 様",
        "請求書番号 2026-00012",
        "請求日 令和8年10月31日(2026-10-31)",
        "管理番号 A-77",
        "株式会社みほん製菓",
        "登録番号 T7123456789012",
        "代表者 代表取締役 見本 花子",
        "本書は令和8年10月20日(2026-10-20)の請求書(2026-00009)を修正したものです。",
        "件名 子どもまつり参加賞用菓子・用品",
        "請求金額 24,348円 (税込)",
        "8%(軽減) 9,480 758 10,238",
        "10% 12,828 1,282 14,110",
        "合計 22,308 2,040 24,348",
        "2026-10-05 ミニスナック コーン味 1本 ※ 60 本 27 8% 1,620",
        "2026-10-28 紙コップ 205ml 30個入 △30 袋 137 10% △4,110",
        "(返品 元の取引日 令和8年10月19日(2026-10-19))",
        "金融機関 みほん銀行(0185)",
        "発行責任者 高橋 一郎(役職 経理課長)",
        "10月26日と28日の明細は余剰分の返品です。",
        "照合コード 7K3QX9VB2MD4T",
    ):
        assert item in text


@pytest.mark.parametrize("form", FORMS)
def test_every_layout_can_print_it(form):
    data = print_as(form, load(FROZEN))
    assert faults(data) == []
    assert "24,348" in poppler_text(data)


def test_prices_that_include_tax_keep_their_meaning():
    old = load(with_inclusive_prices())
    assert [row.sales for row in old.tax.rates] == [10238, 14110]
    assert "明細の単価と金額は税込です。" in words(render.html(old))


def test_it_can_be_compared_with_a_correction_of_today():
    found = difference(load(FROZEN), snapshot(title="菓子"))
    assert ("件名", "子どもまつり参加賞用菓子・用品", "菓子") in [
        (change.label, change.before, change.after) for change in found.items
    ]


@pytest.mark.parametrize("number", [0, SCHEMA + 1])
def test_a_schema_of_another_release_is_refused(number):
    with pytest.raises(ValueError, match=f"unknown snapshot schema {number}"):
        load(json.dumps({"schema": number}))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"title": None}, "FrozenDocument.title: None is no str"),
        ({"remark": ""}, "FrozenDocument has the fields"),
        ({"issue_date": "20261031"}, "would be written '2026-10-31'"),
        ({"kind": "return"}, "FrozenDocument.kind: 'return' is not a valid InvoiceKind"),
        ({"lines": [{"amount": 1.0}]}, "FrozenDocument.lines: Line has the fields"),
        (
            {"carry_over": {"billed": 1.5, "received": 0, "remaining": 0, "grand_total": 0}},
            "CarryOver.billed: 1.5 is no",
        ),
        ({"carry_over": {"billed": True, "received": 0, "remaining": 0, "grand_total": 0}}, "True is no int"),
    ],
)
def test_what_is_not_of_its_schema_is_refused_with_the_name_of_the_field(wrong, message):
    text = json.dumps(json.loads(stored("schema3")) | wrong)
    with pytest.raises(ValueError, match=message):
        load(text)


def test_an_old_document_that_lacks_something_is_refused():
    with pytest.raises(ValueError, match="no snapshot of schema 1: 'tax' is missing"):
        load('{"schema":1}')


def test_the_name_of_a_content_is_another_for_another_content():
    assert len({schema.digest(stored(name)) for name in PRINTED}) == len(PRINTED)
