"""The few strokes that the pictures of the documentation need, as lines of SVG."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans JP', 'Noto Sans CJK JP', 'Hiragino Sans', sans-serif"
INK, QUIET, PAPER = "#1a1a1c", "#5a5f6b", "#ffffff"
NARROW, WIDE = 0.6, 1.0
"""About the mean width of a Latin and of a Japanese letter, in sizes of the font."""


def picture(width: float, height: float, title: str, parts: Iterable[str], colours: Iterable[str]) -> str:
    """A whole file, with one arrow head for every colour of arrows; the title is what a screen reader says."""
    heads = [
        f'<marker id="{head_id(colour)}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8"'
        f' markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.8 8 4 0 7.2Z" fill="{colour}"/></marker>'
        for colour in colours
    ]
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' width="{width:.0f}" height="{height:.0f}" font-family={quoteattr(FONT)} font-size="13">'
    )
    head = [opening, f"<title>{escape(title)}</title>", f"<defs>{''.join(heads)}</defs>"]
    ground = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
    return "\n".join([*head, ground, *parts, "</svg>", ""])


def head_id(colour: str) -> str:
    return f"head-{colour.removeprefix('#')}"


def box(x: float, y: float, width: float, height: float, fill: str, stroke: str = "none", **data: object) -> str:
    """A rectangle with rounded corners; `data` becomes its data attributes."""
    attributes = "".join(f" data-{name}={quoteattr(str(value))}" for name, value in data.items())
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="6"'
        f' fill="{fill}" stroke="{stroke}"{attributes}/>'
    )


def text(
    x: float, y: float, words: str, *, size: float = 13, fill: str = INK, anchor: str = "middle", weight: int = 400
) -> str:
    """One line of text, its base line at y."""
    bold = f' font-weight="{weight}"' if weight != 400 else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}"{bold}>'
        f"{escape(words)}</text>"
    )


def text_width(words: str, size: float = 13) -> float:
    """About how wide a line of text is."""
    return size * sum(WIDE if ord(letter) > 0x2E80 else NARROW for letter in words)


def path(way: str, colour: str, *, width: float = 1.4, head: bool = True, **data: object) -> str:
    """A line along an SVG path, with an arrow head at its end."""
    attributes = "".join(f" data-{name}={quoteattr(str(value))}" for name, value in data.items())
    marker = f' marker-end="url(#{head_id(colour)})"' if head else ""
    return f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{width:g}"{marker}{attributes}/>'
