"""Small files as they come in: whole ones of each kind, made here, and what is wrong with others."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from itertools import accumulate

from PIL import Image

from invoices.enums import DOCX, XLSX

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def pdf(words: str = "", *, pages: int = 1, box: str = "0 0 595 842", head: bytes = b"") -> bytes:
    """A PDF of empty pages.

    Args:
        words: A remark in it, by which it differs from others.
        head: What stands before it.
    """
    kids = " ".join(f"{number} 0 R" for number in range(3, 3 + pages))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {pages}>>",
        *[f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]>>"] * pages,
    ]
    start = head + f"%PDF-1.7\n% {words}\n".encode()
    texts = [f"{number} 0 obj{text}endobj\n".encode() for number, text in enumerate(objects, 1)]
    places = accumulate((len(text) for text in texts), initial=len(start))
    *starts, end = [f"{place:010} 00000 n \n" for place in places]
    table = f"xref\n0 {len(starts) + 1}\n0000000000 65535 f \n{''.join(starts)}"
    tail = f"trailer<</Size {len(starts) + 1}/Root 1 0 R>>\nstartxref\n{int(end.split()[0])}\n%%EOF\n"
    return start + b"".join(texts) + table.encode() + tail.encode()


def picture(kind: str = "PNG", shade: int = 255, size: tuple[int, int] = (8, 8), mode: str = "L") -> bytes:
    """A picture of one shade, by which it differs from others."""
    written = io.BytesIO()
    Image.new(mode, size, shade).save(written, kind)
    return written.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that is as large as it says, and yet has few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\1\0\0\0\0"
    packer, row, packed = zlib.compressobj(9), bytes(1 + (width + 7) // 8), b""
    for _row in range(height):
        packed += packer.compress(row)
    packed += packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def archive(parts: Mapping[str, str | bytes], comment: bytes = b"", packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", packed) as file:
        for name, content in parts.items():
            file.writestr(name, content)
        file.comment = comment
    return written.getvalue()


def office_parts(part: str, content_type: str, *, target: str = "", declared_for: str = "") -> dict[str, str | bytes]:
    """The parts of a small Word or Excel file.

    Args:
        part: The name of the main part.
        content_type: What it is declared to be.
        target: Where the relationship leads; to the main part when empty.
        declared_for: The part that is declared to be of the type; the main part when empty.
    """
    return {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{_TYPES}">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{declared_for or part}" ContentType="{content_type}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_MAIN}" Target="{target or part}"/></Relationships>',
        part: "<x/>",
    }


def workbook(**more: str | bytes) -> bytes:
    """A small Excel file, with more parts by their names."""
    return archive(office_parts("xl/workbook.xml", f"{XLSX}.main+xml") | more)


def letter(**more: str | bytes) -> bytes:
    """A small Word file, with more parts by their names."""
    return archive(office_parts("word/document.xml", f"{DOCX}.main+xml") | more)
