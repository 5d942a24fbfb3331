"""Snapshots that an earlier release froze are rendered for as long as they are kept."""

import json
from pathlib import Path

import pytest

from dev.sample_documents import snapshot
from invoices.documents.difference import difference
from invoices.documents.pdf import render
from invoices.documents.snapshot import SCHEMA, dump, load
from tests.invoices.documents.pdfa import faults
from tests.invoices.documents.printing import FORMS, print_as
from tests.invoices.documents.reading import poppler_text, words

# Written by the release before schema 2, of the worked sample.
FROZEN = (Path(__file__).parent / "schema1.json").read_text(encoding="utf-8")


def with_inclusive_prices() -> str:
    old = json.loads(FROZEN)
    old["tax"]["price_mode"] = "inclusive"
    return json.dumps(old, ensure_ascii=False)


def test_the_text_is_of_the_first_schema():
    old = json.loads(FROZEN)
    assert old["schema"] == 1
    assert {"kind", "layout", "attachments", "withholding", "carry_over", "original"} & old.keys() == set()
    assert dump(old) == FROZEN


def test_it_says_all_that_it_said():
    text = " ".join(poppler_text(print_as("standard", load(FROZEN))).split())
    for item in (
        "適格請求書・適格返還請求書",
        "見本市長 様",
        "請求番号 2026-00012",
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
        "(返品 元取引日 令和8年10月19日(2026-10-19))",
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


def test_it_gets_the_form_of_today():
    old, new = load(FROZEN), snapshot()
    assert old.keys() - {"schema"} == new.keys() - {"schema"}
    for block in ("issuer", "recipient", "tax", "payment"):
        assert old[block].keys() == new[block].keys()
    assert old["lines"][0].keys() == new["lines"][0].keys()
    assert old["tax"]["rates"][0].keys() == new["tax"]["rates"][0].keys()


def test_prices_that_include_tax_keep_their_meaning():
    old = load(with_inclusive_prices())
    assert [row["sales"] for row in old["tax"]["rates"]] == [10238, 14110]
    assert "明細の単価と金額は税込です。" in words(render.html(old))


def test_it_can_be_compared_with_a_correction_of_today():
    found = difference(load(FROZEN), snapshot(title="菓子"))
    assert ("件名", "子どもまつり参加賞用菓子・用品", "菓子") in [
        (str(change.label), change.before, change.after) for change in found.items
    ]


@pytest.mark.parametrize("schema", [0, SCHEMA + 1])
def test_a_schema_of_another_release_is_refused(schema):
    with pytest.raises(ValueError, match=f"unknown snapshot schema {schema}"):
        load(json.dumps({"schema": schema}))
