"""Documents as pictures of their pages, for people who would rather look than read.

The pictures of the last few documents stay in memory; who may see them is decided before anything here is asked.
"""

import logging
from functools import lru_cache
from threading import Lock
from uuid import UUID
from weakref import WeakValueDictionary

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from invoices.archive import store
from invoices.archive.store import DamagedDocumentError
from invoices.documents import schema
from invoices.documents.pdf import isolation
from invoices.documents.pdf.engine import DocumentError
from invoices.documents.pdf.waiting_line import Crowded
from invoices.lifecycle.received_files import SCAN_PAGES_MAX
from invoices.models import Document, Invoice

logger = logging.getLogger(__name__)

PDF = "application/pdf"
PICTURE = "image/png"
_DOCUMENTS_KEPT = 16
_COUNTS_KEPT = 256
_SHEETS_KEPT = 32
_SHEET_WIDTH = 1240

_guard = Lock()
_being_made: WeakValueDictionary[tuple[str, UUID], Lock] = WeakValueDictionary()


def draft_pdf(snapshot_text: str, asker: UUID) -> bytes:
    """The document that this draft would become, marked 見本 and without a number.

    Args:
        asker: The supplier.

    Raises:
        Crowded: too many previews are asked for at once.
        DocumentError: it cannot be set.
    """
    # The sheets of one page are asked for at once: one of them makes the document, the others find it.
    with _guard:
        lock = _being_made.setdefault((snapshot_text, asker), Lock())
    with lock:
        return _made(snapshot_text, asker)


@lru_cache(maxsize=_DOCUMENTS_KEPT)
def _made(snapshot_text: str, asker: UUID) -> bytes:
    return isolation.render_isolated(schema.load(snapshot_text), draft=True, asker=asker)


@lru_cache(maxsize=_DOCUMENTS_KEPT)
def draft_sheet_numbers(snapshot_text: str, asker: UUID) -> range:
    """Its pages, counted from 1. Raises as `draft_pdf` does."""
    return range(1, isolation.page_count(draft_pdf(snapshot_text, asker)) + 1)


@lru_cache(maxsize=_SHEETS_KEPT)
def _draft_sheet(snapshot_text: str, asker: UUID, number: int) -> bytes:
    return isolation.page_image(draft_pdf(snapshot_text, asker), number, _SHEET_WIDTH)


def stored_document(invoice: Invoice) -> Document | None:
    """The invoice's stored document, PDF or scan; None while it is being made."""
    return invoice.documents.filter(stored_at__isnull=False).order_by("id").first()


@lru_cache(maxsize=_COUNTS_KEPT)
def _stored_sheet_count(key: str, content_type: str) -> int:
    # Of what was stored before pages were counted there may be any number.
    return min(isolation.page_count(store.fetch(key)), SCAN_PAGES_MAX) if content_type == PDF else 1


@lru_cache(maxsize=_SHEETS_KEPT)
def _stored_sheet(key: str, content_type: str, number: int) -> bytes:
    data = store.fetch(key)
    return isolation.page_image(data, number, _SHEET_WIDTH) if content_type == PDF else data


def sheet_numbers(document: Document | None) -> range:
    """The pages that can be shown, counted from 1; none of a document that is not there or no viewer can read."""
    if document is None:
        return range(0)
    try:
        return range(1, _stored_sheet_count(document.key, document.content_type) + 1)
    except (DocumentError, DamagedDocumentError, OSError):
        logger.exception("a stored document cannot be shown", extra={"document": str(document.pk)})
        return range(0)


def stored_sheet(document: Document, number: int) -> HttpResponse:
    """A picture of one page; a scan that is a picture is shown as it is.

    Raises:
        Http404: the document has no such page, or it cannot be shown.
    """
    if number not in sheet_numbers(document):
        raise Http404
    kind = PICTURE if document.content_type == PDF else document.content_type
    try:
        return HttpResponse(_stored_sheet(document.key, document.content_type, number), kind)
    except (DocumentError, DamagedDocumentError, OSError) as error:
        logger.exception("a page cannot be shown", extra={"document": str(document.pk), "page": number})
        raise Http404 from error


def draft_sheet(snapshot_text: str, asker: UUID, number: int) -> HttpResponse:
    """A picture of one page of a draft's document. Raises as `draft_pdf` does, and:

    Raises:
        Http404: it has no such page, or cannot be printed as it is.
    """
    try:
        if number not in draft_sheet_numbers(snapshot_text, asker):
            raise Http404
        return HttpResponse(_draft_sheet(snapshot_text, asker, number), PICTURE)
    except Crowded:
        raise
    except DocumentError as error:
        raise Http404 from error


def crowded(request: HttpRequest) -> HttpResponse:
    """Told at once, in place of a document for which too many wait."""
    response = render(request, "crowded.html", status=503)
    response["Retry-After"] = "30"
    return response


def document_response(request: HttpRequest, document: Document, name: str) -> HttpResponse:
    """The stored document as it is; while the store cannot give it, a page that says so."""
    try:
        data = store.fetch(document.key)
    except (DamagedDocumentError, OSError):
        logger.exception("a stored document cannot be read", extra={"document": str(document.pk)})
        return render(request, "503.html", status=503)
    return file_response(data, document.content_type, name)


def file_response(data: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    ending = content_type.rsplit("/", 1)[1]
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=f"{name}.{ending}") or ""
    return response
