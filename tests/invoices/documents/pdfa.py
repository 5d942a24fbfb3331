"""What of PDF/A-3u (ISO 19005-3) can be seen in the structure of a file.

This is no validation: a validator reads far more, and none can be installed with this project's tools. It covers the
rules that a change of our style sheet, fonts, pictures or engine could break.
"""

import io
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pikepdf
from fontTools.ttLib import TTFont

PART, CONFORMANCE = "3", "U"
_PRO_MILLE = 1.0  # of the em: how far a width in the file may be from the font's
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_PDF = "{http://ns.adobe.com/pdf/1.3/}"
_PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
_DESCRIBED = {
    "/Title": f"{_DC}title",
    "/Author": f"{_DC}creator",
    "/Subject": f"{_DC}description",
    "/Producer": f"{_PDF}Producer",
    "/CreationDate": f"{_XMP}CreateDate",
    "/ModDate": f"{_XMP}ModifyDate",
}
_FORBIDDEN_FILTERS = {"/LZWDecode", "/Crypt"}
_BF_CHAR = re.compile(r"<([0-9A-Fa-f]{4})> *<([0-9A-Fa-f]+)>")


def faults(data: bytes) -> list[str]:
    """Every rule that the file breaks, in words; none if it breaks none that are looked at here."""
    with pikepdf.open(io.BytesIO(data)) as document:
        return [
            *document.check_pdf_syntax(),
            *_of_file(data, document),
            *_of_description(document),
            *_of_colour(document),
            *_of_objects(document),
            *_of_attachments(document),
            *_of_fonts(document),
        ]


def described(data: bytes) -> dict[str, str]:
    """What the file says of itself in XMP, by the names that the older form has for it."""
    with pikepdf.open(io.BytesIO(data)) as document:
        return _xmp(document)


def _of_file(data: bytes, document: pikepdf.Pdf) -> Iterator[str]:
    second_line = data.split(b"\n", 2)[1]
    if not (second_line.startswith(b"%") and sum(byte > 127 for byte in second_line) >= 4):
        yield "no comment of binary characters below the header"
    if document.is_encrypted:
        yield "encrypted"
    if len(document.trailer.get("/ID", ())) != 2:
        yield "no identifier in the trailer"
    if not str(document.Root.get("/Lang", "")):
        yield "no language"
    yield from (f"{key} in the catalogue" for key in ("/OpenAction", "/AA", "/AcroForm") if key in document.Root)


def _of_description(document: pikepdf.Pdf) -> Iterator[str]:
    if "/Metadata" not in document.Root:
        yield "no XMP"
        return
    xmp = _xmp(document)
    if (xmp.get("part"), xmp.get("conformance")) != (PART, CONFORMANCE):
        yield f"XMP claims PDF/A-{xmp.get('part')}{xmp.get('conformance')}"
    for name in _DESCRIBED:
        old, new = str(document.docinfo.get(name, "")), xmp.get(name, "")
        if name.endswith("Date"):
            old, new = re.sub("[^0-9]", "", old), re.sub("[^0-9]", "", new)
        if old != new:
            yield f"{name} is {old!r} in Info and {new!r} in XMP"
    if not xmp.get("/Title"):
        yield "no title"


def _xmp(document: pikepdf.Pdf) -> dict[str, str]:
    root = ElementTree.fromstring(document.Root.Metadata.read_bytes())
    found: dict[str, str] = {}
    for description in root.iter(f"{_RDF}Description"):
        found |= description.attrib
        for child in description:
            items = [item.text or "" for item in child.iter(f"{_RDF}li")]
            found[child.tag] = ", ".join(items) if items else child.text or ""
    names = {tag: name for name, tag in _DESCRIBED.items()}
    names |= {f"{_PDFAID}part": "part", f"{_PDFAID}conformance": "conformance"}
    return {names[tag]: value for tag, value in found.items() if tag in names}


def _of_colour(document: pikepdf.Pdf) -> Iterator[str]:
    intents = [intent for intent in document.Root.get("/OutputIntents", ()) if intent.get("/S") == "/GTS_PDFA1"]
    if len(intents) != 1:
        yield f"{len(intents)} output intents of PDF/A"
        return
    profile = intents[0].get("/DestOutputProfile")
    if profile is None or profile.get("/N") != 3 or profile.read_bytes()[16:20] != b"RGB ":
        yield "the output intent has no RGB profile"


def _of_objects(document: pikepdf.Pdf) -> Iterator[str]:
    for item in document.objects:
        if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            continue
        if item.get("/Subtype") == "/Image":
            yield from _of_image(item)
        if isinstance(item, pikepdf.Stream):
            filters = item.get("/Filter", ())
            used = {str(filters)} if isinstance(filters, pikepdf.Name) else set(map(str, filters))
            yield from (f"filter {name}" for name in used & _FORBIDDEN_FILTERS)
            if "/F" in item:
                yield "a stream that lies outside the file"
        if item.get("/S") in ("/JavaScript", "/Launch", "/URI", "/SubmitForm"):
            yield f"action {item.S}"
        if item.get("/Type") == "/ExtGState" and any(key in item for key in ("/TR", "/HTP")):
            yield "a transfer function"


def _of_image(image: Any) -> Iterator[str]:
    if image.get("/Interpolate"):
        yield "a picture with /Interpolate true"
    if image.get("/Alternates") is not None:
        yield "a picture with alternates"
    if image.get("/ColorSpace") not in ("/DeviceRGB", "/DeviceGray"):
        yield f"a picture in {image.get('/ColorSpace')}, which the output intent does not describe"


def _of_attachments(document: pikepdf.Pdf) -> Iterator[str]:
    associated = [entry.objgen for entry in document.Root.get("/AF", ())]
    if len(associated) != len(set(associated)):
        yield "an attachment is listed twice"
    for item in document.objects:
        if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") != "/Filespec":
            continue
        yield from (
            f"an attachment without {key}" for key in ("/F", "/UF", "/EF", "/AFRelationship") if key not in item
        )
        if item.objgen not in associated:
            yield "an attachment that is not associated with the document"
        if "/EF" in item and "/Subtype" not in item.EF.F:
            yield "an attachment without a type"


def _of_fonts(document: pikepdf.Pdf) -> Iterator[str]:
    used = _used_glyphs(document)
    if not used:
        yield "no text"
    for objgen, codes in used.items():
        yield from _of_font(document.get_object(objgen), codes)


def _of_font(font: Any, codes: set[int]) -> Iterator[str]:
    name = str(font.BaseFont)
    if font.Subtype != "/Type0" or font.Encoding != "/Identity-H":
        yield f"{name} is {font.Subtype} with {font.get('/Encoding')}"
        return
    below = font.DescendantFonts[0]
    if below.get("/CIDToGIDMap") != "/Identity":
        yield f"{name} maps its glyphs anew"
    program = below.FontDescriptor.get("/FontFile2")
    if program is None:
        yield f"{name} is not embedded"
        return
    if "/ToUnicode" not in font:
        yield f"{name} cannot be read as text"
        return
    readable = {int(code, 16) for code, _text in _BF_CHAR.findall(font.ToUnicode.read_bytes().decode())}
    if unread := codes - readable:
        yield f"{name} has glyphs that cannot be read as text: {sorted(unread)}"
    if 0 in codes:
        yield f"{name} prints .notdef"
    yield from _of_widths(name, program.read_bytes(), _widths(below), codes)


def _of_widths(name: str, program: bytes, widths: dict[int, float], codes: set[int]) -> Iterator[str]:
    with TTFont(io.BytesIO(program)) as font:
        order, advances, em = font.getGlyphOrder(), font["hmtx"], font["head"].unitsPerEm
        for code in sorted(codes):
            if code >= len(order):
                yield f"{name} lacks glyph {code}"
            elif abs(widths.get(code, 1000) - advances[order[code]][0] * 1000 / em) > _PRO_MILLE:
                yield f"{name} gives glyph {code} the width {widths.get(code)}"


def _widths(font: Any) -> dict[int, float]:
    """/W: a first code with a list of widths, or a first and a last code with the width of all between."""
    widths: dict[int, float] = {}
    entries = list(font.get("/W", ()))
    while entries:
        first, following, *entries = entries
        if isinstance(following, pikepdf.Array):
            widths |= {int(first) + index: float(width) for index, width in enumerate(following)}
        else:
            width, *entries = entries
            widths |= dict.fromkeys(range(int(first), int(following) + 1), float(width))
    return widths


def _used_glyphs(document: pikepdf.Pdf) -> dict[tuple[int, int], set[int]]:
    """The codes that each font prints, wherever text may stand: on pages and in what they draw."""
    used: dict[tuple[int, int], set[int]] = {}
    forms = [item for item in document.objects if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form"]
    for place in [*document.pages, *forms]:
        fonts = (place.Resources if "/Resources" in place else {}).get("/Font", {})
        codes: set[int] = set()
        for instruction in pikepdf.parse_content_stream(place):
            operands: Any = instruction.operands
            operator = str(instruction.operator)
            if operator == "Tf":
                codes = used.setdefault(fonts[str(operands[0])].objgen, set())
            elif operator in ("Tj", "TJ"):
                shown = operands[0] if operator == "TJ" else operands
                for text in shown:
                    if isinstance(text, pikepdf.String):
                        raw = bytes(text)
                        codes |= {int.from_bytes(raw[index : index + 2]) for index in range(0, len(raw), 2)}
    return used
