"""What the child process does: it sets documents and takes pictures of their pages, and knows nothing of Django."""

import io
import logging
import math
import os
import resource
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pypdfium2

from invoices.documents.pdf import engine
from invoices.documents.pdf.engine import DocumentError

_OUT_OF_MEMORY = 71
_PIXELS_MAX = 12_000_000
"""Of the picture of one page; an A4 page that is 1,240 pixels wide has 2 million."""


def start(memory_limit: int) -> None:
    """Prepare a fresh process.

    Args:
        memory_limit: Bytes of address space; a document that needs more ends the process, not the machine.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory_limit, memory_limit))
    try:
        engine.warm_up()
    except DocumentError:
        # The first document will say the same where somebody reads it.
        logging.getLogger(__name__).exception("the layout engine does not work")


def limit_memory(more: int) -> None:
    """Bound this process, which sets documents beside other work, to the address space that it has and `more` bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def set_document(html: str, images: Mapping[str, bytes]) -> bytes:
    """See `engine.from_html`. A document that needs more memory than there is ends the process."""
    try:
        return engine.from_html(html, images)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)  # what is left of this process is not to be trusted


def page_count(data: bytes) -> int:
    """How many pages a PDF has.

    Raises:
        DocumentError: `data` is no PDF.
    """
    with _opened(data) as document:
        return len(document)


def page_image(data: bytes, number: int, width: int) -> bytes:
    """A PNG of one page of a PDF, `width` pixels wide; of a very long page less.

    Args:
        number: Counted from 1.

    Raises:
        DocumentError: `data` is no PDF, or has no such page.
    """
    picture = io.BytesIO()
    try:
        with _opened(data) as document:
            if not 1 <= number <= len(document):
                raise DocumentError(f"there is no page {number}")
            page = document[number - 1]
            page.render(scale=_scale(page.get_width(), page.get_height(), width)).to_pil().save(
                picture, "PNG", compress_level=4
            )
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    return picture.getvalue()


def _scale(width: float, height: float, wanted: int) -> float:
    return min(wanted / width, math.sqrt(_PIXELS_MAX / (width * height)))


@contextmanager
def _opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(f"not a PDF: {error}") from None
    try:
        yield document
    finally:
        document.close()
