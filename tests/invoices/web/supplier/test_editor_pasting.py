"""Rows of a spreadsheet pasted into the lines: read as if they had been typed, and nothing is dropped silently."""

import time
from datetime import date
from decimal import Decimal

import pytest

from invoices.models import Invoice
from invoices.web.supplier.forms import buttons, pasting
from invoices.web.supplier.forms import draft as draft_forms
from invoices.web.supplier.forms.headings import heading_of
from invoices.web.supplier.forms.pasting import cells_of
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

COLUMNS = ("date", "description", "quantity", "unit", "unit_price", "rate")


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\tb\nc\td", [["a", "b"], ["c", "d"]]),
        ("a\rb", [["a"], ["b"]]),
        ("a\t\tb", [["a", "", "b"]]),
        (' a \t"b\tc"\t" 1,620 "', [["a", "b\tc", "1,620"]]),
        ('"一行目\n二行目"\t3', [["一行目 二行目", "3"]]),
        ('"3"" の管"\t1', [['3" の管', "1"]]),
        ('3" の管\t1', [['3" の管', "1"]]),
        ('"引用\t1\n次\t2', [['"引用', "1"], ["次", "2"]]),
        ("a\n\nb\n\n\t\n", [["a"], [], ["b"]]),
        ("a\0b\tc", [["ab", "c"]]),
        ("一\u2028二\t三", [["一\u2028二", "三"]]),
        ("\r\n\t", []),
        ("", []),
    ],
)
def test_cells_are_read_as_spreadsheets_write_them(text, cells):
    assert cells_of(text) == (cells, 0)


def pasted(at_supplier: Visitor, draft: Invoice, cell: str, text: str, **typed: str) -> tuple[dict[str, str], str]:
    """What stands in the form when a page has filled the cells that the server names, and what is said about it."""
    fields = at_supplier.read("invoices:edit", draft.pk).fields | typed
    asked = fields | {"do": f"paste-{cell}", "pasted": text}
    answer = at_supplier.send_in_passing("invoices:edit", draft.pk, data=asked).json()
    filled = {f"lines-{row}-{name}": value for row, name, value in answer["cells"]}
    return fields | filled | {"lines-count": str(answer["count"])}, answer["said"]


def paste(at_supplier: Visitor, draft: Invoice, cell: str, text: str, **typed: str) -> Page:
    fields, _said = pasted(at_supplier, draft, cell, text, **typed)
    return at_supplier.send("invoices:edit", draft.pk, data=fields | {"do": "stay"})


def rows_of(page: Page, *names: str) -> list[tuple[str, ...]]:
    count = int(page.fields["lines-count"])
    return [tuple(page.fields[f"lines-{index}-{name}"] for name in names) for index in range(count)]


def test_rows_fill_the_columns_to_the_right_and_the_lines_below(at_supplier, draft):
    rows = (
        ("令和8年11月10日", "りんご", "１２", "箱", "￥1,620", "8%(軽減)"),
        ("2026/11/11", "封筒", "2.5", "束", "300", "１０％"),
    )
    page = paste(at_supplier, draft, "0-date", "\r\n".join(map("\t".join, rows)) + "\r\n")
    assert rows_of(page, *COLUMNS)[:2] == [
        ("2026-11-10", "りんご", "１２", "箱", "￥1,620", "8%(軽減)"),
        ("2026-11-11", "封筒", "2.5", "束", "300", "10%"),
    ]
    first, second = draft.lines.order_by("position")
    assert (first.quantity, first.unit_price, first.rate.code) == (12, 1620, "reduced8")
    assert (second.quantity, second.rate.code) == (Decimal("2.5"), "standard10")


def test_what_lies_to_the_left_and_above_stays_and_lines_are_added(at_supplier, draft):
    before = rows_of(at_supplier.read("invoices:edit", draft.pk), *COLUMNS)
    page = paste(at_supplier, draft, "2-quantity", "1\t個\n2\t本\n3\t枚")
    after = rows_of(page, *COLUMNS)
    assert after[:2] == before[:2]
    assert [row[2:4] for row in after[2:]] == [("1", "個"), ("2", "本"), ("3", "枚")]


def test_a_blank_line_takes_date_and_rate_from_the_one_above_and_others_keep_theirs(at_supplier, draft):
    typed = {"lines-2-date": "2026-11-30", "lines-2-description": "すでに"}
    page = paste(at_supplier, draft, "0-quantity", "1\n2\n3\n4", **typed)
    dates = [date for (date,) in rows_of(page, "date")]
    assert dates[0] == dates[1] != ""
    assert dates[2] == dates[3] == "2026-11-30"
    assert [rate for (rate,) in rows_of(page, "rate")] == ["10%", "10%", "", ""]


@pytest.mark.parametrize(
    ("day", "text", "label"),
    [
        ("2026-11-10", "10%", "10%"),
        ("2026-11-10", "10", "10%"),
        ("2026-11-10", "8%", "8%(軽減)"),
        ("2026-11-10", "8% (旧)", "8%(旧)"),
        ("2018-11-10", "8%", "8%(旧)"),
        ("2026-11-10", "軽減8%", "8%(軽減)"),
        ("2026-11-10", "軽減税率 ８％", "8%(軽減)"),
        ("2026-11-10", "8%軽減", "8%(軽減)"),
        ("2026-11-10", "8%（軽減）", "8%(軽減)"),
        ("2026-11-10", "8%※", "8%(軽減)"),
        ("2026-11-10", "※", "8%(軽減)"),
        ("2026-11-10", "軽減", "8%(軽減)"),
        ("2026-11-10", "0.08", "8%(軽減)"),
        ("2026-11-10", "旧8%", "8%(旧)"),
        ("2026-11-10", "10％", "10%"),
        ("2026-11-10", "標準10%", "10%"),
        ("2026-11-10", "10%(標準)", "10%"),
        ("2026-11-10", "課税10%", "10%"),
        ("2026-11-10", "10%対象", "10%"),
        ("2026-11-10", "0.1", "10%"),
        ("2026-11-10", "10.0%", "10%"),
        ("2026-11-10", "標準", "10%"),
        ("2026-11-10", "対象外", "不課税"),
        ("2026-11-10", "不課税", "不課税"),
        ("2026-11-10", "非課税", "非課税"),
        ("2026-11-10", "免税", "免税"),
    ],
)
def test_a_rate_is_known_by_its_name_or_by_its_beginning_on_that_day(at_supplier, draft, day, text, label):
    page = paste(at_supplier, draft, "0-date", f"{day}\t品物\t1\t個\t100\t{text}")
    assert page.fields["lines-0-rate"] == label


def test_what_cannot_be_read_is_kept_as_it_is_and_told(at_supplier, draft):
    page = paste(at_supplier, draft, "0-date", "きのう\t品物\t六十\t個\t100\t十割\n2026-11-10\t封筒\t1\t束\t5\t10%")
    assert set(page.errors) == {"id_lines-0-date", "id_lines-0-quantity", "id_lines-0-rate"}
    names = ("date", "quantity", "rate")
    assert [page.fields[f"lines-0-{name}"] for name in names] == ["きのう", "六十", "十割"]
    assert "読み取れない入力があります。" in page.text
    assert draft.lines.count() == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\nb", "2行を貼り付けました。"),
        ("a\t1\t個\t5\t10%\t5", "1行を貼り付けました。税区分より右の列は貼り付けていません。金額は計算されます。"),
    ],
)
def test_it_is_told_how_many_rows_there_were_and_what_was_left_out(at_supplier, draft, text, words):
    assert pasted(at_supplier, draft, "0-description", text)[1] == words


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("日付\t品名\t数量\t単位\t単価\t税区分", "2026-11-10\tりんご\t12\t箱\t1,620\t軽減8%"),
        ("品名\t税率\t単価（円）\t数量\t単位\t納品日", "りんご\t8％\t￥1,620-\t１２\t箱\t令8.11.10"),
        (
            "No.\t取引日\t商品名\t 数 量 \t単位\t単価(税抜)\t金額\t消費税率",
            "1\t2026/11/10 0:00\tりんご\t12\t箱\t1620\t19440\t0.08",
        ),
        ("\ufeff年月日\t摘要\t個数\t単位\t税抜単価\t適用税率\t備考", "2026/11/10(火)\tりんご\t12\t箱\t1620\t8%※\t冷蔵"),
    ],
)
@pytest.mark.parametrize("cell", ["0-date", "0-quantity", "0-rate"])
def test_a_heading_row_says_which_column_is_which_wherever_it_is_pasted(at_supplier, draft, heading, row, cell):
    page = paste(at_supplier, draft, cell, f"{heading}\r\n{row}\r\n")
    assert page.fields["lines-0-rate"] == "8%(軽減)"
    (line,) = draft.lines.all()
    assert (line.date.isoformat(), line.description, line.unit) == ("2026-11-10", "りんご", "箱")
    assert (line.quantity, line.unit_price, line.rate.code) == (12, 1620, "reduced8")


def test_a_heading_also_finds_the_columns_that_fold_away_and_tells_the_ones_it_left_out(at_supplier, draft):
    text = "品名\t伝票番号\t単価（税込）\t金額\t担当\n封筒\tA-7\t110\t110\t見本"
    fields, words = pasted(at_supplier, draft, "0-description", text)
    assert words.startswith("1行を貼り付けました。見出しの行に合わせて、列を並べました。")
    assert "金額、担当" in words
    assert "「単価の税」の選択を確かめてください" in words
    assert fields["lines-0-slip_number"] == "A-7"


def test_the_heading_of_a_single_column_is_no_line(at_supplier, draft):
    page = paste(at_supplier, draft, "0-description", "品名\n封筒\nはがき")
    assert [name for (name,) in rows_of(page, "description")][:2] == ["封筒", "はがき"]


@pytest.mark.parametrize("text", ["単価契約の鉛筆\t1\n封筒\t2", "日付印\t1\n数量計\t2", "封筒\t品名\nはがき\t2"])
def test_goods_whose_names_resemble_a_heading_are_lines(at_supplier, draft, text):
    page = paste(at_supplier, draft, "0-description", text)
    assert rows_of(page, "description")[0] == (text.split("\t")[0],)


def test_a_cell_of_a_column_that_was_too_narrow_is_told(at_supplier, draft):
    page = paste(at_supplier, draft, "0-description", "封筒\t1\t束\t####")
    assert "列の幅が足りず" in page.errors["id_lines-0-unit_price"]


def test_a_date_without_a_year_never_gets_one_silently(at_supplier, draft):
    page = paste(at_supplier, draft, "0-date", "10月31日\t封筒\n10/31\tはがき")
    assert {"id_lines-0-date", "id_lines-1-date"} <= set(page.errors)
    assert "年がありません" in page.errors["id_lines-0-date"]
    assert page.fields["lines-0-date"] == "10月31日"
    assert draft.lines.first().date != date(2026, 10, 31)


@pytest.mark.parametrize("piece", [" ", "\n", "\t", "品名\t", '"', " \n"])
def test_reading_cells_takes_time_in_proportion_to_the_text(piece):
    begun = time.perf_counter()
    heading_of((cells_of("a" + piece * 60_000)[0] or [[]])[0])
    assert time.perf_counter() - begun < 2


def test_rows_beyond_the_limit_are_not_taken_and_it_is_told(at_supplier, draft, monkeypatch):
    for module in (buttons, draft_forms, pasting):
        monkeypatch.setattr(module, "LINES_MAX", 5)
    fields, words = pasted(at_supplier, draft, "2-description", "\n".join("一二三四五"))
    assert [fields[f"lines-{row}-description"] for row in (2, 3, 4)] == ["一", "二", "三"]
    assert fields["lines-count"] == "5"
    assert "明細は5行までのため、残りの2行は貼り付けていません。" in words


@pytest.mark.parametrize("cell", ["9-date", "-1-date", "0-slip_number", "0-amount", "0", "x-date", "0-date-1", ""])
def test_a_place_that_is_none_changes_nothing(at_supplier, draft, cell):
    before = at_supplier.read("invoices:edit", draft.pk)
    after = paste(at_supplier, draft, cell, "2026-11-10\t品物")
    assert rows_of(after, *COLUMNS) == rows_of(before, *COLUMNS)


def test_the_server_names_the_cells_that_change_alone_and_saves_nothing(at_supplier, draft):
    fields = at_supplier.read("invoices:edit", draft.pk).fields
    asked = fields | {"do": "paste-1-date", "pasted": "令和8年11月10日\tりんご\t12"}
    answer = at_supplier.send_in_passing("invoices:edit", draft.pk, data=asked).json()
    rate = fields["lines-0-rate"]
    assert answer["cells"] == [
        [1, "date", "2026-11-10"],
        [1, "description", "りんご"],
        [1, "quantity", "12"],
        [1, "rate", rate],
    ]
    assert (answer["count"], draft.lines.count()) == (3, 1)
