"""Rows that were copied in a spreadsheet and pasted into the lines."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from invoices.enums import LineKind, PriceMode, Reduction
from invoices.lifecycle.draft_input import LINES_MAX
from invoices.web.supplier.forms.base import Row
from invoices.web.supplier.forms.choices import Rates
from invoices.web.supplier.forms.draft import DraftForms
from invoices.web.supplier.forms.headings import Heading, heading_of
from invoices.web.supplier.forms.rows import CELL_MAX, next_line, rate_day
from portal.lib.errors import InputError
from portal.lib.periods import parse_period
from portal.lib.text import cut, with_line_feeds
from portal.lib.yen import parse_decimal

COLUMNS = ("date", "description", "quantity", "unit", "unit_price", "rate")
"""The columns of the lines as the page shows them; what folds away below the description may stand to their right."""
_LEAST_OF_A_TABLE = 3
"""Of so many columns a row with a description alone is a heading; of fewer, nothing can be told from what is blank."""
_WIDTH_MAX = 50
"""Cells of a row that are read: more than any table of lines has."""
_REDUCTIONS = {str(kind.label): kind.value for kind in Reduction if kind}

_TEXT_DECIMALS = 40


def after_paste(forms: DraftForms, do: str, text: str) -> tuple[DraftForms, str]:
    """The page after `paste-3-quantity`: the cells fill the lines from there to the right and down.

    Cells are taken as if they had been typed: full-width digits, any spelling of a date, the name of a rate. What
    cannot be read stays and is told. A heading row is no line; it says which column is which, in any order. Lines are
    added up to the limit; one that was blank takes over from the line above what a new line does. In a table, a row
    with a description alone becomes a heading, and a blank one stays blank. Without a heading row, 返品, 値引 or 割戻
    and the day or period of the earlier sale are found to the right of the rate by what they are.

    Returns:
        The page, and the words that say what was done.
    """
    _verb, index_text, column = (*do.split("-", 2), "", "")[:3]
    index = int(index_text) if index_text.isascii() and index_text.isdecimal() and len(index_text) < 5 else -1
    table, more = cells_of(text)
    if column not in COLUMNS or not 0 <= index < len(forms.rows) or not table:
        return forms, ""
    heading = heading_of(table[0]) if len(table) > 1 else None
    names: Sequence[str] = COLUMNS[COLUMNS.index(column) :]
    if heading:
        names, table = heading.columns, table[1:]
    taken = table[: max(LINES_MAX - index, 0)]
    rows = _filled(forms, index, names, taken)
    words = _said(len(taken), len(table) - len(taken) + more)
    words += _about_columns(forms, heading) if heading else _about_width(taken, len(names))
    return forms.with_rows(rows, forms.deduction_rows), words


def _filled(forms: DraftForms, index: int, names: Sequence[str], table: Sequence[Sequence[str]]) -> list[Row]:
    """The rows of the page with these cells from a line on. `names` are the fields by column; one may be empty."""
    rows = [dict(row) for row in forms.rows]
    rows += ({} for _n in range(index + len(table) - len(rows)))
    rates = Rates()
    for at, cells in enumerate(table, start=index):
        row = rows[at]
        if at and not any(value.strip() for name, value in row.items() if name != "kind"):
            row |= next_line(rows[at - 1])
        pasted = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        if len(cells) >= len(names):
            pasted |= _refund(cells[len(names) :])
        row |= pasted
        if "rate" in pasted:
            row["rate"] = rates.named(row["rate"], rate_day(row))
        if "reduction" in pasted:
            row["reduction"] = _REDUCTIONS.get(row["reduction"], row["reduction"])
        if len(cells) >= _LEAST_OF_A_TABLE:
            rows[at] = _without_figures(row, pasted)
    return rows


def cells_of(text: str) -> tuple[list[list[str]], int]:
    """What a spreadsheet copies: rows of cells between tabs; quoted where a cell holds a tab, a line break or a quote.

    A line break within a cell becomes a space. Blank rows at the end are left out.

    Returns:
        A heading and as many rows as an invoice may have, and how many there are besides.
    """
    text = text.replace("\0", "").removeprefix("\ufeff")
    try:
        return _first_rows(csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True))
    except csv.Error:  # a text that only begins with a quote
        return _first_rows(line.split("\t") for line in with_line_feeds(text).split("\n"))


def _first_rows(rows: Iterable[Sequence[str]]) -> tuple[list[list[str]], int]:
    table: list[list[str]] = []
    written = 0
    for number, row in enumerate(rows, start=1):
        if any(map(str.strip, row)):
            written = number
        if number <= LINES_MAX + 1:
            table.append([_in_one_line(cut(cell, CELL_MAX)) for cell in row[:_WIDTH_MAX]])
    return table[:written], max(written - len(table), 0)


def _in_one_line(cell: str) -> str:
    return " ".join(filter(None, map(str.strip, with_line_feeds(cell).split("\n"))))


def _without_figures(row: Row, pasted: Row) -> Row:
    """The row as a heading or a blank one, if nothing but a description or nothing at all was pasted into it."""
    others = [name for name, value in row.items() if value.strip() and name not in ("kind", "date", "rate", *pasted)]
    written = [name for name, value in pasted.items() if value]
    if others or written not in ([], ["description"]) or "description" not in pasted:
        return row
    kind = LineKind.HEADING if written else LineKind.BLANK
    return {"kind": kind.value, "description": row["description"]}


def _refund(cells: Sequence[str]) -> Row:
    """What cells to the right of the rate say about a refund: its kind, and when was sold what it takes back."""
    found: Row = {}
    for cell in cells:
        if cell in _REDUCTIONS:
            found["reduction"] = cell
        elif _is_period(cell) and ("reduction" in found or not _is_number(cell)):
            found["original_date"] = cell
    return found


def _is_period(text: str) -> bool:
    try:
        return bool(parse_period(text))
    except InputError:
        return False


def _is_number(text: str) -> bool:
    try:
        return parse_decimal(text, max_decimals=_TEXT_DECIMALS) is not None
    except InputError:
        return False


def _said(taken: int, left: int) -> str:
    said = _("%(count)d行を貼り付けました。") % {"count": taken}
    if left:
        words = _("明細は%(max)d行までのため、残りの%(count)d行は貼り付けていません。別の書類に分けてください。")
        said += words % {"max": LINES_MAX, "count": left}
    return said


def _about_width(table: Sequence[Sequence[str]], columns: int) -> str:
    if any(len([cell for cell in row[columns:] if cell]) > len(_refund(row[columns:])) for row in table):
        return _("税区分より右の列は貼り付けていません。金額は計算されます。")
    return ""


def _about_columns(forms: DraftForms, heading: Heading) -> str:
    said = _("見出しの行に合わせて、列を並べました。")
    if heading.left_out:
        words = _("貼り付けていない列があります(%(names)s)。金額は計算されます。")
        said += words % {"names": "、".join(heading.left_out[:5])}
    if heading.says_inclusive and forms.head.data.get("price_mode") != PriceMode.INCLUSIVE:
        said += _("単価の見出しに「税込」とあります。「単価の税」の選択を確かめてください。")
    return said
