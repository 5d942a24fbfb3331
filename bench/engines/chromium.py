"""One chromium that is kept open and prints page after page: what an office would build on a browser."""

import os
import tempfile
from base64 import b64encode
from html import escape
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Playwright

from bench.engines.content import HEADINGS, RATE_HEADINGS, Content

_TICKS = os.sysconf("SC_CLK_TCK")
_STYLE = """@page { size: A4; margin: 16mm 18mm } body { font: 8.5pt/15pt "BIZ UDGothic", "IPAmjMincho"; margin: 0 }
h1 { font-size: 24pt; line-height: 30pt; margin: 0 } .total { font: 700 22pt/45pt "BIZ UDGothic"; border: solid #1a1a1a;
border-width: 1.2pt 0 } .two { display: flex } .two > div { flex: 1; white-space: pre-line } table { width: 100%;
border-collapse: collapse; table-layout: fixed } td, th { border-bottom: .4pt solid #cfcfcf; text-align: right;
padding: 0 2pt } td:nth-child(-n+2), th:nth-child(-n+2) { text-align: left } .lines col:nth-child(2) { width: 40% }
img { width: 84px }"""


_FOOT = """<div style="font: 7.5pt BIZ UDGothic; width: 100%; margin: 0 18mm">{} 全
<span class="totalPages"></span>枚中<span class="pageNumber"></span></div>"""


class Chromium:
    """A browser of its own with one tab; `cpu_seconds` are those of all its processes.

    Args:
        playwright: That starts it.
        opening: Each document is opened in the tab, as a link would be. Otherwise it is written over the content of the
            document before, whose scripts and data would live on: cheaper, and nothing to do with documents of
            different suppliers.
    """

    def __init__(self, playwright: Playwright, *, opening: bool) -> None:
        self._playwright = playwright
        self._opening = opening

    def __enter__(self) -> "Chromium":
        others = set(_descendants(os.getpid()))
        self._folder = tempfile.TemporaryDirectory(prefix="madoguchi-bench-")
        self._browser = self._playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        self._page = self._browser.new_page()
        self._processes = [pid for pid in _descendants(os.getpid()) if pid not in others and _is_browser(pid)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._browser.close()
        self._folder.cleanup()

    def pdf(self, content: Content) -> bytes:
        if self._opening:
            document = Path(self._folder.name) / "document.html"
            document.write_text(_html(content))
            self._page.goto(document.as_uri())
        else:
            self._page.set_content(_html(content))
        return self._page.pdf(
            prefer_css_page_size=True,
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_FOOT.format(escape(content.foot)),
        )

    def cpu_seconds(self) -> float:
        ours = {pid for first in self._processes for pid in (first, *_descendants(first))}
        return sum(map(_ticks, ours)) / _TICKS


def _html(content: Content) -> str:
    def lines(texts: tuple[str, ...]) -> str:
        return escape("\n".join(texts))

    def table(kind: str, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
        columns = "<col>" * len(head)
        header = "".join(f"<th>{cell}</th>" for cell in head)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        return f'<table class="{kind}">{columns}<thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>'

    return (
        f'<!DOCTYPE html><html lang="ja"><meta charset="utf-8"><title>{escape(content.facts[0])}</title>'
        f"<style>{_STYLE}</style><h1>{escape(content.title)}</h1>"
        f'<div class="two"><div>{lines(content.recipient)}</div><div>{lines(content.facts + content.issuer)}'
        f'<img src="data:image/jpeg;base64,{b64encode(content.seal).decode()}"></div></div>'
        f'<p class="total">{escape(content.total)}</p>{table("rates", RATE_HEADINGS, content.rates)}'
        f'{table("lines", HEADINGS, content.lines)}<div class="two"><div>{lines(content.payment)}</div></div>'
        f"<p>{escape(content.remarks)}</p></html>"
    )


def _descendants(ancestor: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [ancestor]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _is_browser(pid: int) -> bool:
    try:
        return "chrom" in Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return False


def _ticks(pid: int) -> int:
    """Its own time and that of its children that have ended: chromium starts one to put pages together."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))
