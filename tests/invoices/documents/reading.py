"""How a reader's programs see a document."""

import html
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product

import pypdfium2
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_PATH, FPDFText_GetUnicode


def words(page: str) -> str:
    """The text of an HTML page with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def pdfium_text(data: bytes) -> str:
    return "\n".join(pdfium_pages(data))


def pdfium_pages(data: bytes) -> list[str]:
    texts = []
    with _opened(data) as document:
        for page in document:
            text = page.get_textpage()
            texts.append(text.get_text_bounded())
            text.close()
            page.close()
    return texts


def poppler_text(data: bytes) -> str:
    """With its lines as they stand on the page."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode()


def poppler_pages(data: bytes) -> list[str]:
    return poppler_text(data).split("\f")[:-1]


def squeezed(text: str) -> str:
    """Without white space, as names have to be compared that a document had to fold."""
    return "".join(text.split())


@dataclass(frozen=True, slots=True)
class Box:
    """Where something stands on its page, in points from the lower left corner; a glyph takes its whole em square."""

    left: float
    bottom: float
    right: float
    top: float
    what: str

    def overlaps(self, other: "Box") -> bool:
        return (
            min(self.right, other.right) - max(self.left, other.left) > _TOUCH
            and min(self.top, other.top) - max(self.bottom, other.bottom) > _TOUCH
        )


_TOUCH = 0.6
"""Points by which neighbours may reach into each other: rounding."""
_POINT = 0.75  # of one px
# The printed part of the page in the style sheet's own px, from the edges of A4.
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 80 + 638, 60, 20
_A4 = 297 * 72 / 25.4
_LINE = 20 * _POINT
_WATERMARK = 100  # points: larger than any other glyph
_IN_FLOW = (8.25, 10.5)  # points: sizes that are set on each line of the grid


def pictures(data: bytes) -> list[list[Box]]:
    """The pictures on each page."""
    with _opened(data) as document:
        return [_pictures(page) for page in document]


def right_edges(data: bytes, figures: set[str]) -> set[float]:
    """Where the lines of the first page end that end with one of `figures`, in points."""
    with _opened(data) as document:
        text = document[0].get_textpage()
        glyphs = list(_glyphs(text))
        whole = "".join(glyph.what for glyph in glyphs)
        places = (found.end() - 1 for part in figures for found in re.finditer(re.escape(part), whole))
        return {round(glyphs[place].right, 2) for place in places}


def rules(data: bytes) -> list[list[Box]]:
    """The rules on each page, from above."""
    with _opened(data) as document:
        return [_rules(page) for page in document]


def faults_of_setting(data: bytes) -> list[str]:
    """What stands over something else or on a rule, off the printed part of the page, or between its lines."""
    faults = []
    with _opened(data) as document:
        for number, page in enumerate(document, 1):
            text = page.get_textpage()
            found = list(_faults(list(_glyphs(text)), _pictures(page), _rules(page)))
            faults += [f"page {number}: {fault}" for fault in found]
            text.close()
            page.close()
    return faults


def _pictures(page: pypdfium2.PdfPage) -> list[Box]:
    return _items(page, FPDF_PAGEOBJ_IMAGE, "picture")


def _rules(page: pypdfium2.PdfPage) -> list[Box]:
    return sorted(_items(page, FPDF_PAGEOBJ_PATH, "rule"), key=lambda rule: -rule.top)


def _items(page: pypdfium2.PdfPage, kind: int, what: str) -> list[Box]:
    return [Box(*item.get_bounds(), what) for item in page.get_objects() if item.type == kind]


def _faults(glyphs: list[Box], images: list[Box], lines: list[Box]) -> Iterator[str]:
    heights = [(rule.bottom + rule.top) / 2 for rule in lines]
    near: dict[tuple[int, int], list[Box]] = {}
    phases: dict[float, float] = {}
    for box in [*images, *glyphs]:
        if not (
            box.left >= _LEFT * _POINT - _TOUCH
            and box.right <= _RIGHT * _POINT + _TOUCH
            and box.bottom >= _BOTTOM * _POINT
            and box.top <= _A4 - _TOP * _POINT + _TOUCH
        ):
            yield f"{box} leaves the page"
        size = next((size for size in _IN_FLOW if abs(box.top - box.bottom - size) < 0.1), None)
        if size:
            away = (box.bottom - phases.setdefault(size, box.bottom)) / _LINE
            if abs(away - round(away)) * _LINE > _TOUCH / 2:
                yield f"{box} is off the grid"
        if any(box.bottom + _TOUCH < height < box.top - _TOUCH for height in heights):
            yield f"{box} is struck through"
        cells = [near.setdefault(cell, []) for cell in _cells(box)]
        yield from {f"{box} stands over {other}" for cell in cells for other in cell if box.overlaps(other)}
        for cell in cells:
            cell.append(box)


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    """The squares of the page that it touches: only what shares one can overlap."""
    return product(
        range(int(box.bottom // _LINE), int(box.top // _LINE) + 1),
        range(int(box.left // _LINE), int(box.right // _LINE) + 1),
    )


def _glyphs(text: pypdfium2.PdfTextPage) -> Iterator[Box]:
    """What is printed, but for the word across a draft.

    PDFium counts units of UTF-16: the rest of a glyph that has several is not counted again.
    """
    place = None
    for index in range(text.count_chars()):
        char = chr(FPDFText_GetUnicode(text, index))
        if not char.strip():
            continue
        before, place = place, text.get_charbox(index, loose=True)
        box = Box(*place, char)
        if not (place == before and "\ud800" <= char <= "\udfff") and box.top - box.bottom < _WATERMARK:
            yield box


@contextmanager
def _opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(data)
    try:
        yield document
    finally:
        document.close()
