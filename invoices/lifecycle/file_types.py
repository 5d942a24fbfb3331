"""What kind of file somebody sent: found by looking into its bytes, whatever its name and the browser say."""

import re
import struct
from pathlib import PurePath

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV, TEXT = "text/csv", "text/plain"

ENDINGS = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    XLSX: (".xlsx",),
    CSV: (".csv",),
    TEXT: (".txt",),
}
"""The endings by which computers know these types; the first is the usual one."""

_SIGNATURES = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_ENTRY = b"PK\x03\x04"
_DIRECTORY_END = struct.Struct("<4s4H2LH")
_COMMENT_MAX = 65_535


def scan_type(data: bytes) -> str | None:
    """The type of a document or picture by its first bytes; None for anything else."""
    return next((kind for signature, kind in _SIGNATURES.items() if data.startswith(signature)), None)


def attachment_type(data: bytes, name: str) -> str | None:
    """The type of a file that may go with an invoice; None for what may not.

    Tables and texts have no signature: there the name says which of the two it is, and the bytes that it is text.
    """
    if kind := scan_type(data):
        return kind
    if data.startswith(_ENTRY):
        return XLSX if _is_workbook(data) else None
    ending = PurePath(name).suffix.lower()
    return next((kind for kind in (CSV, TEXT) if ending in ENDINGS[kind] and _is_text(data)), None)


def _is_workbook(data: bytes) -> bool:
    """Whether a ZIP archive lists the parts of an Excel workbook, and no macros.

    Only the list of contents is looked at, and nothing is unpacked.
    """
    at = data.rfind(b"PK\x05\x06", max(len(data) - _DIRECTORY_END.size - _COMMENT_MAX, 0))
    if at < 0 or at + _DIRECTORY_END.size > len(data):
        return False
    *_counts, size, offset, _comment = _DIRECTORY_END.unpack_from(data, at)
    contents = data[offset : offset + size]
    return b"[Content_Types].xml" in contents and b"xl/workbook.xml" in contents and b"vbaProject" not in contents


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
