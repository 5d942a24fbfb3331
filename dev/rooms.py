"""The rooms of the house: their order, who imports whom, and a picture of it.

    python dev/rooms.py [--check] [--root PATH] [--out FILE]

Prints the figures of the code and draws docs/images/rooms.svg. With --root it reads another checkout (an older one, to
compare), and draws only when --out names a file. With --check it writes nothing and fails when the picture shows other
rooms or arrows than the code has, or a size that is more than a tenth away.

The order of the rooms stands here and nowhere else; tests/test_architecture.py holds the code to it.
"""

import argparse
import ast
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dev import rooms_picture  # noqa: E402
from dev.rooms_layout import Arrow, Room, reachable  # noqa: E402

PICTURE = "docs/images/rooms.svg"

Order = list[list[str]]
"""Floors from the top to the ground. A module may import what stands below it, and its own room."""

HOUSE: Order = [["portal"], ["invoices"], ["suppliers"], ["accounts"], ["portal.lib"]]
ROOMS_OF_INVOICES: Order = [
    ["management", "tasks", "web", "api", "admin", "apps"],
    ["exchange"],
    ["lifecycle"],
    ["emails"],
    ["archive"],
    ["rules"],
    ["documents"],
    ["amounts", "permissions"],
    ["models"],
    ["tax"],
    ["enums"],
]
APPS = tuple(dict.fromkeys(room.partition(".")[0] for floor in HOUSE for room in floor))


@cache
def sources(root: Path = ROOT) -> dict[str, ast.Module]:
    """Every module of the apps but migrations, by its path."""
    return {path: ast.parse((root / path).read_text(encoding="utf-8")) for path in _paths(root)}


def _paths(root: Path) -> list[str]:
    found = [path for app in APPS for path in sorted((root / app).rglob("*.py"))]
    return [path.relative_to(root).as_posix() for path in found if "migrations" not in path.parts]


def module_of(path: str) -> str:
    """The name under which a file is imported."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a module imports, wherever in the module the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            for name in node.names:
                yield node.lineno, f"{node.module}.{name.name}"


def within(name: str, room: str) -> bool:
    """Whether a module is a room or lies in it."""
    return name == room or name.startswith(f"{room}.")


def room_in(name: str, order: Order) -> tuple[int, str] | None:
    """Floor (0 is the top) and name of the room to which a module belongs; the most exact name counts."""
    matches = [(floor, room) for floor, rooms in enumerate(order) for room in rooms if within(name, room)]
    return max(matches, key=lambda match: len(match[1]), default=None)


def upward_imports(modules: Mapping[str, ast.Module], order: Order, prefix: str = "") -> list[str]:
    """Every import of something that does not stand below, as a sentence that names file and line."""
    faults = []
    for path, tree in modules.items():
        module = module_of(path)
        if not within(module, prefix.rstrip(".")) and prefix:
            continue
        own = room_in(module.removeprefix(prefix), order)
        for line, name in imports(path, tree):
            target = room_in(name.removeprefix(prefix), order) if name.startswith(prefix) else None
            if own and target and own != target and target[0] <= own[0]:
                faults.append(f"{path}:{line} imports {name}, which does not stand below it")
    return faults


@dataclass(frozen=True, slots=True)
class House:
    """What was read of one checkout.

    Attributes:
        files: Lines of each file, by its path.
        rooms: From the top to the ground, and by name on each floor.
        arrows: One for each pair of rooms of which the first imports the second.
        circles: Rooms that import each other, directly or by way of others.
    """

    files: Mapping[str, int]
    rooms: tuple[Room, ...]
    arrows: tuple[Arrow, ...]
    circles: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> int:
        return sum(self.files.values())

    def lines_within(self, name: str) -> int:
        """Lines of a room and of every room in it."""
        return sum(room.lines for room in self.rooms if within(room.name, name))


def read(root: Path) -> House:
    """Read the rooms of a checkout and the imports between them."""
    modules = sources(root)
    files = {path: len((root / path).read_text(encoding="utf-8").splitlines()) for path in modules}
    folders = {module_of(path) for path in modules if path.endswith("/__init__.py")}
    lines: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for path, tree in modules.items():
        own = _room_of(module_of(path), folders)
        lines[own] += files[path]
        for _line, name in imports(path, tree):
            if name.partition(".")[0] in APPS and (target := _room_of(name, folders)) != own:
                pairs[own, target] += 1
    circles = _circles(sorted(lines), set(pairs))
    ring = {name: number for number, names in enumerate(circles) for name in names}
    arrows = tuple(
        Arrow(start, end, count, _climbs(start, end), start in ring and ring[start] == ring.get(end))
        for (start, end), count in sorted(pairs.items())
    )
    places = {name: _place(name) for name in lines}
    rooms = tuple(
        Room(name, lines[name], places[name]) for name in sorted(lines, key=lambda name: (places[name], name))
    )
    return House(files, rooms, arrows, circles)


def _room_of(module: str, folders: set[str]) -> str:
    """The room that a module is drawn in: the folder it lies in, at most two below the app.

    The roof is one room, and a file that stands by itself in `invoices/` is one too.
    """
    if within(module, "portal"):
        return "portal.lib" if within(module, "portal.lib") else "portal"
    parts = module.split(".")
    names = [".".join(parts[:length]) for length in range(1, min(len(parts), 3) + 1)]
    room = max((name for name in names if name in folders), key=len, default=parts[0])
    return names[1] if room == "invoices" and len(names) > 1 else room


def _place(name: str) -> tuple[int, int]:
    """Floor in the house and floor in `invoices`; what the order does not know stands above what it knows."""
    floor, app = room_in(name, HOUSE) or (0, "")
    inner = room_in(name.removeprefix("invoices."), ROOMS_OF_INVOICES) if app == "invoices" else None
    return floor, inner[0] if inner else 0


def _climbs(start: str, end: str) -> bool:
    """Whether an arrow breaks the order: its end stands no lower than its start, and not in the same room."""
    for order, prefix in ((HOUSE, ""), (ROOMS_OF_INVOICES, "invoices.")):
        if start.startswith(prefix) and end.startswith(prefix):
            own, target = (room_in(name.removeprefix(prefix), order) for name in (start, end))
            if own and target and own != target and target[0] <= own[0]:
                return True
    return False


def _circles(names: list[str], pairs: set[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    reached = {name: reachable(name, pairs) for name in names}
    found = {tuple(other for other in names if other in reached[name] and name in reached[other]) for name in names}
    return tuple(sorted(circle for circle in found if circle))


def figures(house: House) -> Iterator[str]:
    """What is worth comparing between two checkouts, line by line."""

    def share(lines: int) -> str:
        return f"{lines / house.lines:6.1%}"

    yield f"{'room':<30}{'lines':>8}{'share':>8}   with its subrooms"
    for room in house.rooms:
        whole = house.lines_within(room.name)
        subrooms = f"{whole:9,}{share(whole):>8}" if whole != room.lines and room.name != "portal" else ""
        yield f"{room.path:<30}{room.lines:8,}{share(room.lines):>8}{subrooms}".rstrip()
    yield ""
    own = max((room for room in house.rooms if within(room.name, "invoices")), key=lambda room: room.lines)
    wholes = {
        f"invoices.{room}": house.lines_within(f"invoices.{room}") for floor in ROOMS_OF_INVOICES for room in floor
    }
    largest = max(sorted(wholes), key=wholes.__getitem__)
    for what, name, lines in (("alone", own.name, own.lines), ("with its subrooms", largest, wholes[largest])):
        yield f"biggest room under invoices/, {what}: {name.replace('.', '/')}, {lines:,} lines,{share(lines)}"
    upward = [arrow for arrow in house.arrows if arrow.climbs]
    ring = sum(arrow.in_circle for arrow in house.arrows)
    yield f"arrows between rooms: {len(house.arrows)}, upward {len(upward)}, in circles {ring}"
    for arrow in upward:
        yield f"  upward: {arrow.start} imports {arrow.end} ({arrow.imports} times)"
    yield f"circles: {len(house.circles)}"
    for circle in house.circles:
        yield f"  {', '.join(circle)}"
    longest = max(sorted(house.files), key=house.files.__getitem__)
    yield f"lines: {house.lines:,} in {len(house.files)} files, {house.lines / len(house.files):.1f} per file"
    yield f"longest file: {longest}, {house.files[longest]} lines"


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the figures of the rooms and draw them.")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout to read (default: this one)")
    parser.add_argument("--out", type=Path, help=f"where to draw (default: {PICTURE} of this checkout)")
    parser.add_argument("--check", action="store_true", help="only see whether the picture is up to date")
    options = parser.parse_args()
    root = options.root.resolve()
    house = read(root)
    if options.check:
        out = options.out or root / PICTURE
        drawn = out.read_text(encoding="utf-8") if out.exists() else ""
        if differences := rooms_picture.differences(drawn, house.rooms, house.arrows):
            sys.exit("\n".join([f"{out.name} is not up to date; run `make rooms`.", *differences]))
        return
    print("\n".join(figures(house)))
    if out := options.out or (root / PICTURE if root == ROOT else None):
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(rooms_picture.draw(house.rooms, house.arrows), encoding="utf-8")


if __name__ == "__main__":
    main()
