"""Where the boxes and arrows of the picture of the rooms stand.

Every floor is one row or more; an arrow that passes a row has a place in it like a box, so that it goes around boxes.
Rows are ordered so that few arrows cross, then everything is pulled towards what it is connected with.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from dev import svg

BOX_HEIGHT, ROW_GAP, BAND_PADDING, BAND_GAP = 42, 32, 16, 18
MARGIN = 16
PIXELS_PER_LINE, BOX_PADDING, BETWEEN, WAY_WIDTH = 0.13, 12, 36, 6
TURNS, PULLS, WEIGHT_OF_WAYS = 24, 60, 4
BANDS = ("portal", "invoices", "suppliers", "accounts", "portal.lib")


@dataclass(frozen=True, slots=True)
class Room:
    """One box.

    Attributes:
        name: As it is imported.
        lines: Of its own files, without its subrooms.
        place: Its floor in the house, and its floor within the app.
    """

    name: str
    lines: int
    place: tuple[int, int]

    @property
    def path(self) -> str:
        return self.name.replace(".", "/")

    @property
    def band(self) -> str:
        """The app whose colour it has."""
        return self.name if self.name in BANDS else self.name.partition(".")[0]

    @property
    def label(self) -> str:
        """What the box says: the path within the app."""
        return self.name if self.name in BANDS else self.name.removeprefix(f"{self.band}.").replace(".", "/")


@dataclass(frozen=True, slots=True)
class Arrow:
    """The imports of one room from another.

    Attributes:
        climbs: It breaks the order of the house.
        in_circle: There is a way back.
    """

    start: str
    end: str
    imports: int
    climbs: bool
    in_circle: bool

    @property
    def wrong(self) -> bool:
        return self.climbs or self.in_circle


@dataclass(slots=True)
class Item:
    """Something that has a place in a row: a room, or the way of an arrow that passes by."""

    name: str
    width: float
    row: int
    x: float = 0.0
    """Of its middle."""


def reachable(start: str, pairs: Iterable[tuple[str, str]]) -> set[str]:
    """What can be reached by following arrows; the start itself only if there is a way back."""
    onward: dict[str, list[str]] = defaultdict(list)
    for one, other in pairs:
        onward[one].append(other)
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for name in onward[waiting.pop()]:
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen


def telling(arrows: Sequence[Arrow]) -> list[Arrow]:
    """The arrows that are drawn: all wrong ones, and of the others those that do not follow from the rest."""
    pairs = {(arrow.start, arrow.end) for arrow in arrows}
    for arrow in arrows:
        pair = (arrow.start, arrow.end)
        if not arrow.wrong and arrow.end in reachable(arrow.start, pairs - {pair}):
            pairs.remove(pair)
    return [arrow for arrow in arrows if (arrow.start, arrow.end) in pairs]


def connected(rooms: Sequence[Room], arrows: Sequence[Arrow]) -> list[Room]:
    """The rooms that are drawn: those with an arrow."""
    ends = {name for arrow in arrows for name in (arrow.start, arrow.end)}
    return [room for room in rooms if room.name in ends]


def _rows(rooms: Sequence[Room], arrows: Sequence[Arrow]) -> list[list[Room]]:
    """The rooms from the top to the ground; rooms of one floor stand below each other where one imports the other."""
    rows: list[list[Room]] = []
    for _place, group in groupby(rooms, key=lambda room: room.place):
        floor = list(group)
        names = {room.name for room in floor}
        pairs = {(arrow.start, arrow.end) for arrow in arrows if {arrow.start, arrow.end} <= names}
        reached = {name: reachable(name, pairs) for name in names}
        above = {
            name: [other for other in names if name in reached[other] and other not in reached[name]] for name in names
        }
        depth: dict[str, int] = {}
        for name in sorted(names, key=lambda name: (len(above[name]), name)):
            depth[name] = 1 + max((depth[other] for other in above[name]), default=-1)
        rows += [[room for room in floor if depth[room.name] == level] for level in sorted(set(depth.values()))]
    return rows


class Layout:
    """Where everything stands."""

    def __init__(self, rooms: Sequence[Room], arrows: Sequence[Arrow]) -> None:
        shown = connected(rooms, arrows)
        self.rooms = {room.name: room for room in shown}
        self.arrows = telling(arrows)
        self.rows: list[list[Item]] = [
            [Item(room.name, _width(room), number) for room in row] for number, row in enumerate(_rows(shown, arrows))
        ]
        self.items = {item.name: item for row in self.rows for item in row}
        self.ways: dict[tuple[str, str], list[Item]] = {}
        for arrow in self.arrows:
            start, end = self.items[arrow.start], self.items[arrow.end]
            if start.row < end.row:
                self.ways[arrow.start, arrow.end] = [start, *self._pass_by(arrow, start.row, end.row), end]
        self.ways_by_name = {way[1].name: way for way in self.ways.values()}
        pairs = {(arrow.start, arrow.end) for arrow in arrows if arrow.in_circle}
        self._rings = {name: reachable(name, pairs) for name in self.rooms if name in reachable(name, pairs)}
        self._neighbours = self._find_neighbours()
        self._arrange()
        self._tops = self._stack()

    def _pass_by(self, arrow: Arrow, start: int, end: int) -> list[Item]:
        passed = [Item(f"{arrow.start}>{arrow.end}", WAY_WIDTH, row) for row in range(start + 1, end)]
        for item in passed:
            self.rows[item.row].append(item)
        return passed

    def _find_neighbours(self) -> Mapping[int, Mapping[int, list[Item]]]:
        """For each item, by its identity: what it is connected with in the row above (-1) and below (1)."""
        found: dict[int, dict[int, list[Item]]] = defaultdict(lambda: {-1: [], 1: []})
        for way in self.ways.values():
            for upper, lower in pairwise(way):
                found[id(upper)][1].append(lower)
                found[id(lower)][-1].append(upper)
        return found

    def _arrange(self) -> None:
        """Order every row by where its neighbours stand, then pull each item towards them until little moves."""
        for row in self.rows:
            _put(row, [0.0] * len(row))
        best, fewest = [list(row) for row in self.rows], self._crossings()
        for turn in range(TURNS):
            rows, side = (self.rows, -1) if turn % 2 == 0 else (list(reversed(self.rows)), 1)
            for row in rows:
                wishes = {item.name: self._wish(item, side) for item in row}
                centre = {item.name: _mean([wishes[name] for name in self._together(item, row)]) for item in row}
                row.sort(key=lambda item: (centre[item.name], self._together(item, row), wishes[item.name], item.name))
                _put(row, [wishes[item.name] for item in row])
            if (crossings := self._crossings()) < fewest:
                best, fewest = [list(row) for row in self.rows], crossings
        self.rows = best
        for row in self.rows * PULLS:
            _put(row, [self._place_between(item) for item in row])

    def _crossings(self) -> int:
        """How often two ways cross, as the rows are ordered now."""
        count = 0
        for upper, lower in pairwise(self.rows):
            at = {id(item): number for row in (upper, lower) for number, item in enumerate(row)}
            steps = sorted((at[id(item)], at[id(other)]) for item in upper for other in self._neighbours[id(item)][1])
            count += sum(
                one[1] > other[1]
                for number, one in enumerate(steps)
                for other in steps[number + 1 :]
                if one[0] < other[0]
            )
        return count

    def _together(self, item: Item, row: Sequence[Item]) -> list[str]:
        """The names that stand beside each other in this row: those of one circle."""
        ring = self._rings.get(item.name, {item.name})
        return sorted(other.name for other in row if other.name in ring)

    def _wish(self, item: Item, side: int) -> float:
        others = self._neighbours[id(item)][side]
        return _mean([other.x for other in others]) if others else item.x

    def _place_between(self, item: Item) -> float:
        """Between its neighbours; the parts of one way below each other, so that it runs straight."""
        if item.name in self.rooms:
            ring = [self.items[name].x for name in sorted(self._rings.get(item.name, ()))]
            return _mean([self._wish(item, -1), self._wish(item, 1), *ring])
        start, *passed, end = self.ways_by_name[item.name]
        return 0.9 * _mean([part.x for part in passed]) + 0.05 * (start.x + end.x)

    def _stack(self) -> list[float]:
        tops, y = [], float(MARGIN + BAND_PADDING)
        for upper, lower in pairwise([*self.rows, []]):
            tops.append(y)
            same = lower and self.band(upper) == self.band(lower)
            y += BOX_HEIGHT + (ROW_GAP if same else 2 * BAND_PADDING + BAND_GAP)
        return tops

    def band(self, row: Sequence[Item]) -> str:
        return next(self.rooms[item.name].band for item in row if item.name in self.rooms)

    def top(self, item: Item) -> float:
        return self._tops[item.row]

    @property
    def width(self) -> float:
        """Of the widest row; every x is moved so that the leftmost item begins at zero."""
        left = min(item.x - item.width / 2 for row in self.rows for item in row)
        for row in self.rows:
            for item in row:
                item.x = item.x - left
        return max(item.x + item.width / 2 for row in self.rows for item in row)


def _width(room: Room) -> float:
    words = max(svg.text_width(room.label), svg.text_width(f"{room.lines:,} lines", 11))
    return round(max(words + 2 * BOX_PADDING, room.lines * PIXELS_PER_LINE))


def _put(row: Sequence[Item], wishes: Sequence[float]) -> None:
    """Place a row's items in their order as near to their wishes as they can stand without touching.

    Items that would touch become one block, which stands where its members wish it on average.
    """
    offsets, offset = [], 0.0
    for before, item in pairwise([None, *row]):
        assert item is not None
        if before is not None:
            gap = BETWEEN if before.width > WAY_WIDTH and item.width > WAY_WIDTH else BETWEEN / 2
            offset += before.width / 2 + gap + item.width / 2
        offsets.append(offset)
    blocks: list[list[float]] = []
    for item, wish, at in zip(row, wishes, offsets, strict=True):
        blocks.append([wish - at] * (WEIGHT_OF_WAYS if item.width == WAY_WIDTH else 1))
        while len(blocks) > 1 and _mean(blocks[-2]) >= _mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    bases = [_mean(block) for block in blocks for _member in block]
    number = 0
    for item, at in zip(row, offsets, strict=True):
        item.x = round(bases[number] + at, 1)
        number += WEIGHT_OF_WAYS if item.width == WAY_WIDTH else 1


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
