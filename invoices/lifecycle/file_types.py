"""What kind of file somebody sent: found by looking into its bytes, whatever its name and the browser say."""

import re
import struct
from pathlib import PurePath

from invoices.enums import DOCX, XLSX

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
PICTURES = frozenset({PNG, JPEG})
CSV, TEXT = "text/csv", "text/plain"
ARCHIVE = "application/zip"
"""What may be a Word or Excel file; only whoever opens it can tell."""

ENDINGS = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    XLSX: (".xlsx",),
    DOCX: (".docx",),
    CSV: (".csv",),
    TEXT: (".txt",),
}
"""The endings by which computers know these types; the first is the usual one."""

ENTRY = b"PK\x03\x04"
"""How a ZIP archive begins."""

_SIGNATURES = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
# Some programs write something before a PDF; readers look for its beginning in the first 1024 bytes.
_PDF_HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_HEADER_WITHIN = 1024
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_DIRECTORY_END = struct.Struct("<4s4H2LH")
_COMMENT_MAX = 65_535


def scan_type(data: bytes) -> str | None:
    """The type of a document or picture by its first bytes; None for anything else."""
    return _by_signature(data) or (PDF if _PDF_HEADER.search(data[:_PDF_HEADER_WITHIN]) else None)


def attachment_type(data: bytes, name: str) -> str | None:
    """The type of a file that may go with an invoice, as far as its first bytes show it; None for what may not.

    Tables and texts have no signature: there the name says which of the two it is, and the bytes that it is text.
    """
    if kind := _by_signature(data):
        return kind
    if data.startswith(ENTRY):
        return ARCHIVE
    ending = PurePath(name).suffix.lower()
    text = next((kind for kind in (CSV, TEXT) if ending in ENDINGS[kind] and _is_text(data)), None)
    return text or scan_type(data)


def archive_contents(data: bytes) -> bytes:
    """The list of contents of a ZIP archive, with the names of its files; empty where there is none.

    Nothing is unpacked.
    """
    at = data.rfind(b"PK\x05\x06", max(len(data) - _DIRECTORY_END.size - _COMMENT_MAX, 0))
    if at < 0 or at + _DIRECTORY_END.size > len(data):
        return b""
    *_counts, size, offset, _comment = _DIRECTORY_END.unpack_from(data, at)
    return data[offset : offset + size]


def _by_signature(data: bytes) -> str | None:
    return next((kind for signature, kind in _SIGNATURES.items() if data.startswith(signature)), None)


def _is_text(data: bytes) -> bool:
    """Text in UTF-8 or in the encoding that Excel writes in Japan (CP932)."""
    if _NO_TEXT.search(data):
        return False
    for encoding in ("utf-8", "cp932"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
