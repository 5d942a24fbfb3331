"""Files that somebody might send, by the place where files come in, and which of them may come in there."""

import zipfile
from collections.abc import Callable

from invoices.enums import DOCX, XLSX
from tests.invoices.lifecycle.test_unfit_files import LOCKED
from tests.small_files import archive, letter, office_parts, pdf, picture, png_of_size, workbook
from tests.suppliers.pictures import seal_picture

Case = tuple[str, Callable[[], bytes]]

_MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_EXCEL = office_parts("xl/workbook.xml", f"{XLSX}.main+xml")
_WORD = office_parts("word/document.xml", f"{DOCX}.main+xml")

GOOD_SCANS: dict[str, Case] = {
    "a pdf": ("a.pdf", pdf),
    "a pdf of many pages": ("a.pdf", lambda: pdf(pages=500)),
    "a pdf behind some words": ("a.pdf", lambda: pdf(head=b"Content-Type: application/pdf\r\n\r\n")),
    "a long receipt": ("a.pdf", lambda: pdf(box="0 0 165 6000")),
    "a png": ("a.png", picture),
    "a large png": ("a.png", lambda: picture(size=(7016, 9921))),
    "a jpeg": ("a.jpg", lambda: picture("JPEG")),
    "a photograph": ("a.jpg", lambda: picture("JPEG", size=(4000, 3000), mode="RGB")),
}
GOOD_ATTACHMENTS: dict[str, Case] = GOOD_SCANS | {
    "a workbook": ("a.xlsx", workbook),
    "a workbook with its main part elsewhere": (
        "a.xlsx",
        lambda: archive(office_parts("book/main.xml", f"{XLSX}.main+xml", target="/book/main.xml")),
    ),
    "a workbook with a large table": (
        "a.xlsx",
        lambda: workbook(**{"xl/t.xml": "".join(f"<row>{number}</row>" for number in range(400_000))}),
    ),
    "a letter": ("a.docx", letter),
    "a letter that speaks of macros": ("a.docx", lambda: letter(**{"word/x.xml": "<x>vbaProject.bin</x>"})),
    "a table in utf-8": ("a.csv", "品名,数量\r\n".encode),
    "a table in cp932": ("a.csv", lambda: "品名,数量\r\n".encode("cp932")),
    "a text": ("a.txt", "説明".encode),
}
GOOD_SEALS: dict[str, Case] = {
    "a png": ("a.png", seal_picture),
    "a jpeg": ("a.jpg", lambda: seal_picture("JPEG", quality=95)),
}

_BAD_EVERYWHERE: dict[str, Case] = {
    "nothing at all": ("a.pdf", bytes),
    "the head of a pdf": ("a.pdf", lambda: b"%PDF-1.7 nothing"),
    "a pdf without its end": ("a.pdf", lambda: pdf()[:60]),
    "a pdf without pages": ("a.pdf", lambda: pdf(pages=0)),
    "a pdf with a page of a kilometre": ("a.pdf", lambda: pdf(box="0 0 9 2834645")),
    "a pdf of 100,000 pages": ("a.pdf", lambda: pdf(pages=100_000)),
    "a pdf with a password": ("a.pdf", lambda: LOCKED),
    "the head of a png": ("a.png", lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHD"),
    "a png without its end": ("a.png", lambda: seal_picture(size=(900, 700))[:-400]),
    "a png with a wrong sum": ("a.png", lambda: picture().replace(b"IDAT", b"IDAU")),
    "a png of 400 million pixels": ("a.png", lambda: png_of_size(20_000, 20_000)),
    "the head of a jpeg": ("a.jpg", lambda: b"\xff\xd8\xff\xe0...."),
    "half a jpeg": ("a.jpg", lambda: (data := picture("JPEG", size=(900, 900), mode="RGB"))[: len(data) // 2]),
    "a program": ("a.pdf", lambda: b"MZ\x90\0" + bytes(200)),
    "a page of html": ("a.pdf", lambda: b"<html><script>alert(1)</script></html>"),
    "a drawing with a script": ("a.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "a gif": ("a.gif", lambda: picture("GIF")),
    "a tiff": ("a.tif", lambda: picture("TIFF")),
    "an archive of a program": ("a.zip", lambda: archive({"a.exe": b"MZ"})),
}
_NO_OFFICE_FILE: dict[str, Case] = {
    "words of a workbook in an archive": (
        "a.xlsx",
        lambda: archive({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"}),
    ),
    "words of a letter in a comment": (
        "a.docx",
        lambda: archive({"a.exe": b"MZ"}, b"[Content_Types].xml word/document.xml"),
    ),
    "a workbook without relationships": ("a.xlsx", lambda: _without("_rels/.rels")),
    "a workbook without its main part": ("a.xlsx", lambda: _without("xl/workbook.xml")),
    "a workbook whose relationship leads elsewhere": (
        "a.xlsx",
        lambda: archive(office_parts("xl/workbook.xml", f"{XLSX}.main+xml", target="http://example.jp/x")),
    ),
    "a workbook whose type is of another part": (
        "a.xlsx",
        lambda: archive(office_parts("xl/workbook.xml", f"{XLSX}.main+xml", declared_for="xl/other.xml")),
    ),
    "a workbook declared with macros": ("a.xlsx", lambda: archive(office_parts("xl/workbook.xml", _MACROS))),
    "a workbook with macros": ("a.xlsx", lambda: workbook(**{"xl/vbaProject.bin": b"x"})),
    "macros under another name": (
        "a.xlsx",
        lambda: archive(
            _EXCEL
            | {
                "[Content_Types].xml": str(_EXCEL["[Content_Types].xml"]).replace(
                    "</Types>",
                    '<Override PartName="/xl/a.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
                ),
                "xl/a.bin": b"x",
            }
        ),
    ),
    "a presentation": ("a.pptx", lambda: archive({"[Content_Types].xml": "<x/>", "ppt/presentation.xml": "<x/>"})),
    "entities that grow": ("a.xlsx", lambda: archive(_EXCEL | {"[Content_Types].xml": _growing()})),
    "lists that are no xml": ("a.xlsx", lambda: archive(_EXCEL | {"_rels/.rels": "<Relationships"})),
    "a part that grows to 300 megabytes": ("a.xlsx", lambda: workbook(**{"xl/z.xml": bytes(300 * 1024 * 1024)})),
    "a part packed two hundredfold and more": ("a.xlsx", lambda: workbook(**{"xl/z.xml": bytes(20 * 1024 * 1024)})),
    "six thousand parts": ("a.docx", lambda: letter(**{f"word/{number}.xml": "" for number in range(6_000)})),
    "a part that leads outside": ("a.docx", lambda: letter(**{"../../etc/passwd": "x"})),
    "a part that stands there twice": ("a.docx", lambda: letter(**{"WORD/document.xml": "<y/>"})),
    "parts packed in another way": ("a.docx", lambda: archive(_WORD, packed=zipfile.ZIP_LZMA)),
    "a damaged part": ("a.docx", lambda: _damaged(letter(**{"word/media.bin": bytes(range(256)) * 40}))),
    "an archive behind a program": ("a.docx", lambda: b"PK\x03\x04" + b"MZ" * 40 + letter()),
    "an archive without its list": ("a.docx", lambda: letter()[:-22]),
}
BAD_ATTACHMENTS = (
    _BAD_EVERYWHERE
    | _NO_OFFICE_FILE
    | {
        "a table in utf-16": ("a.csv", lambda: "品名,数量".encode("utf-16")),
        "a table with a NUL": ("a.csv", lambda: b"a,b\0"),
        "a text with an escape": ("a.txt", lambda: b"\x1b]0;title\x07"),
        "a text under a name of a program": ("a.bat", lambda: b"echo"),
        "a text under no name": ("a", lambda: b"text"),
    }
)
BAD_SCANS = (
    _BAD_EVERYWHERE
    | _NO_OFFICE_FILE
    | {
        "a workbook": ("a.pdf", workbook),
        "a table": ("a.pdf", lambda: b"a,b"),
        "a pdf that begins late": ("a.pdf", lambda: bytes(1024) + pdf()),
        "a pdf of 501 pages": ("a.pdf", lambda: pdf(pages=501)),
    }
)
BAD_SEALS = (
    _BAD_EVERYWHERE
    | _NO_OFFICE_FILE
    | {
        "a pdf": ("a.png", pdf),
        "a workbook": ("a.png", workbook),
        "an empty sheet": ("a.png", lambda: seal_picture(box=None)),
        "a dot": ("a.png", lambda: seal_picture(box=(10, 10, 20, 20))),
        "a picture of 5,000 pixels": ("a.png", lambda: picture(size=(5_000, 10))),
    }
)


def _without(name: str) -> bytes:
    return archive({part: content for part, content in _EXCEL.items() if part != name})


def _growing() -> str:
    ten = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    return f'<!DOCTYPE x [<!ENTITY a0 "x">{ten}]><x>&a8;</x>'


def _damaged(data: bytes) -> bytes:
    at = data.index(b"word/media.bin") + 20
    return data[:at] + bytes(byte ^ 0xFF for byte in data[at : at + 20]) + data[at + 20 :]
