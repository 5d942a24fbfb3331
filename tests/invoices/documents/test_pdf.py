"""The PDF: what its readers see, and what the engine refuses."""

import io
import logging
import re
from pathlib import Path

import pikepdf
import pytest

from dev.sample_documents import SEAL, line, snapshot
from invoices.documents.pdf import engine, fonts, isolation
from invoices.documents.pdf.engine import DocumentError
from suppliers.models import Seal
from tests.factories import SupplierFactory
from tests.invoices.documents import pdfa
from tests.invoices.documents.printing import IMAGES, print_as
from tests.invoices.documents.reading import faults_of_setting, pdfium_text, pictures, poppler_text, squeezed


@pytest.fixture(scope="module")
def worked() -> bytes:
    return print_as("standard", snapshot())


@pytest.mark.parametrize("read", [pdfium_text, poppler_text])
def test_programs_read_what_the_law_asks_for(worked, read):
    text = " ".join(read(worked).split())
    for item in (
        "株式会社みほん製菓",
        "登録番号 T7123456789012",
        "令和8年10月1日(2026-10-01)から",
        "2026-10-05 ミニスナック コーン味 1本 ※ 60 本 27 8% 1,620",
        "※は軽減税率対象品目です。",
        "課税 8%(軽減) 9,480 758 10,238",
        "課税 10% 12,828 1,282 14,110",
        "合計 22,308 2,040 24,348",
        "見本市長 様",
        "24,348円",
        "照合コード 7K3QX9VB2MD4T",
    ):
        assert item in text


def test_names_with_rare_characters_and_variants_are_printed_and_read():
    name = "𠮷田 髙橋 山﨑 槗本 葛\U000e0102城 辻\U000e0102 邉\U000e0110"
    data = print_as(
        "standard", snapshot([line(name)], issuer={"name": name, "representative_name": "葛城 辻 邉 \ufa19"})
    )
    assert "IPAmjMincho" in _font_names(data)
    for text in (pdfium_text(data), poppler_text(data)):
        flat = "".join(text.split())
        assert flat.count("".join(name.split())) == 2
        assert "葛城辻邉\ufa19" in flat


@pytest.mark.parametrize("form", ["standard", "cover", "receipt"])
def test_names_of_residents_from_abroad_are_printed_in_their_place_and_read(form):
    name = "Nguyễn Văn Đức"
    data = print_as(form, snapshot([line(name)] * 40, issuer={"name": name, "representative_name": name}, title=name))
    assert "M-PLUS-Code-Latin-50" in _font_names(data)
    assert not list(faults_of_setting(data))
    assert not list(pdfa.faults(data))
    for text in (pdfium_text(data), poppler_text(data)):
        assert "".join(text.split()).count("NguyễnVănĐức") >= 2


@pytest.mark.parametrize("read", [pdfium_text, poppler_text])
def test_a_selector_that_no_font_knows_is_dropped_and_troubles_no_other_character(read):
    title = "葛\U000e01ef飾 葛城 辻\ufe0f町 辻\U000e0102村 \ufe0f一 邉\U000e01ef\U000e01ee原 邉"
    data = print_as("standard", snapshot([line("葛飾 辻村 邉原")], title=title, remarks="葛 辻 邉"))
    text = squeezed(read(data))
    assert "葛飾葛城辻町辻\U000e0102村一邉原邉" in text
    assert "葛飾辻村邉原" in text
    assert "葛辻邉" in text
    assert text.count("\U000e0102") == 1
    assert not {"\ufe0f", "\U000e01ef", "\U000e01ee"} & set(text)


@pytest.mark.parametrize(("char", "name"), [("😀", "「😀」"), ("\u200b", "制御文字"), ("\ue000", "制御文字")])
def test_the_engine_refuses_a_character_that_no_font_has_wherever_it_stands(char, name):
    with pytest.raises(DocumentError, match=re.escape(f"{name}(U+{ord(char):04X})")):
        engine.from_html(f'<html lang="ja"><head><title>{char}</title></head><body><div>請求書</div></body></html>')


def test_a_character_that_no_font_has_is_refused_by_name():
    with pytest.raises(DocumentError, match=r"「😀」\(U\+1F600\)"):
        print_as("standard", snapshot(remarks="ありがとう😀"))


def test_a_character_without_a_name_is_refused_by_its_code():
    with pytest.raises(DocumentError, match=r"制御文字\(U\+E000\)"):
        print_as("standard", snapshot(title="請求\ue000書"))


def test_what_nobody_sees_is_left_out_of_the_page():
    text = squeezed(pdfium_text(print_as("standard", snapshot(title="請求\u202e内\u200b訳書"))))
    assert "請求内訳書" in text
    assert not {"\u202e", "\u200b"} & set(text)


def test_whatever_the_engine_complains_about_is_a_failure():
    with pytest.raises(DocumentError, match="no-such-property"):
        engine.from_html('<html lang="ja"><body><div style="no-such-property: 1">請求書</div></body></html>')
    assert not logging.getLogger("weasyprint").handlers[1:]


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "data:image/png;base64,AAAA"])
def test_a_document_fetches_nothing(address):
    with pytest.raises(DocumentError, match="asked for"):
        engine.from_html(f'<html lang="ja"><body><img src="{address}"/>請求書</body></html>')


def test_a_page_without_lines_has_no_heading_of_lines():
    pages = poppler_text(print_as("standard", snapshot([line()], remarks="備考の文章です。\n" * 120))).split("\f")[:-1]
    assert ["品名" in page for page in pages] == [True, *[False] * (len(pages) - 1)]
    assert len(pages) > 1


@pytest.mark.django_db
def test_the_seal_of_the_issuer_is_found_by_its_hash_and_no_other_suppliers():
    owner, stranger = SupplierFactory(), SupplierFactory()
    (image,) = IMAGES.values()
    Seal.objects.create(supplier=owner, image=image, kind=SEAL.kind, sha256=SEAL.sha256, active=False)
    sealed = snapshot([line()], issuer={"id": owner.pk, "seal": SEAL})
    assert isolation.render_isolated(sealed) == print_as("standard", sealed)
    assert pictures(isolation.render_isolated(sealed)) != [[]]
    with pytest.raises(DocumentError, match=f"asked for seal:{SEAL.sha256}"):
        isolation.render_isolated(snapshot(issuer={"id": stranger.pk, "seal": SEAL}))


def test_this_machine_can_make_documents():
    engine.self_test()


def test_a_missing_font_package_is_named(monkeypatch):
    monkeypatch.setitem(fonts.PACKAGES, "fonts-ipamj-mincho", (Path("/nonexistent/ipamjm.ttf"),))
    with pytest.raises(DocumentError, match="apt-get install fonts-ipamj-mincho"):
        engine.self_test()


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setitem(engine._LIBRARIES, "libharfbuzz-subset0", "libnonexistent.so.0")
    with pytest.raises(DocumentError, match="libharfbuzz-subset0"):
        engine.self_test()


def _font_names(data: bytes) -> str:
    with pikepdf.open(io.BytesIO(data)) as document:
        return " ".join(str(font.BaseFont) for page in document.pages for font in page.Resources.Font.values())
