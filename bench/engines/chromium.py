"""One chromium that is kept open and prints page after page: what an office would build on a browser."""

import os
from base64 import b64encode
from html import escape
from pathlib import Path
from types import TracebackType

from playwright.sync_api import sync_playwright

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
    """Prints a document as a table of the web; `cpu_seconds` are those of all the browser's processes.

    One page is used again and again. A page of its own for each document, so that nothing of one supplier's could
    reach another's, costs five times as much.
    """

    def __enter__(self) -> "Chromium":
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        self._page = self._browser.new_page()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._browser.close()
        self._playwright.stop()

    def pdf(self, content: Content) -> bytes:
        self._page.set_content(_html(content))
        return self._page.pdf(
            prefer_css_page_size=True,
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_FOOT.format(escape(content.foot)),
        )

    def cpu_seconds(self) -> float:
        return sum(_ticks(pid) for pid in _descendants() if _is_browser(pid)) / _TICKS

    def memory_mb(self) -> int:
        return sum(_resident(pid) for pid in _descendants() if _is_browser(pid)) >> 20


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


def _descendants() -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [os.getpid()]
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


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
