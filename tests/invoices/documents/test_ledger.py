"""Columns of fixed-pitch text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.documents.pdf import fonts
from invoices.documents.pdf.ledger import Column, fold, lay_out

# What forms let through, with what makes widths hard: half and full width, rare characters, variation selectors.
TEXT = st.text(st.sampled_from("aZ09 .,-(株式会社あアｱ、。「」ー%※①é²⓪𠮷髙\U000e0101"), max_size=60)


def test_figures_end_in_one_line_and_words_begin_in_one():
    table = lay_out(
        (Column("品名"), Column("金額", figures=True)),
        [("鉛筆", "1,620"), ("ボールペン", "△24,348")],
        width=22,
        elastic=0,
    )
    lines = [*table.heading, *(line for row in table.rows for line in row)]
    assert [line.replace("\u3000", "  ") for line in lines] == [
        "品名              金額",
        "鉛筆             1,620",
        "ボールペン    △24,348",
    ]


@given(st.lists(st.tuples(TEXT, TEXT, st.from_regex(r"[0-9]{1,12}", fullmatch=True)), min_size=1, max_size=4))
def test_no_row_is_wider_than_the_page_and_nothing_is_lost(cells):
    columns = (Column("品名"), Column("単位", most=10), Column("金額", figures=True))
    table = lay_out(columns, cells, width=60, elastic=0)
    for row, texts in zip(table.rows, cells, strict=True):
        assert max(map(fonts.columns, row)) <= 60
        assert sorted("".join("".join(row).split())) == sorted("".join("".join(texts).split()))


@given(TEXT, st.integers(2, 30))
def test_folded_lines_fit_and_hold_the_text_in_order(text, width):
    lines = fold(text, width)
    assert all(fonts.columns(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("会場の設営、撤去", ["会場の", "設営、", "撤去"]),
        ("会場設(仮設)", ["会場設", "(仮設)"]),
        ("定規 30cm", ["定規", "30cm"]),
        ("鉛筆\n削り", ["鉛筆", "削り"]),
        ("12345678", ["123456", "78"]),
    ],
)
def test_lines_break_where_a_reader_expects_it(text, lines):
    assert fold(text, 6) == lines


@pytest.mark.parametrize("width", range(24, 60))
def test_an_amount_with_its_sign_and_unit_is_never_broken(width):
    amounts = ["△999,999,999,999円", "12,345円", "△888,888,888,888円", "△7円"]
    lines = fold("、".join(f"控除 {amount}" for amount in amounts), width)
    assert [sum(amount in line for line in lines) for amount in amounts] == [1, 1, 1, 1]
    assert not any(line.startswith("、") for line in lines)
