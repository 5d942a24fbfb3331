"""Pages on a grid: text lines of equal height and width, placed by count.

All text is set in a fixed-pitch font on lines of one height, so the application knows where everything ends before the
layout engine does. It breaks the pages itself: subtotals per page become possible, nothing can overlap, and the engine
has few and simple boxes to set, which is most of what a document costs.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate

ROWS = 49
"""Lines on a page; the style sheet has one class for each of them."""
COLUMNS = 116
"""Half-width columns of small print across a page."""
THIN, THICK = "thin", "thick"
PLAIN = ""
"""The style of running text."""
_BRIDGED = 2
"""Empty lines over which one run of text goes on; more would cost more than a new one."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of one style.

    Attributes:
        style: Class of the style sheet: its size, weight and colour.
        row: The line on which it begins.
        text: Its lines, broken already.
        image: Name of a picture that stands there in place of text.
        rule: A rule across the page at the top of its line, THIN or THICK, in place of text.
        leading: Lines of the grid that each of its lines takes, or that its picture takes.
        right: In the right half of the page.
    """

    style: str
    row: int
    text: str
    image: str = ""
    rule: str = ""
    leading: int = 1
    right: bool = False

    @property
    def joinable(self) -> bool:
        return self.leading == 1 and not self.image

    @property
    def end(self) -> int:
        """The first line of the grid below it."""
        return self.row + (1 if self.image else self.text.count("\n") + 1) * self.leading


@dataclass(frozen=True, slots=True)
class Band:
    """Blocks that stay together on one page, and how many lines they take."""

    blocks: tuple[Block, ...] = ()
    height: int = 0


EMPTY = Band()


def text(style: str, lines: Sequence[str], *, leading: int = 1, right: bool = False) -> Band:
    """Lines of one style; none at all take no room.

    Args:
        leading: Lines of the grid that each of them takes.
        right: In the right half of the page.
    """
    if not lines:
        return EMPTY
    return Band((Block(style, 0, "\n".join(lines), leading=leading, right=right),), len(lines) * leading)


def rules(weight: str, rows: Iterable[int]) -> Band:
    """Rules across the page, above the lines that are named; they take no room."""
    return Band(tuple(Block("", row, "", rule=weight) for row in rows))


def heading_of_table(lines: Sequence[str]) -> Band:
    return beside(text("strong", lines), rules(THICK, [len(lines)]))


def sum_of_table(lines: Sequence[str]) -> Band:
    return beside(text("strong", lines), rules(THICK, [0]))


def table(rows: Sequence[Sequence[str]]) -> Band:
    """Rows of text lines with a thin rule between them."""
    ends = list(accumulate(len(lines) for lines in rows))
    return beside(text(PLAIN, [line for lines in rows for line in lines]), rules(THIN, ends[:-1]))


def picture(style: str, name: str, rows: int) -> Band:
    """A picture beside other blocks, which end below it."""
    return Band((Block(style, 0, "", image=name, leading=rows),), rows)


def gap(rows: int = 1) -> Band:
    return Band((), rows)


def stack(*bands: Band) -> Band:
    """One below the other."""
    blocks: list[Block] = []
    height = 0
    for band in bands:
        blocks += (replace(block, row=block.row + height) for block in band.blocks)
        height += band.height
    return Band(tuple(blocks), height)


def beside(*bands: Band) -> Band:
    """On the same lines; their styles keep them apart."""
    return Band(
        tuple(block for band in bands for block in band.blocks), max((band.height for band in bands), default=0)
    )


def split(band: Band, rows: int) -> tuple[Band, Band]:
    """Cut a band below its first lines, as many of `rows` as can be without cutting through a line or a picture."""
    cut = next((row for row in range(rows, 0, -1) if not any(_runs_through(block, row) for block in band.blocks)), rows)
    above: list[Block] = []
    below: list[Block] = []
    for block in band.blocks:
        if block.rule or block.image:
            part = above if block.row < cut or (block.rule and block.row == cut) else below
            part.append(block)
            continue
        lines = block.text.split("\n")
        fitting = max(cut - block.row, 0) // block.leading
        if lines[:fitting]:
            above.append(replace(block, text="\n".join(lines[:fitting])))
        if lines[fitting:]:
            rest = "\n".join(lines[fitting:])
            below.append(replace(block, text=rest, row=block.row + fitting * block.leading))
    moved = tuple(replace(block, row=max(block.row - cut, 0)) for block in below)
    return Band(tuple(above), cut), Band(moved, band.height - cut)


def _runs_through(block: Block, row: int) -> bool:
    """Whether a line of the grid above `row` and the one below belong to one line, or one picture, of the block."""
    return not block.rule and block.row < row < block.end and (row - block.row) % block.leading != 0


def runs(blocks: Iterable[Block]) -> list[list[Block]]:
    """Blocks of a page that can be set in one go: of one half of the page, in one line height, one below the other.

    What a document costs grows with what the engine has to place, much less with how often the style changes in it.
    """
    found: list[list[Block]] = []
    last: dict[bool, int] = {}
    for block in blocks:
        number, beside_it = last.get(block.right, -1), last.get(not block.right, -1)
        # What began beside the run and ends above this block is to be read before it.
        parted = beside_it > number and found[beside_it][-1].end <= block.row
        if number >= 0 and not parted and _goes_on(found[number][-1], block):
            found[number].append(block)
            continue
        found.append([block])
        if not block.image:
            last[block.right] = len(found) - 1
    return found


def _goes_on(above: Block, below: Block) -> bool:
    return above.joinable and below.joinable and 0 <= below.row - above.end <= _BRIDGED


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table that runs over pages.

    Attributes:
        lines: Its text lines, padded to the table's columns.
        amount: What it adds to the subtotal of its page; None for a row that is a sum itself.
        notes: What explains its marks, told below the table on each page that has them.
    """

    lines: tuple[str, ...]
    amount: int | Decimal | None = None
    notes: tuple[str, ...] = ()


class Sheets:
    """The pages of a document while they are filled."""

    def __init__(self) -> None:
        self.row = 0
        self._end = ROWS
        self._pages: list[list[Block]] = [[]]
        self._ends: list[list[Block]] = [[]]

    @property
    def pages(self) -> list[list[Block]]:
        """The blocks of each page, in the order in which they are to be read."""
        return [[*page, *end] for page, end in zip(self._pages, self._ends, strict=True)]

    @property
    def room(self) -> int:
        """Lines that are left on this page."""
        return self._end - self.row

    def turn(self) -> None:
        """Begin the next page."""
        self._pages.append([])
        self._ends.append([])
        self.row, self._end = 0, ROWS

    def place(self, *bands: Band) -> None:
        """Set bands one below the other: here, or on the next page if they do not fit.

        If no page holds them together, the page may turn between them; one that fits no page is cut between its lines.
        """
        whole = stack(*bands)
        for band in [whole] if whole.height <= ROWS else bands:
            self._place(band)

    def place_at_end(self, band: Band) -> None:
        """Set a band on the last lines of this page; what comes after it fills the lines before it."""
        self._end -= band.height
        self._set(band, self._end, self._ends)

    def _set(self, band: Band, row: int, pages: list[list[Block]]) -> None:
        pages[-1] += (replace(block, row=block.row + row) for block in band.blocks)

    def _place(self, band: Band) -> None:
        if band.height > self.room and self.row > 0:
            self.turn()
        while band.height > self.room:
            above, band = split(band, self.room)
            self._set(above, self.row, self._pages)
            self.turn()
        self._set(band, self.row, self._pages)
        self.row += band.height


def height_of_table(heading: Sequence[str], rows: Sequence[Row]) -> int:
    """How many lines a table takes that fits on its page, with the line below it that explains its marks."""
    return len(heading) + sum(len(row.lines) for row in rows) + bool(_notes(rows))


def pour(sheets: Sheets, heading: Sequence[str], rows: Sequence[Row], subtotal: Callable[[int | Decimal], str]) -> None:
    """Set a table from here over as many pages as it needs, its heading on each, and what explains its marks below.

    Args:
        subtotal: Gives the row for the sum of a page, at the foot of each where the table does not fit here.
    """
    waiting = list(rows)
    if not waiting:
        return
    needed, around = height_of_table(heading, waiting), len(heading) + bool(_notes(waiting))
    if needed > sheets.room and sheets.room < around + 2 + len(waiting[0].lines) and sheets.row > 0:
        sheets.turn()
    in_parts = needed > sheets.room
    while waiting:
        taken = _taken(waiting, sheets.room - around - in_parts)
        sheets.place(heading_of_table(heading))
        sheets.place(table([row.lines for row in waiting[:taken]]))
        if in_parts:
            amount = sum(row.amount or 0 for row in waiting[:taken])
            sheets.place(sum_of_table([subtotal(amount)]))
        else:
            sheets.place(rules(THICK, [0]))
        notes = _notes(waiting[:taken])
        sheets.place(text("quiet", [notes] if notes else []))
        waiting = waiting[taken:]
        if waiting:
            sheets.turn()


def _notes(rows: Iterable[Row]) -> str:
    return "".join(dict.fromkeys(note for row in rows for note in row.notes))


def _taken(rows: Sequence[Row], room: int) -> int:
    """How many rows fit, at least one. A sum is not the first on its page: the row above it goes with it."""
    used = 0
    for count, row in enumerate(rows):
        used += len(row.lines)
        if used > room:
            return max(count - (row.amount is None and count > 1), 1)
    return len(rows)
