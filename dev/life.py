"""Draw the life of an invoice from the table of the workflow: docs/images/life.svg.

    python dev/life.py [--check] [--out FILE]

Where a status stands in the picture is said here; which arrows there are, and whose they are, says the table. With
--check nothing is written, and the command fails when the picture is not what the table gives.
"""

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import django
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
if not apps.ready:
    django.setup()

from dev import svg  # noqa: E402
from invoices.enums import Action, Status  # noqa: E402
from invoices.lifecycle.workflow import TABLE, Row  # noqa: E402

PICTURE = "docs/images/life.svg"
WIDTH, HEIGHT = 1290, 466
BOX_WIDTH, BOX_HEIGHT = 112, 50
LABEL, LINE = 11, 14
"""Size and distance of the lines beside an arrow."""
PAIR = 14
"""How far an arrow and the one that runs back lie from the middle."""


class Who(Enum):
    """Whose step it is: the colour of the arrow, and the words of the legend."""

    SUPPLIER = "#0b57a4", "supplier"
    DEPARTMENT = "#1a7442", "department"
    ACCOUNTING = "#a04b00", "accounting office"
    PORTAL = "#5a5f6b", "the portal itself"

    @property
    def colour(self) -> str:
        return self.value[0]

    @property
    def words(self) -> str:
        return self.value[1]


PERMISSIONS = {
    "is_issuer": Who.SUPPLIER,
    "is_reviewer": Who.DEPARTMENT,
    "may_reroute": Who.DEPARTMENT,
    "may_keep_paper": Who.DEPARTMENT,
    "is_accountant": Who.ACCOUNTING,
    "is_system": Who.PORTAL,
}
PLACES = {
    Status.SCHEDULED: (150, 110),
    Status.DRAFT: (150, 270),
    Status.SENT: (410, 270),
    Status.UNOPENED: (600, 270),
    Status.OPENED: (800, 270),
    Status.ACCEPTED: (1010, 270),
    Status.PAID: (1210, 270),
    Status.CANCELLED: (505, 420),
    Status.RETURNED: (800, 420),
}
NEVER = {(Action.TAKE_OVER, Status.PAID, Status.ACCEPTED)}
"""What the rows would let through and no invoice does: only an entry makes something unsettled that was settled."""
NEW_DRAFT, ON_PAPER = (40, 270), (672, 400)
"""The two points where a life begins."""


@dataclass(frozen=True, slots=True)
class Move:
    """One step from one status; more of them may share an arrow."""

    action: Action
    who: Who


def moves() -> dict[tuple[Status, Status], list[Move]]:
    """What the table says, by where it starts and where it leads; not the steps that begin a new draft."""
    found: dict[tuple[Status, Status], list[Move]] = defaultdict(list)
    for action, row in TABLE.items():
        for start in row.from_statuses:
            for end in row.ends:
                # What is settled already is not settled anew.
                if not (row.unsettled and start == end == row.to) and (action, start, end) not in NEVER:
                    found[start, end].append(Move(action, whose(row, start)))
    return found


def whose(row: Row, start: Status) -> Who:
    """Who takes a step.

    Raises:
        SystemExit: the table asks for a permission that this file does not know.
    """
    name = row.permitted.__name__
    if name == "may_issue":
        return Who.PORTAL if start == Status.SCHEDULED else Who.SUPPLIER
    if name not in PERMISSIONS:
        sys.exit(f"dev/life.py does not know whose permission {name} is; add it to PERMISSIONS.")
    return PERMISSIONS[name]


def draw() -> str:
    """The picture as SVG."""
    arrows = moves()
    parts = [
        *_begin(NEW_DRAFT, Status.DRAFT),
        *_begin(ON_PAPER, Status.OPENED),
        *_label([Move(Action.RECORD_PAPER, Who.DEPARTMENT)], ON_PAPER[0], ON_PAPER[1] + 20, "middle"),
    ]
    for (start, end), taken in arrows.items():
        if start == end:
            parts += _loop(start, taken)
        else:
            parts += _arrow(start, end, taken, back=(end, start) in arrows)
    parts += [part for status in PLACES for part in _box(status)]
    parts += _legend()
    title = "The life of an invoice: its statuses, and the steps between them"
    return svg.picture(WIDTH, HEIGHT, title, parts, [who.colour for who in Who])


def _box(status: Status) -> Iterator[str]:
    x, y = PLACES[status]
    yield svg.box(x - BOX_WIDTH / 2, y - BOX_HEIGHT / 2, BOX_WIDTH, BOX_HEIGHT, "#eef3fb", "#8aa4cf")
    yield svg.text(x, y - 3, status.value, size=14, weight=600)
    yield svg.text(x, y + 15, str(status.label), size=12, fill=svg.QUIET)


def _begin(place: tuple[int, int], status: Status) -> Iterator[str]:
    (x, y), (goal, level) = place, PLACES[status]
    yield f'<circle cx="{x}" cy="{y}" r="6" fill="{svg.INK}"/>'
    if y == level:
        yield svg.path(f"M{x} {y}H{goal - BOX_WIDTH / 2}", Who.SUPPLIER.colour)
    else:
        yield svg.path(f"M{x} {y}L{goal - BOX_WIDTH / 2 + 14} {level + BOX_HEIGHT / 2}", Who.DEPARTMENT.colour)


def _loop(status: Status, taken: list[Move]) -> Iterator[str]:
    """A step after which the invoice stands where it stood."""
    x, y = PLACES[status]
    top = y - BOX_HEIGHT / 2
    way = f"M{x - 20} {top}C{x - 26} {top - 36} {x + 26} {top - 36} {x + 20} {top}"
    yield svg.path(way, taken[0].who.colour)
    for number, move in enumerate(reversed(taken)):
        words = f"{move.action.value} {move.action.label}"
        yield svg.text(x, top - 34 - LINE * number, words, size=LABEL, fill=move.who.colour)


def _arrow(start: Status, end: Status, taken: list[Move], *, back: bool) -> Iterator[str]:
    (x, y), (goal, level) = PLACES[start], PLACES[end]
    colour = taken[0].who.colour
    if y == level:
        side = 1 if x < goal else -1
        at = y - (PAIR * side if back else 0)
        yield svg.path(f"M{x + side * BOX_WIDTH / 2} {at}H{goal - side * BOX_WIDTH / 2}", colour)
        above = at - 2 * LINE * len(taken) + 9
        yield from _label(taken, (x + goal) / 2, above if side > 0 or not back else at + LINE, "middle")
    elif x == goal:
        side = 1 if y < level else -1
        at = x + (PAIR * side if back else 0)
        yield svg.path(f"M{at} {y + side * BOX_HEIGHT / 2}V{level - side * BOX_HEIGHT / 2}", colour)
        top = (y + level) / 2 - LINE * (len(taken) - 1) - 2
        yield from _label(taken, at + 8 * side, top, "start" if side > 0 else "end")
    elif y < level and start == Status.SCHEDULED:
        begin = x + BOX_WIDTH / 2
        yield svg.path(f"M{begin} {y}C{goal - 40} {y} {goal} {y + 30} {goal} {level - BOX_HEIGHT / 2}", colour)
        yield from _label(taken, (begin + goal) / 2, y - LINE - 4, "middle")
    else:
        side = 1 if x < goal else -1
        begin, bottom = x + side * 14, y + BOX_HEIGHT / 2
        goal_x, top = goal - side * 24, level - BOX_HEIGHT / 2
        yield svg.path(f"M{begin} {bottom}L{goal_x} {top}", colour)
        middle = (begin + goal_x) / 2 - side * 10
        yield from _label(taken, middle, (bottom + top) / 2, "end" if side > 0 else "start")


def _label(taken: Iterable[Move], x: float, y: float, anchor: str) -> Iterator[str]:
    """The names of the steps, in the code's words and in those of the screens below them."""
    for number, move in enumerate(taken):
        top = y + 2 * LINE * number
        yield svg.text(x, top, move.action.value, size=LABEL, fill=move.who.colour, anchor=anchor, weight=600)
        yield svg.text(x, top + LINE - 1, str(move.action.label), size=LABEL, fill=move.who.colour, anchor=anchor)


def _legend() -> Iterator[str]:
    x = 24.0
    yield svg.text(x, 30, "Who takes the step:", size=12, fill=svg.QUIET, anchor="start")
    x += svg.text_width("Who takes the step:", 12) + 8
    for who in Who:
        yield svg.path(f"M{x:.1f} 26h26", who.colour, width=2)
        yield svg.text(x + 32, 30, who.words, size=12, fill=who.colour, anchor="start")
        x += 32 + svg.text_width(who.words, 12) + 18


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the life of an invoice.")
    parser.add_argument("--out", type=Path, default=ROOT / PICTURE, help=f"where to draw (default: {PICTURE})")
    parser.add_argument("--check", action="store_true", help="only see whether the picture is up to date")
    options = parser.parse_args()
    drawn = draw()
    if not options.check:
        options.out.write_text(drawn, encoding="utf-8")
    elif not options.out.exists() or options.out.read_text(encoding="utf-8") != drawn:
        sys.exit(f"{options.out.name} is not up to date; run `make rooms`.")


if __name__ == "__main__":
    main()
