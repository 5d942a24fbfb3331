"""Rows of a spreadsheet pasted into the lines: read as if they had been typed, and nothing is dropped silently."""

from decimal import Decimal

import pytest

from invoices.models import Invoice, TaxRate
from invoices.web.supplier.forms import buttons, pasting
from invoices.web.supplier.forms import draft as draft_forms
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
    assert cells_of(text) == cells


def paste(at_supplier: Visitor, draft: Invoice, cell: str, text: str, **typed: str) -> Page:
    fields = at_supplier.read("invoices:edit", draft.pk).fields
    return at_supplier.send("invoices:edit", draft.pk, data=fields | typed | {"do": f"paste-{cell}", "pasted": text})


def rows_of(page: Page, *names: str) -> list[tuple[str, ...]]:
    count = int(page.fields["lines-count"])
    return [tuple(page.fields[f"lines-{index}-{name}"] for name in names) for index in range(count)]


def said(source: str) -> str:
    return source.split('data-said="')[1].split('"')[0]


@pytest.fixture
def rates() -> dict[str, str]:
    return {rate.label: str(rate.pk) for rate in TaxRate.objects.all()}


def test_rows_fill_the_columns_to_the_right_and_the_lines_below(at_supplier, draft, rates):
    rows = (
        ("令和8年11月10日", "りんご", "１２", "箱", "￥1,620", "8%(軽減)"),
        ("2026/11/11", "封筒", "2.5", "束", "300", "１０％"),
    )
    page = paste(at_supplier, draft, "0-date", "\r\n".join(map("\t".join, rows)) + "\r\n")
    assert rows_of(page, *COLUMNS)[:2] == [
        ("2026-11-10", "りんご", "１２", "箱", "￥1,620", rates["8%(軽減)"]),
        ("2026-11-11", "封筒", "2.5", "束", "300", rates["10%"]),
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


def test_a_blank_line_takes_date_and_rate_from_the_one_above_and_others_keep_theirs(at_supplier, draft, rates):
    typed = {"lines-2-date": "2026-11-30", "lines-2-description": "すでに"}
    page = paste(at_supplier, draft, "0-quantity", "1\n2\n3\n4", **typed)
    dates = [date for (date,) in rows_of(page, "date")]
    assert dates[0] == dates[1] != ""
    assert dates[2] == dates[3] == "2026-11-30"
    assert [rate for (rate,) in rows_of(page, "rate")] == [rates["10%"], rates["10%"], "", ""]


@pytest.mark.parametrize(
    ("day", "text", "label"),
    [
        ("2026-11-10", "10%", "10%"),
        ("2026-11-10", "10", "10%"),
        ("2026-11-10", "8%", "8%(軽減)"),
        ("2026-11-10", "8% (旧)", "8%(旧)"),
        ("2018-11-10", "8%", "8%(旧)"),
    ],
)
def test_a_rate_is_known_by_its_name_or_by_its_beginning_on_that_day(at_supplier, draft, rates, day, text, label):
    page = paste(at_supplier, draft, "0-date", f"{day}\t品物\t1\t個\t100\t{text}")
    assert page.fields["lines-0-rate"] == rates[label]


def test_what_cannot_be_read_is_kept_and_told_and_not_saved(at_supplier, draft):
    page = paste(at_supplier, draft, "0-date", "きのう\t品物\t六十\t個\t100\t十割\n2026-11-10\t封筒\t1\t束\t5\t10%")
    assert set(page.errors) == {"id_lines-0-date", "id_lines-0-quantity", "id_lines-0-rate"}
    assert (page.fields["lines-0-date"], page.fields["lines-0-quantity"]) == ("きのう", "六十")
    assert "まだ保存していません。" in page.text
    assert draft.lines.count() == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\nb", "2行を貼り付けました。"),
        ("a\t1\t個\t5\t10%\t5", "1行を貼り付けました。税区分より右の列は貼り付けていません。金額は計算されます。"),
    ],
)
def test_it_is_told_how_many_rows_there_were_and_what_was_left_out(at_supplier, draft, text, words):
    fields = at_supplier.read("invoices:edit", draft.pk).fields
    data = fields | {"do": "paste-0-description", "pasted": text}
    response = at_supplier.client.post(at_supplier.address("invoices:edit", draft.pk), data)
    assert said(response.content.decode()) == words


def test_rows_beyond_the_limit_are_not_taken_and_it_is_told(at_supplier, draft, monkeypatch):
    for module in (buttons, draft_forms, pasting):
        monkeypatch.setattr(module, "LINES_MAX", 5)
    fields = at_supplier.read("invoices:edit", draft.pk).fields
    data = fields | {"do": "paste-2-description", "pasted": "\n".join("一二三四五")}
    response = at_supplier.client.post(at_supplier.address("invoices:edit", draft.pk), data)
    assert [name for (name,) in rows_of(Page(response), "description")][2:] == ["一", "二", "三"]
    assert "明細は5行までのため、残りの2行は貼り付けていません。" in said(response.content.decode())


@pytest.mark.parametrize("cell", ["9-date", "-1-date", "0-slip_number", "0-amount", "0", "x-date", "0-date-1", ""])
def test_a_place_that_is_none_changes_nothing(at_supplier, draft, cell):
    before = at_supplier.read("invoices:edit", draft.pk)
    after = paste(at_supplier, draft, cell, "2026-11-10\t品物")
    assert rows_of(after, *COLUMNS) == rows_of(before, *COLUMNS)


def test_it_is_undone_by_sending_what_stood_there_before(at_supplier, draft):
    before = at_supplier.read("invoices:edit", draft.pk).fields
    at_supplier.send("invoices:edit", draft.pk, data=before | {"do": "paste-0-description", "pasted": "一\n二\n三\n四"})
    assert draft.lines.count() == 4
    response = at_supplier.client.post(at_supplier.address("invoices:edit", draft.pk), before | {"do": "undo"})
    assert said(response.content.decode()) == "貼り付けを元に戻しました。"
    assert [line.description for line in draft.lines.all()] == [before["lines-0-description"]]
