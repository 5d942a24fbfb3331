"""What to do with a file that is not taken: a sentence of its own for each kind that people really have."""

from pathlib import PurePath

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.documents.opening import Unfit
from invoices.enums import DOCX, XLSX
from invoices.lifecycle.file_types import CSV, ENDINGS, ENTRY, JPEG, PDF, PICTURES, PNG, TEXT, archive_contents

_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = (ENTRY, b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
_MACROS = gettext_lazy("マクロの入ったファイルです。「マクロなし」の形式(docx・xlsx)かPDFで保存し直してください。")


def sentence(unfit: Unfit, kind: str, pages_max: int) -> str:
    """Why a file of a kind that is taken is not, and what to do.

    Args:
        pages_max: How many pages a PDF may have.
    """
    if unfit == Unfit.LOCKED:
        return _("パスワードのかかったPDFです。パスワードを外してください。外して保存し直したPDFを選びます。")
    if unfit == Unfit.MACROS:
        return str(_MACROS)
    if unfit == Unfit.TOO_MANY_PAGES:
        return _("PDFのページが多すぎます。%(most)dページまでに分けてください。") % {"most": pages_max}
    if unfit == Unfit.TOO_LARGE and kind in PICTURES:
        return _("画像の縦横が大きすぎます。解像度を下げて、読み取り直すか保存し直してください。")
    if unfit == Unfit.TOO_LARGE:
        return _("開くと大きくなりすぎるファイルです。中身を減らすか分けて、保存し直してください。")
    return _("ファイルを開けません。壊れているようです。手元で開けるか確かめて、保存し直してください。")


def advice(data: bytes, name: str) -> str:
    """How to make a file fit that is not taken; empty where nothing is known about its kind."""
    if data.startswith(_OLD_OFFICE):
        return _about_old_office(data)
    if data.startswith(_ARCHIVES) or data[2:5] == b"-lh":
        return _about_archive(data, name)
    return _about_picture(data) or _about_name(name)


def _about_picture(data: bytes) -> str:
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return _(
            "iPhoneなどのHEIC形式の写真です。写真を開いて「JPEG」で書き出すか、"
            "iPhoneの「設定」→「カメラ」→「フォーマット」で「互換性優先」を選んで撮り直してください。"
        )
    if data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return _(
            "TIFF形式の画像です。複合機の保存形式を「PDF」にして読み取り直すか、"
            "画像を開いてPDFかPNGで保存し直してください。"
        )
    if data.startswith((b"GIF8", b"BM")) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return _("受け付けていない形式の画像です。画像を開いて、PNGかJPEGで保存し直してください。")
    return ""


def _about_old_office(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _("パスワードのかかったWordかExcelのファイルです。パスワードを外して、保存し直してください。")
    return _(
        "古い形式のWordかExcelのファイル(doc・xls)です。"
        "「名前を付けて保存」で、docx・xlsxかPDFにして保存し直してください。"
    )


def _about_archive(data: bytes, name: str) -> str:
    contents = archive_contents(data) if data.startswith(ENTRY) else b""
    if b"vbaProject" in contents:
        return str(_MACROS)
    if b"xl/workbook.bin" in contents:
        return _("バイナリ形式のExcelのファイル(xlsb)です。xlsxかPDFで保存し直してください。")
    is_office = b"word/" in contents or b"xl/" in contents
    if is_office or PurePath(name).suffix.lower() in (*ENDINGS[DOCX], *ENDINGS[XLSX]):
        return _("WordかExcelのファイルですが、読めません。開けるか確かめて、保存し直してください。")
    if any(part in contents for part in (b"ppt/", b"content.xml", b"Index/Document.iwa", b"Index.zip")):
        return _("PowerPointなど、受け付けていない形式の文書です。PDFで保存し直してください。")
    return _("圧縮ファイル(ZIPなど)です。展開して、中のファイルを1つずつ選んでください。")


def _about_name(name: str) -> str:
    """About a file whose bytes are not what its name says."""
    ending = PurePath(name).suffix.lower()
    if ending in (*ENDINGS[CSV], *ENDINGS[TEXT]):
        return _("文字コードがUTF-8でもシフトJISでもないため、読めません。UTF-8で保存し直してください。")
    if any(ending in ENDINGS[kind] for kind in (PDF, PNG, JPEG)):
        return _("中身が%(ending)sのファイルではありません。開けるか確かめて、保存し直してください。") % {
            "ending": ending.removeprefix(".").upper()
        }
    return ""
