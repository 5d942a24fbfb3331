"""Tables as lines of fixed-pitch text, padded to columns.

A row of this kind costs the layout engine a tenth of a table row, and its columns fit what stands in them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from invoices.documents.pdf import fonts

_GAP = 2
_GAP_TEXT = "\u3000"
_LOOK_BACK = 20  # an amount of twelve digits, its sign, its unit and a comma
_NOT_FIRST = frozenset(
    "、。・゛゜ヽヾゝゞ々ー」』】〉》〕‰円℃ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.)]}!?:;%※"
    "\uff0c\uff0e\uff09\uff3d\uff5d\uff01\uff1f\uff1a\uff1b\uff05"  # the full-width forms
)
_NOT_LAST = frozenset("「『【〈《〔¥$△([{\uff08\uff3b\uff5b\uffe5")
_WORD = re.compile("[0-9A-Za-z.,/+\uff10-\uff19\uff21-\uff3a\uff41-\uff5a-]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        figures: Set to the right.
        least: The column is never narrower, so that tables of small figures have air too.
        most: Longer text is folded; None for a column that is as wide as its longest text.
    """

    heading: str
    figures: bool = False
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """A table, ready to be printed in a fixed-pitch font with its white space kept.

    Attributes:
        heading: The lines of the heading.
        rows: Each row's text lines; a cell that does not fit its column is folded.
        elastic: How wide the column became that takes what the others leave.
    """

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    elastic: int


def lay_out(columns: Sequence[Column], cells: Sequence[Sequence[str]], *, width: int, elastic: int) -> Ledger:
    """Pad the cells so that every row is `width` half-width columns wide.

    Args:
        elastic: The index of the column that takes what the others leave; its text is folded to fit.
    """
    widths = [
        min(max(column.least, fonts.columns(column.heading), *map(fonts.columns, set(texts))), column.most or width)
        for column, texts in zip(columns, zip(*cells, strict=True) if cells else [()] * len(columns), strict=True)
    ]
    widths[elastic] = 0
    widths[elastic] = max(width - sum(widths) - _GAP * (len(columns) - 1), 2 * _GAP)
    heading = _row(columns, widths, [column.heading for column in columns])
    return Ledger(heading, tuple(_row(columns, widths, row) for row in cells), widths[elastic])


def fold(text: str, width: int) -> list[str]:
    """Cut `text` into lines of at most `width` columns, not within a number or word nor before a closing mark."""
    lines = []
    for paragraph in text.split("\n"):
        if fonts.columns(paragraph) <= width:
            lines.append(paragraph)
            continue
        rest = fonts.clusters(paragraph)
        while True:
            end = _fitting(rest, width)
            if end == len(rest):
                break
            end = _good_break(rest, end)
            lines.append("".join(rest[:end]).rstrip(" "))
            rest = rest[end:]
            while rest and rest[0] == " ":
                rest = rest[1:]
        lines.append("".join(rest))
    return lines


def _row(columns: Sequence[Column], widths: Sequence[int], cells: Sequence[str]) -> tuple[str, ...]:
    folded = [fold(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for number in range(max(map(len, folded))):
        parts = [
            pad(cell[number] if number < len(cell) else "", width, right=column.figures)
            for column, width, cell in zip(columns, widths, folded, strict=True)
        ]
        lines.append(_GAP_TEXT.join(parts).rstrip())
    return tuple(lines)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """`text` with the spaces that fill its columns, after it or, for figures, before it."""
    missing = width - fonts.columns(text)
    padding = "\u3000" * (missing // 2) + " " * (missing % 2)  # every glyph costs, so wide ones first
    return padding + text if right else text + padding


def _fitting(clusters: Sequence[str], width: int) -> int:
    """How many clusters fit, at least one."""
    used = 0
    for index, cluster in enumerate(clusters):
        used += fonts.columns(cluster)
        if used > width:
            return max(index, 1)
    return len(clusters)


def _good_break(clusters: Sequence[str], end: int) -> int:
    for candidate in range(end, max(end - _LOOK_BACK, 0), -1):
        before, after = clusters[candidate - 1][0], clusters[candidate][0]
        within_word = _WORD.match(before) and _WORD.match(after)
        if not within_word and after not in _NOT_FIRST and before not in _NOT_LAST:
            return candidate
    return end
