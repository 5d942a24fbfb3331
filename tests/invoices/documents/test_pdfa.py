"""Documents are archived for years as PDF/A-3u: what of that can be seen in the file, in every layout."""

import io
import subprocess
from collections.abc import Callable

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from dev.sample_documents import SEAL, credit_note, line, many_lines, snapshot
from tests.invoices.documents.crowded import CASES
from tests.invoices.documents.pdfa import described, faults
from tests.invoices.documents.printing import FORMS, print_as

RARE = snapshot(
    [line("𠮷a葛\U000e0102城 髙﨑 邉\U000e0110 é²⓪ﾐﾎﾝ")],
    issuer={"name": "𠮷田葛\U000e0102城 <&> 商店", "seal": SEAL},
    title="辻\U000e0102 & 邉\U000e0110",
)
SAMPLES = {
    "sealed": snapshot(issuer={"seal": SEAL}),
    "without a seal": snapshot(),
    "rare characters": RARE,
    "everything": snapshot(**CASES["everything"]),
    "many lines": snapshot(many_lines(120)),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_layout_keeps_the_rules_of_the_archive_format(sample, form):
    assert faults(print_as(form, SAMPLES[sample])) == []


@pytest.mark.parametrize("form", FORMS)
def test_qpdf_finds_nothing_to_complain_about(tmp_path, form):
    file = tmp_path / "document.pdf"
    file.write_bytes(print_as(form, SAMPLES["rare characters"]))
    done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("form", "frozen", "title"),
    [
        ("standard", snapshot(), "請求書 MSG-2026-000012"),
        ("cover", snapshot(), "請求書 MSG-2026-000012"),
        ("credit_note", credit_note(), "適格返還請求書 R2026-000003"),
        ("receipt", snapshot(), "請求書到達証明書 MSG-2026-000012"),
        ("draft", snapshot(), "請求書 見本"),
        ("standard", RARE, "請求書 MSG-2026-000012"),
    ],
)
def test_the_file_says_its_title_number_author_and_subject(form, frozen, title):
    said = described(print_as(form, frozen))
    assert said["/Title"] == title
    assert said["/Author"] == frozen.issuer.name
    assert said["/Subject"] == frozen.title
    assert said["/CreationDate"] == "2026-10-31"


@pytest.mark.parametrize("form", FORMS)
def test_one_page_with_a_seal_is_smaller_than_100_kilobytes(form):
    data = print_as(form, snapshot([line()], issuer={"seal": SEAL}))
    with pikepdf.open(io.BytesIO(data)) as document:
        assert len(document.pages) <= (2 if form == "cover" else 1)
    assert len(data) < 100_000


# The search itself must be able to find something: each of these breaks one rule in a good file.


def _other_part(document: pikepdf.Pdf) -> None:
    text = document.Root.Metadata.read_bytes().replace(b'pdfaid:part="3"', b'pdfaid:part="1"')
    document.Root.Metadata.write(text)


def _other_title(document: pikepdf.Pdf) -> None:
    document.docinfo["/Title"] = "納品書"


def _no_intent(document: pikepdf.Pdf) -> None:
    del document.Root["/OutputIntents"]


def _no_language(document: pikepdf.Pdf) -> None:
    del document.Root["/Lang"]


def _interpolated(document: pikepdf.Pdf) -> None:
    for item in document.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image":
            item.Interpolate = True


def _script(document: pikepdf.Pdf) -> None:
    action = document.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))
    document.Root.OpenAction = action


def _attached(document: pikepdf.Pdf) -> None:
    document.attachments["a.xml"] = b"<a/>"


def _font(document: pikepdf.Pdf) -> pikepdf.Dictionary:
    return next(iter(document.pages[0].Resources.Font.values()))


def _no_unicode(document: pikepdf.Pdf) -> None:
    del _font(document)["/ToUnicode"]


def _unreadable(document: pikepdf.Pdf) -> None:
    cmap = _font(document).ToUnicode
    cmap.write(b"\n".join(cmap.read_bytes().splitlines()[:-20]))


def _not_embedded(document: pikepdf.Pdf) -> None:
    del _font(document).DescendantFonts[0].FontDescriptor["/FontFile2"]


def _encoded(document: pikepdf.Pdf) -> None:
    _font(document).Encoding = pikepdf.Name("/UniJIS-UTF16-H")


def _mapped(document: pikepdf.Pdf) -> None:
    _font(document).DescendantFonts[0].CIDToGIDMap = document.make_stream(b"\0\1\0\2")


def _other_widths(document: pikepdf.Pdf) -> None:
    program = _font(document).DescendantFonts[0].FontDescriptor.FontFile2
    with TTFont(io.BytesIO(program.read_bytes())) as font:
        font["hmtx"].metrics = {name: (width // 2, side) for name, (width, side) in font["hmtx"].metrics.items()}
        changed = io.BytesIO()
        font.save(changed)
    program.write(changed.getvalue())


def _missing_glyph(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    name = next(iter(page.Resources.Font.keys()))
    page.contents_add(f"BT {name} 10 Tf <0000> Tj ET".encode())


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (_other_part, "XMP claims PDF/A-1U"),
        (_other_title, "/Title is '納品書' in Info"),
        (_no_intent, "0 output intents"),
        (_no_language, "no language"),
        (_interpolated, "/Interpolate true"),
        (_script, "/JavaScript"),
        (_attached, "an attachment"),
        (_no_unicode, "cannot be read as text"),
        (_unreadable, "glyphs that cannot be read as text"),
        (_not_embedded, "is not embedded"),
        (_encoded, "/UniJIS-UTF16-H"),
        (_mapped, "maps its glyphs anew"),
        (_other_widths, "the width"),
        (_missing_glyph, "prints .notdef"),
    ],
)
def test_a_file_that_breaks_a_rule_is_found(spoil: Callable[[pikepdf.Pdf], None], fault: str):
    spoiled = io.BytesIO()
    with pikepdf.open(io.BytesIO(print_as("standard", SAMPLES["sealed"]))) as document:
        spoil(document)
        document.save(spoiled, fix_metadata_version=False)
    assert any(fault in found for found in faults(spoiled.getvalue()))


def test_a_file_without_an_identifier_is_found():
    data = print_as("standard", SAMPLES["sealed"])
    assert data.count(b"/ID ") == 1
    assert faults(data.replace(b"/ID ", b"/IX ")) == ["no identifier in the trailer"]


def test_an_encrypted_file_is_found():
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(print_as("standard", SAMPLES["sealed"]))) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="geheim", user=""))
    assert "encrypted" in faults(locked.getvalue())
