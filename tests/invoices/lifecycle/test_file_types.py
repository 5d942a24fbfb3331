"""What kind of file somebody sent."""

import pytest

from invoices.lifecycle.file_types import ARCHIVE, CSV, JPEG, PDF, PNG, TEXT, attachment_type, scan_type

TABLE = "品名,数量\r\nクッキー,30\r\n"
KEPT = [
    ("納品書.pdf", b"%PDF-1.7 ...", PDF),
    ("写真.png", b"\x89PNG\r\n\x1a\n...", PNG),
    ("写真.jpg", b"\xff\xd8\xff\xe0...", JPEG),
    ("内訳.xlsx", b"PK\x03\x04...", ARCHIVE),
    ("納品書.pdf", b"\xef\xbb\xbf\r\n%PDF-1.7 ...", PDF),
    ("納品書.pdf", b"Content-Type: application/pdf\r\n\r\n" + b"\0" * 900 + b"%PDF-1.4 ...", PDF),
    ("内訳.csv", TABLE.encode(), CSV),
    ("説明.txt", b"Files with %PDF-1.7 in their head are documents.", TEXT),
    ("内訳.csv", TABLE.encode("utf-8-sig"), CSV),
    ("内訳.CSV", TABLE.encode("cp932"), CSV),
    ("説明.txt", "説明\n\t①".encode("cp932"), TEXT),
    ("説明.txt", b"plain", TEXT),
]
REFUSED = {
    "empty": ("a.pdf", b""),
    "a program called pdf": ("a.pdf", b"MZ\x90\0"),
    "old excel": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "an encrypted workbook": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "html": ("a.html", b"<script>alert(1)</script>"),
    "svg": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "text without an ending": ("a", b"plain"),
    "text with zeros": ("a.txt", b"plain\0text"),
    "utf-16": ("a.csv", TABLE.encode("utf-16")),
    "bytes that are no text": ("a.csv", b"\x81\xff\xfe\x81"),
    "bytes with an escape": ("a.txt", b"\x1b$B%F%9%H\x1b(B"),
}


@pytest.mark.parametrize(("name", "data", "kind"), KEPT)
def test_the_bytes_say_what_a_file_is(name, data, kind):
    assert attachment_type(data, name) == kind


@pytest.mark.parametrize("name", ["a.exe", "a", "a.txt", "a.xlsx"])
def test_a_name_does_not_change_what_signatures_say(name):
    assert attachment_type(b"%PDF-1.7", name) == PDF


@pytest.mark.parametrize("case", REFUSED)
def test_everything_else_is_refused(case):
    name, data = REFUSED[case]
    assert attachment_type(data, name) is None


def test_a_document_that_begins_late_is_none():
    assert scan_type(b"\0" * 1024 + b"%PDF-1.7") is None


def test_a_scan_is_a_document_or_a_picture():
    assert [scan_type(data) for _name, data, _kind in KEPT[:4]] == [PDF, PNG, JPEG, None]
    assert scan_type(TABLE.encode()) is None
