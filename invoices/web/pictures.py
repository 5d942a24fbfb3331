"""Documents as pictures of their pages, for people who would rather look than read.

The pictures of the last few documents stay in memory; who may see them is decided before anything here is asked.
"""

from functools import lru_cache

from django.http import Http404, HttpResponse

from invoices.archive import store
from invoices.documents import isolation, snapshot

_KEPT = 16
_SHEET_WIDTH = 1240


@lru_cache(maxsize=_KEPT)
def draft_pdf(snapshot_text: str) -> bytes:
    """The document that this draft would become, marked 見本 and without a number."""
    return isolation.render_isolated(snapshot.load(snapshot_text), draft=True)


@lru_cache(maxsize=_KEPT)
def draft_sheets(snapshot_text: str) -> list[bytes]:
    return isolation.page_images(draft_pdf(snapshot_text), width=_SHEET_WIDTH)


@lru_cache(maxsize=_KEPT)
def stored_sheets(key: str) -> list[bytes]:
    """The pages of a stored document."""
    return isolation.page_images(store.fetch(key), width=_SHEET_WIDTH)


def sheet_response(sheets: list[bytes], number: int) -> HttpResponse:
    """One page, counted from 1.

    Raises:
        Http404: the document has no such page.
    """
    if not 1 <= number <= len(sheets):
        raise Http404
    response = HttpResponse(sheets[number - 1], content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600, immutable"
    return response


def pdf_response(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-cache"
    return response
