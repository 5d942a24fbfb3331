"""The picture of the rooms: floors from the top to the ground, arrows that run down between them.

An arrow that follows from others is left out: where a imports b and b imports c, an arrow from a to c says nothing new.
Arrows that run upward or in a circle are always drawn, in red. The same rooms give the same bytes.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from dev import svg
from dev.rooms_layout import BAND_PADDING, BOX_HEIGHT, MARGIN, Arrow, Item, Layout, Room, connected, telling

DRIFT = 0.1
"""A size may differ from the one in the picture by this share, or by DRIFT_LINES, before the picture is out of date."""
DRIFT_LINES = 30

LABELS = 132
GREY, RED = "#6b7687", "#c8102e"
COLOURS = {
    "portal": ("#f3eefb", "#b9a3e3"),
    "invoices": ("#e9f1fe", "#9db9ea"),
    "suppliers": ("#e8f5ec", "#93c7a4"),
    "accounts": ("#fdf3e3", "#dfba7a"),
    "portal.lib": ("#efefef", "#b3b3b3"),
}
"""Of the ground of each band, and of the edges of its boxes."""
Ports = dict[tuple[str, str], float]


def draw(rooms: Sequence[Room], arrows: Sequence[Arrow]) -> str:
    """The picture as SVG."""
    layout = Layout(rooms, arrows)
    inner = layout.width
    total = sum(room.lines for room in rooms)
    width = MARGIN * 2 + LABELS + inner + BAND_PADDING
    left = MARGIN + LABELS
    for item in (item for row in layout.rows for item in row):
        item.x += left
    parts = [*_bands(layout, rooms, width, total), *_arrows(layout), *_boxes(layout)]
    bottom = layout.top(layout.rows[-1][0]) + BOX_HEIGHT + BAND_PADDING
    words = [
        "An arrow leads from a room to one that it imports; what follows from other arrows is left out.",
        "Red: an import that runs upward, or in a circle. The wider a box, the more lines it has.",
    ]
    parts += [
        svg.text(MARGIN, bottom + 26 + 18 * n, line, size=12, fill=svg.QUIET, anchor="start")
        for n, line in enumerate(words)
    ]
    return svg.picture(
        width,
        bottom + 60,
        f"The rooms of Madoguchi and the imports between them: {total:,} lines of Python",
        parts,
        (GREY, RED),
    )


def _bands(layout: Layout, rooms: Sequence[Room], width: float, total: int) -> Iterable[str]:
    for name, group in groupby(layout.rows, key=layout.band):
        rows = list(group)
        top, bottom = layout.top(rows[0][0]) - BAND_PADDING, layout.top(rows[-1][0]) + BOX_HEIGHT + BAND_PADDING
        lines = sum(room.lines for room in rooms if room.band == name)
        yield svg.box(MARGIN, top, width - 2 * MARGIN, bottom - top, COLOURS[name][0])
        yield svg.text(MARGIN + 14, top + 28, name, size=15, anchor="start", weight=700)
        yield svg.text(MARGIN + 14, top + 46, f"{lines:,} lines", size=12, fill=svg.QUIET, anchor="start")
        yield svg.text(MARGIN + 14, top + 62, f"{lines / total:.0%}", size=12, fill=svg.QUIET, anchor="start")


def _boxes(layout: Layout) -> Iterable[str]:
    for name, room in layout.rooms.items():
        item = layout.items[name]
        x, y = item.x - item.width / 2, layout.top(item)
        stroke = COLOURS[room.band][1]
        yield svg.box(x, y, item.width, BOX_HEIGHT, svg.PAPER, stroke, room=name, lines=room.lines)
        yield svg.text(item.x, y + 19, room.label, weight=600)
        yield svg.text(item.x, y + 35, f"{room.lines:,} lines", size=11, fill=svg.QUIET)


def _arrows(layout: Layout) -> Iterable[str]:
    leaving, arriving = _ports(layout)
    for arrow in layout.arrows:
        pair = (arrow.start, arrow.end)
        start, end = layout.items[arrow.start], layout.items[arrow.end]
        if start.row < end.row:
            way = _downward(layout, layout.ways[pair], leaving[pair], arriving[pair])
        elif start.row == end.row:
            way = _sideways(layout, start, end)
        else:
            y, goal = layout.top(start), layout.top(end) + BOX_HEIGHT
            way = (
                f"M{start.x:.1f} {y:.1f}C{start.x:.1f} {y - 30:.1f} {end.x:.1f} {goal + 30:.1f} {end.x:.1f} {goal:.1f}"
            )
        colour = RED if arrow.wrong else GREY
        yield svg.path(way, colour, width=1.8 if arrow.wrong else 1.3, start=arrow.start, end=arrow.end)


def _ports(layout: Layout) -> tuple[Ports, Ports]:
    """Where on the edges of their boxes arrows begin and end, so that those of one box do not cross."""
    leaving: Ports = {}
    arriving: Ports = {}
    for ports, own, next_to in ((leaving, 0, 1), (arriving, -1, -2)):
        pairs = sorted(layout.ways, key=lambda pair: (layout.ways[pair][own].name, layout.ways[pair][next_to].x, pair))
        for _name, group in groupby(pairs, key=lambda pair: layout.ways[pair][own].name):
            members = list(group)
            for number, pair in enumerate(members):
                item = layout.ways[pair][own]
                ports[pair] = item.x + item.width * 0.7 * ((number + 1) / (len(members) + 1) - 0.5)
    return leaving, arriving


def _downward(layout: Layout, way: Sequence[Item], leaving: float, arriving: float) -> str:
    x, y = leaving, layout.top(way[0]) + BOX_HEIGHT
    steps = [f"M{x:.1f} {y:.1f}"]
    for item in way[1:]:
        goal, top = (arriving if item is way[-1] else item.x), layout.top(item)
        middle = (y + top) / 2
        steps.append(f"C{x:.1f} {middle:.1f} {goal:.1f} {middle:.1f} {goal:.1f} {top:.1f}")
        x, y = goal, top
        if item is not way[-1]:
            y = top + BOX_HEIGHT
            steps.append(f"V{y:.1f}")
    return "".join(steps)


def _sideways(layout: Layout, start: Item, end: Item) -> str:
    """Between neighbours straight across, and over the heads of what stands between."""
    row = layout.rows[start.row]
    right = 1 if start.x < end.x else -1
    top = layout.top(start)
    if abs(row.index(start) - row.index(end)) == 1:
        y = top + BOX_HEIGHT / 2 - 7 * right
        return f"M{start.x + right * start.width / 2:.1f} {y:.1f}H{end.x - right * end.width / 2:.1f}"
    y = top if right > 0 else top + BOX_HEIGHT
    bend = y - 26 * right
    begin, goal = start.x + right * start.width / 4, end.x - right * end.width / 4
    return f"M{begin:.1f} {y:.1f}C{begin:.1f} {bend:.1f} {goal:.1f} {bend:.1f} {goal:.1f} {y:.1f}"


def differences(drawn: str, rooms: Sequence[Room], arrows: Sequence[Arrow]) -> list[str]:
    """What a drawn picture says otherwise than the code, in words; empty when it is up to date."""
    lines = {name: int(number) for name, number in re.findall(r'data-room="([^"]+)" data-lines="(\d+)"', drawn)}
    ways = set(re.findall(r'data-start="([^"]+)" data-end="([^"]+)"', drawn))
    present = {room.name: room.lines for room in connected(rooms, arrows)}
    wanted = {(arrow.start, arrow.end) for arrow in telling(arrows)}
    found = [f"{name} is not drawn" for name in sorted(present.keys() - lines.keys())]
    found += [f"{name} is drawn, but no longer there" for name in sorted(lines.keys() - present.keys())]
    found += [
        f"{name} has {present[name]} lines, and is drawn with {lines[name]}"
        for name in sorted(present.keys() & lines.keys())
        if abs(present[name] - lines[name]) > max(DRIFT_LINES, DRIFT * lines[name])
    ]
    found += [f"the arrow from {start} to {end} is not drawn" for start, end in sorted(wanted - ways)]
    found += [f"the arrow from {start} to {end} no longer belongs there" for start, end in sorted(ways - wanted)]
    return found
