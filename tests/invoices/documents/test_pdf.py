"""The PDF: what its readers see, and that it is the same every time."""

import io
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from invoices.documents import engine, fonts, pdf, render
from invoices.documents.engine import DocumentError
from tests.invoices.documents.reading import pdfium_text, poppler_text
from tests.invoices.documents.samples import line, many_lines, snapshot

PROJECT = Path(__file__).resolve().parents[3]
SET_IN_A_FRESH_PROCESS = (
    "import sys; from invoices.documents import engine;"
    "sys.stdout.buffer.write(engine.from_html(sys.stdin.buffer.read().decode())); assert 'django' not in sys.modules"
)
LONG_NAME = (
    "株式会社見本市総合環境整備事業協同組合連合会附属技術研究開発センター"
    "南九州地区統括本部第一営業所並びに第二営業所合同事務局"
)
MARGIN = 18 * 72 / 25.4
A4_WIDTH = 210 * 72 / 25.4


@pytest.fixture(scope="module")
def worked() -> bytes:
    return pdf.render(snapshot())


@pytest.mark.parametrize("read", [pdfium_text, poppler_text])
def test_programs_read_what_the_law_asks_for(worked, read):
    text = " ".join(read(worked).split())
    for item in (
        "株式会社みほん製菓",
        "登録番号 T7123456789012",
        "令和8年10月1日(2026/10/01)から",
        "2026/10/05 ミニスナック コーン味 1本 ※ 60 本 27 8% 1,620",
        "※は軽減税率対象品目です。",
        "課税 8%(軽減) 9,480 758 10,238",
        "課税 10% 12,828 1,282 14,110",
        "合計 22,308 2,040 24,348",
        "見本市長 様",
        "24,348円",
        "照合コード 7K3QX9VB2MD4T",
    ):
        assert item in text


def test_the_same_snapshot_gives_the_same_bytes_in_another_process(worked):
    done = subprocess.run(
        [sys.executable, "-c", SET_IN_A_FRESH_PROCESS],
        input=render.html(snapshot()).encode(),
        capture_output=True,
        check=False,
        cwd=PROJECT,
        env=os.environ | {"PYTHONHASHSEED": "1", "TZ": "America/New_York", "LC_ALL": "C"},
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == worked


def test_documents_before_it_leave_no_trace_in_a_document(worked):
    pdf.render(snapshot(many_lines(3), title="𠮷"))
    assert pdf.render(snapshot()) == worked


def test_it_is_an_archive_document_with_title_author_and_language(worked):
    with pikepdf.open(io.BytesIO(worked)) as document:
        metadata = document.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "U")
        assert str(document.docinfo["/Title"]) == "請求書 MSG-2026-000012"
        assert str(document.docinfo["/Author"]) == "株式会社みほん製菓"
        assert str(document.docinfo["/CreationDate"]).startswith("D:20261031")
        assert str(document.Root.Lang) == "ja"


def test_names_with_rare_characters_and_variants_are_printed_and_read():
    name = "𠮷田 髙橋 山﨑 槗本 葛\U000e0102城 辻\U000e0102 邉\U000e0110"
    data = pdf.render(snapshot([line(name)], issuer={"name": name, "representative_name": "葛城 辻 邉 \ufa19"}))
    assert "IPAmjMincho" in _font_names(data)
    for text in (pdfium_text(data), poppler_text(data)):
        flat = "".join(text.split())
        assert flat.count("".join(name.split())) == 2
        assert "葛城辻邉\ufa19" in flat


def test_a_character_that_no_font_has_is_refused_by_name():
    with pytest.raises(DocumentError, match=r"「😀」\(U\+1F600\)"):
        pdf.render(snapshot(remarks="ありがとう😀"))


def test_an_invisible_character_is_refused_by_its_code():
    with pytest.raises(DocumentError, match=r"制御文字\(U\+202E\)"):
        pdf.render(snapshot(title="請求\u202e書"))


def test_whatever_the_engine_complains_about_is_a_failure():
    with pytest.raises(DocumentError, match="no-such-property"):
        engine.from_html('<html lang="ja"><body><p style="no-such-property: 1">請求書</p></body></html>')
    assert not logging.getLogger("weasyprint").handlers[1:]


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "data:image/png;base64,AAAA"])
def test_a_document_fetches_nothing(address):
    with pytest.raises(DocumentError, match="asked for"):
        engine.from_html(f'<html lang="ja"><body><img src="{address}"/>請求書</body></html>')


def test_a_draft_bears_the_word_and_no_number():
    text = pdfium_text(pdf.render(snapshot(), draft=True))
    assert "見本" in text.replace("見本市", "").replace("見本県", "").replace("見本 花子", "")
    assert "MSG-2026-000012" not in text


@pytest.mark.parametrize("count", [1, 2, 30, 300])
def test_every_line_is_there_under_a_heading_on_every_page(count):
    lines = [line(f"品目{number:03d}") for number in range(count)]
    pages = poppler_text(pdf.render(snapshot(lines, remarks=""))).split("\f")[:-1]
    assert re.findall("品目[0-9]{3}", "".join(pages)) == [row["description"] for row in lines]
    for number, page in enumerate(pages, start=1):
        assert page.count("品名") == (1 if "品目" in page else 0)
        assert f"全{len(pages)}枚中{number}" in "".join(page.split())


def test_a_page_without_lines_has_no_heading_of_lines():
    pages = poppler_text(pdf.render(snapshot([line()], remarks="備考の文章です。\n" * 120))).split("\f")[:-1]
    assert ["品名" in page for page in pages] == [True, *[False] * (len(pages) - 1)]
    assert len(pages) > 1


def test_nothing_is_lost_or_cut_off_when_everything_is_long():
    remarks = "".join(f"{number:04d}番目の備考。" for number in range(180))[:2000]
    amount = 999_999_999_999
    data = pdf.render(
        snapshot(
            [line(LONG_NAME * 2, "9999999999.9999", "あいうえおかきくけこ", "999999999999.9999") | {"amount": amount}],
            title=LONG_NAME,
            number="N" * 40,
            issuer={"name": LONG_NAME, "address": LONG_NAME * 2, "representative_title": LONG_NAME[:40]},
            recipient={"addressee": LONG_NAME, "department": LONG_NAME},
            remarks=remarks,
            responsible={"title": LONG_NAME[:40], "name": LONG_NAME, "phone": "0994-00-0002"},
            tax={"net": amount, "tax": amount, "total": amount},
        )
    )
    text = "".join(pdfium_text(data).split())
    for expected in ("9,999,999,999.9999", "999,999,999,999.9999", "999,999,999,999円", "N" * 40):
        assert expected in text
    for part in (LONG_NAME, remarks):
        assert part in text
    _assert_nothing_overlaps_or_leaves_the_page(data)


def test_this_machine_can_make_documents():
    pdf.self_test()


def test_a_missing_font_package_is_named(monkeypatch):
    monkeypatch.setitem(fonts.PACKAGES, "fonts-ipamj-mincho", (Path("/nonexistent/ipamjm.ttf"),))
    with pytest.raises(DocumentError, match="apt-get install fonts-ipamj-mincho"):
        pdf.self_test()


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setitem(engine._LIBRARIES, "libharfbuzz-subset0", "libnonexistent.so.0")
    with pytest.raises(DocumentError, match="libharfbuzz-subset0"):
        pdf.self_test()


def _font_names(data: bytes) -> str:
    with pikepdf.open(io.BytesIO(data)) as document:
        return " ".join(str(font.BaseFont) for page in document.pages for font in page.Resources.Font.values())


def _assert_nothing_overlaps_or_leaves_the_page(data: bytes) -> None:
    document = pypdfium2.PdfDocument(data)
    for page in document:
        text = page.get_textpage()
        boxes = [
            text.get_charbox(index)
            for index in range(text.count_chars())
            if not text.get_text_range(index, 1).isspace()
        ]
        by_height: dict[int, list[tuple[float, ...]]] = {}
        for left, bottom, right, top in boxes:
            assert MARGIN - 1 <= left <= right <= A4_WIDTH - MARGIN + 1
            assert 0 < bottom <= top
            for other in by_height.setdefault(round((bottom + top) / 2 / 12), []):
                assert not (other[0] < (left + right) / 2 < other[2] and other[1] < (bottom + top) / 2 < other[3])
            for band in range(round(bottom / 12), round(top / 12) + 1):
                by_height.setdefault(band, []).append((left, bottom, right, top))
    document.close()
