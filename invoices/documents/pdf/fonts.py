"""What the document's fonts can print, read from the font files themselves.

BIZ UDGothic, a fixed-pitch face in two weights, sets everything; IPAmjMincho stands in for the rare characters of
names, and M PLUS Code Latin for letters with accents that both lack, such as those of names from Vietnam. Nothing else
may be used (assets/fonts.conf).
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

CONFIGURATION = Path(__file__).parent / "assets" / "fonts.conf"
PACKAGES = {
    "fonts-morisawa-bizud-gothic": (
        Path("/usr/share/fonts/truetype/bizud-gothic/BIZUDGothic-Regular.ttf"),
        Path("/usr/share/fonts/truetype/bizud-gothic/BIZUDGothic-Bold.ttf"),
    ),
    "fonts-ipamj-mincho": (Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf"),),
}
# The two weights hold the same characters in the same widths.
_GOTHIC = PACKAGES["fonts-morisawa-bizud-gothic"][0]
_MINCHO = PACKAGES["fonts-ipamj-mincho"][0]
# It comes along with the portal: no package has it without fifty other faces.
_LATIN = CONFIGURATION.parent / "latin" / "MplusCodeLatin50-Regular.ttf"

_LAYOUT_CHARACTERS = frozenset("\t\r\n")
_SELECTOR = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_SELECTORS = re.compile(_SELECTOR)
_CLUSTER = re.compile(f".{_SELECTOR}*", re.DOTALL)
_MARKUP = "<title>.*?</title>|<[^>]*>"  # a tag and the title are left alone: markup cannot stand in them


def unprintable(text: str) -> set[str]:
    """The characters of cleaned `text` (`words.clean`) that cannot be printed in their place.

    On paper they would be an empty box, stand over their neighbour, or move the rest of their line out of its column.
    Variation selectors are never among them: one that no font knows is dropped, and its character keeps its usual form.
    """
    fitting = _fitting()
    return {char for char in set(text) - _LAYOUT_CHARACTERS if char not in fitting and not _SELECTORS.match(char)}


def clusters(text: str) -> list[str]:
    """`text` cut into characters, each with its variation selectors."""
    return _CLUSTER.findall(text)


def columns(text: str) -> int:
    """How many half-width columns `text` takes in BIZ UDGothic.

    From the font and not from Unicode's East Asian width, which disagrees for some characters (é, ², ⓪).
    """
    narrow = _narrow()
    if not text.isascii() and _SELECTORS.search(text):
        text = _SELECTORS.sub("", text)
    return 2 * len(text) - sum(map(narrow.__contains__, text))


def mark_variants(html: str) -> str:
    """Mark up what the main face lacks in escaped HTML, so that each character is set in a font that has it.

    Pango picks a font by the character alone, not by its variation selector. And a line in which it falls back to the
    other face by itself can become taller, so that a block of such lines leaves the grid: the markup prevents that too.
    A selector that changes nothing is dropped, because text extraction would then add it to every other occurrence of
    the character.
    """
    used = set(html)
    rare = used & (_rare() | _accented())
    if not rare and not any(map(_SELECTORS.match, used)):
        return html
    with_selectors = f"(?P<base>[^{_SELECTOR[1:]})?(?P<selectors>{_SELECTOR}+)"
    alone = f"|[{re.escape(''.join(sorted(rare)))}]" if rare else ""
    return re.sub(f"(?P<markup>{_MARKUP})|{with_selectors}{alone}", _mark, html, flags=re.DOTALL)


def _mark(match: re.Match[str]) -> str:
    if match["markup"]:
        return match["markup"]
    base, selectors = (match["base"] or "", match["selectors"]) if match["selectors"] else (match[0], "")
    if not base:
        return ""
    sequence = (ord(base), ord(selectors[0])) if selectors else None
    if sequence in _variants(_GOTHIC):
        return base + selectors[0]
    if sequence in _variants(_MINCHO):
        return f'<span class="variant">{base}{selectors[0]}</span>'
    if base in _accented():
        return f'<span class="latin">{base}</span>'
    return f'<span class="variant">{base}</span>' if base in _rare() else base


@cache
def _characters(file: Path) -> frozenset[int]:
    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def _rare() -> frozenset[str]:
    """What only IPAmjMincho has."""
    return frozenset(map(chr, _characters(_MINCHO) - _characters(_GOTHIC)))


@cache
def _accented() -> frozenset[str]:
    """The letters that only M PLUS Code Latin has."""
    letters = (char for char in _of_width(_LATIN, 0.5) if unicodedata.category(char) in {"Lu", "Ll"})
    return frozenset(letters) - set(map(chr, _characters(_GOTHIC) | _characters(_MINCHO)))


@cache
def _fitting() -> frozenset[str]:
    """What fills one or two columns: no marks that stand over their neighbour, no widths between."""
    in_columns = _of_width(_GOTHIC, 1, 0.5) | (_of_width(_MINCHO, 1, 0.5) & _rare()) | _accented()
    return frozenset(char for char in in_columns if unicodedata.category(char) not in {"Mn", "Me", "Cf"})


@cache
def _of_width(file: Path, *widths: float) -> frozenset[str]:
    """The characters whose advance is one of `widths`, in em."""
    with TTFont(file, lazy=True) as font:
        em, advances = font["head"].unitsPerEm, font["hmtx"].metrics
        return frozenset(chr(code) for code, glyph in font.getBestCmap().items() if advances[glyph][0] / em in widths)


@cache
def _variants(file: Path) -> frozenset[tuple[int, int]]:
    """The sequences (character, selector) whose form differs from the usual one."""
    with TTFont(file, lazy=True) as font:
        return frozenset(
            (base, selector)
            for table in font["cmap"].tables
            if table.format == 14
            for selector, entries in table.uvsDict.items()
            for base, glyph in entries
            if glyph is not None
        )


@cache
def _narrow() -> frozenset[str]:
    return _of_width(_GOTHIC, 0.5) | (_of_width(_MINCHO, 0.5) & _rare()) | _accented()
