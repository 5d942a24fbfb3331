"""Tables as CSV: read by Excel in Japan, and never as formulas."""

import csv
import io

import pytest

from portal.lib.csv import BOM, cell, csv_response, lines


@pytest.mark.parametrize(
    "dangerous", ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A"]
)
def test_no_cell_is_a_formula(dangerous):
    assert cell(dangerous) == f"'{dangerous}"


@pytest.mark.parametrize(("value", "text"), [(None, ""), ("事業者A", "事業者A"), (5, "5"), ("a=b", "a=b")])
def test_everything_else_is_as_it_is(value, text):
    assert cell(value) == text


def test_a_table_comes_back_as_it_went_out():
    rows = [["日時", "対象"], ["2026-11-01", 'コンマ, 引用符" と\n改行']]
    text = "".join(lines(rows))
    assert text.startswith(BOM)
    assert list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""))) == rows


def test_it_is_saved_and_not_shown():
    response = csv_response([["a"]], "記録")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content) == "\ufeffa\r\n".encode()
