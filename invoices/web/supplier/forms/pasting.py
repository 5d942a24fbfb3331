"""Rows that were copied in a spreadsheet and pasted into the lines."""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

from invoices.enums import LineKind, Reduction
from invoices.lifecycle.draft_input import LINES_MAX
from invoices.web.supplier.forms.base import Row
from invoices.web.supplier.forms.choices import Choices, Rates
from invoices.web.supplier.forms.draft import DraftForms
from invoices.web.supplier.forms.rows import next_line, rate_day
from portal.lib.errors import InputError
from portal.lib.periods import parse_period
from portal.lib.yen import parse_decimal

COLUMNS = ("date", "description", "quantity", "unit", "unit_price", "rate")
"""The columns of the lines as the page shows them; what folds away below the description may stand to their right."""
_LEAST_OF_A_TABLE = 3
"""Of so many columns a row with a description alone is a heading; of fewer, nothing can be told from what is blank."""
_REDUCTIONS = {str(kind.label): kind.value for kind in Reduction if kind}

_TEXT_DECIMALS = 40
_BREAKS = re.compile(r"\s*[\r\n]+\s*")


def after_paste(forms: DraftForms, do: str, text: str) -> tuple[DraftForms, str]:
    """The page after `paste-3-quantity`: the cells fill the lines from there to the right and down.

    Cells are taken as if they had been typed: full-width digits, any spelling of a date, the name of a rate. What
    cannot be read stays and is told. Lines are added up to the limit; one that was blank takes over from the line above
    what a new line does. In a table, a row with a description alone becomes a heading, and a blank one stays blank.
    To the right of the rate, 返品, 値引 or 割戻 and the day or period of the earlier sale are found by what they are.

    Returns:
        The page, and the words that say what was done.
    """
    _verb, index_text, column = (*do.split("-", 2), "", "")[:3]
    index = int(index_text) if index_text.isascii() and index_text.isdecimal() and len(index_text) < 5 else -1
    table = cells_of(text)
    if column not in COLUMNS or not 0 <= index < len(forms.rows) or not table:
        return forms, ""
    names = COLUMNS[COLUMNS.index(column) :]
    taken = table[: max(LINES_MAX - index, 0)]
    rows = [dict(row) for row in forms.rows]
    rows += ({} for _n in range(index + len(taken) - len(rows)))
    rates = Rates()
    for at, cells in enumerate(taken, start=index):
        row = rows[at]
        if at and not any(value.strip() for name, value in row.items() if name != "kind"):
            row |= next_line(rows[at - 1])
        row |= dict(zip(names, cells, strict=False))
        if len(cells) >= len(names):
            row |= _refund(cells[len(names) :])
            row["rate"] = _rate(row["rate"], rates.on(rate_day(row)).choices)
        if len(cells) >= _LEAST_OF_A_TABLE:
            rows[at] = _without_figures(row, dict(zip(names, cells, strict=False)))
    return forms.with_rows(rows, forms.deduction_rows), _said(table, len(taken), len(names))


def cells_of(text: str) -> list[list[str]]:
    """What a spreadsheet copies: rows of cells between tabs; quoted where a cell holds a tab, a line break or a quote.

    A line break within a cell becomes a space. Blank rows at the end are left out.
    """
    text = text.replace("\0", "")
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True))
    except csv.Error:  # a text that only begins with a quote
        table = [line.split("\t") for line in re.split(r"\r\n|\r|\n", text)]
    table = [[_BREAKS.sub(" ", cell).strip() for cell in row] for row in table]
    while table and not any(table[-1]):
        table.pop()
    return table


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
            found["reduction"] = _REDUCTIONS[cell]
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


def _rate(text: str, choices: Choices) -> str:
    """The rate of this name: the whole of it, or the only one of the day that begins so; else the text as it is."""
    typed = _plain(text)
    of_the_day = [(value, label) for value, label in choices if value and not isinstance(label, list)]
    others = [choice for _heading, group in choices if isinstance(group, list) for choice in group]
    same = [value for value, label in of_the_day + others if _plain(label) == typed]
    alike = [value for value, label in of_the_day if _plain(label).startswith(typed)] if typed else []
    found: Sequence[str] = same or alike
    return found[0] if len(found) == 1 else text


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", str(text)).split())


def _said(table: Sequence[Sequence[str]], taken: int, columns: int) -> str:
    said = _("%(count)d行を貼り付けました。") % {"count": taken}
    if taken < len(table):
        words = _("明細は%(max)d行までのため、残りの%(count)d行は貼り付けていません。別の請求書に分けてください。")
        said += words % {"max": LINES_MAX, "count": len(table) - taken}
    if any(len([cell for cell in row[columns:] if cell]) > len(_refund(row[columns:])) for row in table):
        said += _("税区分より右の列は貼り付けていません。金額は計算されます。")
    return said
