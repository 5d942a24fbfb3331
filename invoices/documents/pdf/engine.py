"""The layout engine: HTML to PDF, in this process.

Nothing of Django is imported here, so that the child process that runs it starts quickly and stays small.
"""

import ctypes
import gc
import io
import logging
import os
import re
import threading
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cssselect2

from invoices.documents.pdf import fonts

_ASSETS = Path(__file__).parent / "assets"
_LIBRARIES = {
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",  # without it every document takes seconds, and nothing is said
}
_PROFILE = "sRGB2014.icc"
_COMPRESSION = 6
_NO_IMAGES: Mapping[str, bytes] = {}
_STYLE = "document.css"
_RULE = re.compile("(?<![0-9])([0-9]+)(thin|thick)")
_WEIGHTS = {"thin": "0.812 0.812 0.812 RG 0.5 w", "thick": "0.102 0.102 0.102 RG 1 w"}
_GRID = "0.75 0 0 0.75 60 45 cm"  # pixels in points, from the margins of document.css; the engine counts downward
_PAGE = (
    '<html lang="ja"><head><title>請求書</title></head>'
    '<body><div>請求書 <span class="strong">{}</span></div></body></html>'
)

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
_COLLECT_EVERY = 10
_documents = 0
# Pango and fontconfig are not for several threads at once.
_one_at_a_time = threading.Lock()


class DocumentError(Exception):
    """No document could be made; the message says why."""


def from_html(html: str, images: Mapping[str, bytes] = _NO_IMAGES) -> bytes:
    """Set one document, the output of `render.html`, as PDF/A-3u. The same text gives the same bytes.

    Args:
        images: The pictures that it shows, JPEG by name.

    Raises:
        DocumentError: a character cannot be printed, or the engine complained about anything at all.
    """
    missing = fonts.unprintable(html)
    if missing:
        names = "、".join(f"{_visible(char)}(U+{ord(char):04X})" for char in sorted(missing))
        raise DocumentError(f"請求書に印字できない文字があります: {names}")
    with _one_at_a_time, _few_collections():
        return _engine().pdf(fonts.mark_variants(html), images)


@contextmanager
def _few_collections() -> Iterator[None]:
    """One collection of garbage every few documents costs less than the many that a document sets off."""
    global _documents
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        _documents += 1
        if _documents % _COLLECT_EVERY == 0:
            gc.collect()
        if was_enabled:
            gc.enable()


def warm_up() -> None:
    """Load the engine and its fonts, so that the first document does not wait for them.

    Raises:
        DocumentError: a page cannot be set.
    """
    from_html(_PAGE.format("請求金額"))
    gc.collect()
    gc.freeze()  # what is loaded now stays; collections need not walk through it


def self_test() -> None:
    """Check that documents can be made here.

    Raises:
        DocumentError: a package of the operating system is missing, or a page cannot be set.
    """
    lacking = [name for name, files in fonts.PACKAGES.items() if not all(file.is_file() for file in files)]
    lacking += [name for name, library in _LIBRARIES.items() if not _loads(library)]
    if lacking:
        raise DocumentError(f"PDFを作成するためのパッケージがありません: apt-get install {' '.join(sorted(lacking))}")
    from_html(_PAGE.format("𠮷"))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _visible(char: str) -> str:
    return "制御文字" if unicodedata.category(char).startswith(("C", "Z")) else f"「{char}」"


def _keep_freed_memory() -> None:
    """Have glibc keep the memory that a document used for the next one.

    Left to itself it hands every copy of a font file back to the kernel and fetches new pages for the next copy, up to
    a tenth of a short document's time. It costs some megabytes. Other C libraries do as they like.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, 16 << 20)
        libc.mallopt(_M_TRIM_THRESHOLD, 64 << 20)


@cache
def _engine() -> "_Engine":
    """Made once per process, after any fork: a new font configuration for every document costs time and memory."""
    return _Engine()


class _Engine:
    def __init__(self) -> None:
        _keep_freed_memory()
        os.environ["FONTCONFIG_FILE"] = str(fonts.CONFIGURATION)  # read when the libraries below are loaded
        import weasyprint  # noqa: PLC0415  # slow, and only after the line above
        from weasyprint.css import ColorProfile  # noqa: PLC0415
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415

        class RefusingFetcher(URLFetcher):
            """A document refers to nothing but the pictures that came with it."""

            images: Mapping[str, bytes] = _NO_IMAGES

            def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
                if url not in self.images:
                    raise FatalURLFetchingError(f"a document asked for {url}")
                return URLFetcherResponse(url, self.images[url], {"Content-Type": "image/jpeg"})

        class Pages(weasyprint.HTML):
            """A document of `render.html`: well-formed, and styled by our own sheet alone.

            Parsing it as XML and leaving out the engine's sheet for all of HTML saves a tenth of a document's time.
            """

            def __init__(self, text: str, fetcher: URLFetcher) -> None:
                self.base_url = None
                self.url_fetcher = fetcher
                self.media_type = "print"
                self.wrapper_element = cssselect2.ElementWrapper.from_html_root(
                    ElementTree.fromstring(text),  # noqa: S314  # our own template's output, with nothing to expand
                    content_language=None,
                )
                self.etree_element = self.wrapper_element.etree_element

            def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
                return []

        self._pages = Pages
        self._css = weasyprint.CSS
        self._fetcher = RefusingFetcher()
        self._refusal = FatalURLFetchingError  # no Exception: nothing above would catch it
        self._fonts = FontConfiguration()
        self._sheet = self._css(
            string=(_ASSETS / _STYLE).read_text(), font_config=self._fonts, url_fetcher=self._fetcher
        )
        self._color_profile = ColorProfile
        self._profile_bytes = (files("weasyprint.pdf") / _PROFILE).read_bytes()

    def pdf(self, html: str, images: Mapping[str, bytes]) -> bytes:
        self._fetcher.images = images
        with _Complaints() as complaints:
            try:
                document = self._pages(html, self._fetcher)
                rules = [page.get("data-rules", "") for page in document.etree_element.iterfind("body/div")]

                def finish(_document: object, pdf: Any) -> None:
                    _draw_rules(pdf, rules)
                    _compress_once(pdf)

                data: bytes = document.write_pdf(
                    stylesheets=[self._sheet],
                    font_config=self._fonts,
                    color_profiles={_PROFILE: self._profile()},
                    output_intent=_PROFILE,
                    pdf_variant="pdf/a-3u",
                    finisher=finish,
                )
            except self._refusal as error:
                raise DocumentError(str(error)) from None
            except MemoryError:
                raise
            except Exception as error:
                raise DocumentError(f"{type(error).__name__}: {error}") from error
        if complaints.messages:
            raise DocumentError("; ".join(complaints.messages))
        return data

    def _profile(self) -> Any:
        """The colour profile that PDF/A asks for: left to itself, the engine opens a file and does not close it.

        A new one for every document, because a profile's bytes change once its name was read.
        """
        return self._color_profile(
            io.BytesIO(self._profile_bytes), _PROFILE, "relative-colorimetric", (["r"], ["g"], ["b"])
        )


def _draw_rules(pdf: Any, pages: list[str]) -> None:
    """Draw the rules of each page, each named by its line of the grid and its weight, into what the engine has drawn.

    For the engine each rule would be a box or a picture to lay out.
    """
    drawn = [part for part in pdf.objects if isinstance(part, dict) and part.get("Type") == "/Page"]
    for page, names in zip(drawn, pages, strict=True):
        lines = [
            f"{_WEIGHTS[weight]} 0 {20 * int(row)} m 638 {20 * int(row)} l S" for row, weight in _RULE.findall(names)
        ]
        content = pdf.objects[int(page["Contents"].split()[0])]
        content.stream.append(" ".join(["q", _GRID, *lines, "Q"]).encode())


def _compress_once(pdf: Any) -> None:
    """Compress the streams of a finished PDF, which would otherwise happen twice, for its identifier and for itself."""
    for part in pdf.objects:
        if getattr(part, "compress", False):
            part.compress = False
            content = part.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
            part.stream = [zlib.compress(content, _COMPRESSION)]
            part.extra["Filter"] = "/FlateDecode"


class _Complaints(logging.Handler):
    """What the engine only logs: missing glyphs, images that did not load, style it did not understand."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def __enter__(self) -> "_Complaints":
        logging.getLogger("weasyprint").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("weasyprint").removeHandler(self)
