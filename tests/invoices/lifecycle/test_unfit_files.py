"""Files as people have them, which are not taken: each refusal says what to do."""

import io

import pikepdf
import pytest
from PIL import Image

from accounts.acting import NotAllowed
from invoices.lifecycle import attachments
from invoices.lifecycle.paper import record_paper
from portal.lib.calendar import today_jst
from tests.factories import paper_facts
from tests.small_files import archive

pytestmark = pytest.mark.django_db

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


def pdf(**passwords: str) -> bytes:
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(written, encryption=pikepdf.Encryption(**passwords) if passwords else False)
    return written.getvalue()


def picture(kind: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(written, kind)
    return written.getvalue()


def named(*parts: str) -> bytes:
    return archive(dict.fromkeys(parts, "<x/>"))


LOCKED = pdf(user="hiraku", owner="nushi")
REFUSED = [
    ("IMG_0001.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0", "互換性優先"),
    ("IMG_0001.jpg", b"\0\0\0\x24ftypmif1\0\0\0\0", "「JPEG」で書き出す"),
    ("scan.tif", picture("TIFF"), "保存形式を「PDF」に"),
    ("scan.tif", b"MM\0*\0\0\0\x08", "保存形式を「PDF」に"),
    ("shot.bmp", picture("BMP"), "PNGかJPEGで保存し直して"),
    ("shot.gif", picture("GIF"), "PNGかJPEGで保存し直して"),
    ("shot.webp", picture("WEBP"), "PNGかJPEGで保存し直して"),
    ("見積.doc", OLE, "docx・xlsxかPDF"),
    ("見積.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "パスワードを外して"),
    (
        "見積.xlsm",
        named("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
        "マクロ",
    ),
    ("見積.xlsb", named("[Content_Types].xml", "xl/workbook.bin"), "xlsxかPDF"),
    ("説明.pptx", named("[Content_Types].xml", "ppt/presentation.xml"), "PDFで保存し直して"),
    ("見積.ods", named("mimetype", "content.xml"), "PDFで保存し直して"),
    ("一式.zip", named("納品書.pdf"), "展開して"),
    ("一式.lzh", b"\x24\x00-lh5-" + bytes(40), "展開して"),
    ("一式.7z", b"7z\xbc\xaf\x27\x1c" + bytes(40), "展開して"),
    ("内訳.csv", "品名,数量".encode("utf-16"), "UTF-8で保存し直して"),
    ("納品書.pdf", b"<html>404</html>", "中身がPDFのファイルではありません"),
    ("a.exe", b"MZ\0", "添付できるのは"),
    ("納品書.pdf", LOCKED, "パスワードを外してください"),
    ("納品書.pdf", b"\r\n" * 40 + LOCKED, "パスワードを外してください"),
]


@pytest.mark.parametrize(("name", "data", "says"), REFUSED)
def test_a_file_that_is_not_taken_is_refused_with_what_to_do(name, data, says, draft, supplier_owner):
    with pytest.raises(NotAllowed, match=says):
        attachments.add(draft_id=draft.pk, actor=supplier_owner, name=name, data=data)
    assert not draft.attachments.exists()


@pytest.mark.parametrize("data", [pdf(), pdf(owner="nushi", user=""), b"junk\n" * 100 + pdf()])
def test_a_pdf_that_everybody_can_open_is_attached_as_it_is(data, draft, supplier_owner):
    file = attachments.add(draft_id=draft.pk, actor=supplier_owner, name="納品書.pdf", data=data)
    assert (file.content_type, file.size) == ("application/pdf", len(data))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (LOCKED, "パスワードを外してください"),
        (picture("TIFF"), "保存形式を「PDF」に"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "「JPEG」で書き出す"),
        (b"nothing", "20MBまでのPDF・PNG・JPEG"),
    ],
)
def test_a_scan_that_is_not_taken_is_refused_with_what_to_do(data, says, reviewer, department):
    day = today_jst()
    facts = paper_facts(issue_date=day, received_on=day)
    with pytest.raises(NotAllowed, match=says):
        record_paper(department_id=department.pk, facts=facts, scan=data, actor=reviewer)
