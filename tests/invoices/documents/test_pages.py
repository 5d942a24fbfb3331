"""A table that goes on over pages: every line once and in order, headings, page numbers and sums."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from dev.sample_documents import credit_note, line, snapshot
from tests.invoices.documents.printing import print_as
from tests.invoices.documents.reading import poppler_pages

COUNTS = [1, 2, 30, 300, 1000]
FORMS = ["standard", "cover", "credit_note", "draft"]
ROW = re.compile(r"品目([0-9]{4}) .* (△?[0-9,]+)$", re.MULTILINE)
PAGE_SUM = re.compile(r"このページの計\(税抜\) +(△?[0-9,]+)$", re.MULTILINE)

_pages: dict[tuple[str, int], list[str]] = {}


def pages(form: str, count: int) -> list[str]:
    if (form, count) not in _pages:
        lines = [line(f"品目{number:04d}", unit_price=str(100 + number)) for number in range(count)]
        if form == "credit_note":
            lines = [replace(row, amount=-row.amount, original_date=date(2026, 9, 30)) for row in lines]
            frozen = credit_note(lines=lines)
        else:
            frozen = snapshot(lines)
        _pages[form, count] = poppler_pages(print_as(form, frozen))
    return _pages[form, count]


def figure(text: str) -> int:
    return int(text.replace("△", "-").replace(",", ""))


def amount_of(form: str, number: int) -> int:
    return -(100 + number) if form == "credit_note" else 100 + number


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("count", COUNTS)
def test_every_line_is_there_once_and_in_order(form, count):
    rows = [row for page in pages(form, count) for row in ROW.findall(page)]
    assert [int(number) for number, _amount in rows] == list(range(count))
    assert [figure(amount) for _number, amount in rows] == [amount_of(form, number) for number in range(count)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("count", COUNTS)
def test_each_page_with_lines_has_one_heading_and_its_own_sum(form, count):
    printed = pages(form, count)
    with_lines = [page for page in printed if ROW.search(page)]
    for page in printed:
        assert page.count("品名") == (page in with_lines)
        sums = [figure(amount) for amount in PAGE_SUM.findall(page)]
        of_lines = sum(figure(amount) for _number, amount in ROW.findall(page))
        assert sums == ([of_lines] if page in with_lines and len(with_lines) > 1 else [])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("count", COUNTS)
def test_the_pages_are_numbered_through(form, count):
    printed = pages(form, count)
    for number, page in enumerate(printed, 1):
        assert page.rstrip().endswith(f"全{len(printed)}枚中{number}")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("count", COUNTS)
def test_no_page_is_left_empty_and_pages_between_are_full(form, count):
    lines_on = [len(ROW.findall(page)) for page in pages(form, count)]
    between = [rows for rows in lines_on if rows][1:-1]
    assert all(first == second for first, second in pairwise(between))
    per_row = 2 if form == "credit_note" else 1
    assert all(47 - per_row < rows * per_row <= 47 for rows in between)
    assert all(len(page.split()) > 10 for page in pages(form, count))


@pytest.mark.parametrize(
    ("form", "first_with_lines"), [("standard", 0), ("cover", 1), ("credit_note", 0), ("draft", 0)]
)
def test_the_lines_begin_where_the_layout_says(form, first_with_lines):
    assert [bool(ROW.search(page)) for page in pages(form, 300)].index(True) == first_with_lines


@pytest.mark.parametrize("form", FORMS)
def test_the_sums_per_rate_stand_on_the_first_page_alone(form):
    assert ["税率別内訳" in page for page in pages(form, 300)] == [True] + [False] * (len(pages(form, 300)) - 1)
