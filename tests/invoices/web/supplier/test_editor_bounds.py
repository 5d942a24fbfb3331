"""The editor and whoever sends more than there can be: rows and cells are counted and cut before they are read."""

import time

import pytest

from invoices.lifecycle import drafting
from invoices.lifecycle.draft_input import DEDUCTIONS_MAX, LINES_MAX
from invoices.web.supplier.forms import buttons, pasting
from invoices.web.supplier.forms import draft as draft_forms
from invoices.web.supplier.forms.pasting import cells_of
from invoices.web.supplier.forms.rows import CELL_MAX, LINE_FIELDS, ROWS_BEYOND, rows_beyond, rows_of_post

pytestmark = pytest.mark.django_db


def _rows(count: int) -> dict[str, str]:
    return {f"lines-{index}-description": f"品物{index}" for index in range(count)} | {"lines-count": "999999999"}


@pytest.fixture
def _few_lines(monkeypatch):
    for module in (drafting, buttons, draft_forms, pasting):
        monkeypatch.setattr(module, "LINES_MAX", 5)
    # The limits of the tables were read when the module was.
    monkeypatch.setitem(draft_forms._TOO_MANY, "lines", (5, draft_forms._TOO_MANY["lines"][1]))


@pytest.mark.parametrize("count", ["999999999", "1000", "9" * 30])
def test_a_number_of_rows_makes_none(count):
    assert rows_of_post({"lines-count": count}, "lines", LINE_FIELDS, LINES_MAX) == []
    sent = {"lines-count": count, "lines-1-unit": "箱"}
    expected = 2 if len(count) < 10 else 0
    assert len(rows_of_post(sent, "lines", LINE_FIELDS, LINES_MAX)) == expected


def test_of_many_rows_no_more_are_read_than_fit_and_can_be_shown():
    sent = _rows(LINES_MAX + 10_000)
    assert len(rows_of_post(sent, "lines", LINE_FIELDS, LINES_MAX)) == LINES_MAX + ROWS_BEYOND
    assert rows_beyond(sent, "lines", LINES_MAX) == 10_000 - ROWS_BEYOND
    assert rows_beyond(_rows(LINES_MAX), "lines", LINES_MAX) == 0


def test_a_cell_is_cut_before_it_is_read():
    (row,) = rows_of_post({"lines-count": "1", "lines-0-unit_price": "1" * 1_000_000}, "lines", LINE_FIELDS, 10)
    assert len(row["unit_price"]) == CELL_MAX


@pytest.mark.usefixtures("_few_lines")
class TestRowsThatAreNotRead:
    def test_are_told_with_what_to_do_and_those_within_stay(self, at_supplier, draft):
        before = draft.version
        typed = at_supplier.read("invoices:edit", draft.pk).fields | _rows(5 + ROWS_BEYOND + 7)
        page = at_supplier.send("invoices:edit", draft.pk, data=typed | {"do": "save", "title": "まだ保存しない"})
        assert "明細は5行までです。送られた行のうち7行は読んでいません。" in page.text
        assert [page.fields[f"lines-{index}-description"] for index in range(5)] == [f"品物{n}" for n in range(5)]
        assert page.fields["title"] == "まだ保存しない"
        draft.refresh_from_db()
        assert (draft.version, draft.lines.count()) == (before, 1)

    def test_are_told_while_typing(self, at_supplier, draft):
        typed = at_supplier.read("invoices:edit", draft.pk).fields | _rows(5 + ROWS_BEYOND + 1)
        answer = at_supplier.send_in_passing("invoices:edit", draft.pk, data=typed | {"do": "live"})
        assert "送られた行のうち1行は読んでいません。" in answer.content.decode()


def test_deductions_that_are_not_read_are_told_too(at_supplier, draft):
    typed = at_supplier.read("invoices:edit", draft.pk).fields | {"deductions-count": "999999999", "do": "save"}
    typed |= {f"deductions-{index}-amount": "1" for index in range(DEDUCTIONS_MAX + ROWS_BEYOND + 3)}
    page = at_supplier.send("invoices:edit", draft.pk, data=typed)
    assert "控除は20行までです。送られた行のうち3行は読んでいません。" in page.text
    assert int(page.fields["deductions-count"]) == DEDUCTIONS_MAX + ROWS_BEYOND


@pytest.mark.parametrize("text", ["\n" * 1_000_000, "\t" * 1_000_000, "\r\n" * 500_000, '"' + "\n" * 1_000_000])
def test_a_million_blank_cells_are_nothing_to_paste(text):
    begun = time.thread_time()
    table, more = cells_of(text)
    assert (sum(len(row) for row in table if any(row)), more) == (0 if text[0] != '"' else 1, 0)
    assert time.thread_time() - begun < 10


def test_of_a_table_only_so_many_rows_and_cells_are_cleaned_as_an_invoice_may_have():
    table, more = cells_of("\n".join(["品物\t" * 1_000] * (LINES_MAX + 500)))
    assert (len(table), more) == (LINES_MAX + 1, 499)
    assert len(table[0]) == pasting._WIDTH_MAX
    table, more = cells_of("あ" * 1_000_000)
    assert (len(table[0][0]), more) == (CELL_MAX, 0)


def test_blanks_in_the_middle_of_a_cell_hold_nobody_up(at_supplier, draft):
    fields = at_supplier.read("invoices:edit", draft.pk).fields
    begun = time.thread_time()
    data = fields | {"do": "paste-0-description", "pasted": "x" + " " * 1_000_000 + "y"}
    response = at_supplier.client.post(at_supplier.address("invoices:edit", draft.pk), data)
    assert response.json()["said"] == "1行を貼り付けました。"
    assert response.json()["cells"] == [[0, "description", "x"]]
    assert time.thread_time() - begun < 10
