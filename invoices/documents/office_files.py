"""Word and Excel files, told by what they declare of themselves. Done in the child process alone.

Such a file is a ZIP archive of parts. One part names the types of all others, another says which is the main one
(ECMA-376 part 2, Open Packaging Conventions). A name or a word somewhere in the archive proves nothing.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from xml.parsers import expat

from invoices.documents.opening import Unfit

ENTRIES_MAX = 5_000
UNPACKED_MAX = 200 * 1024 * 1024
"""Bytes of all parts together."""
RATIO_MAX = 200
"""How many times larger a part may become; large tables come to about fifty."""

_SMALL = 1024 * 1024
"""Bytes; of a part up to this size it does not matter how well it was packed."""
_PIECE = 64 * 1024
_LIST_MAX = 1024 * 1024
_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"
_MAIN = "/relationships/officeDocument"
_WITH_CODE = ("vbaproject", "macroenabled", "macrosheet", "activex")
_ENCRYPTED = 0x1

# zipfile and what it uses say in all these ways that an archive is damaged.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    NotImplementedError,
    RuntimeError,
)
_Handler = Callable[[str, dict[str, str]], None]


class _Unsound(Exception):
    def __init__(self, unfit: Unfit) -> None:
        super().__init__(unfit)
        self.unfit = unfit


def look_at_office_file(data: bytes) -> str | Unfit:
    """The type of the main part, as the archive declares it, or what is wrong with the archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _require_sound(archive)
            return _main_type(archive)
    except _Unsound as unsound:
        return unsound.unfit
    except MemoryError:
        return Unfit.TOO_LARGE
    except _DAMAGED:
        return Unfit.UNREADABLE


def _require_sound(archive: zipfile.ZipFile) -> None:
    """Unpack everything once, within bounds: what an archive says of its sizes may be false."""
    parts = archive.infolist()
    if len(parts) > ENTRIES_MAX:
        raise _Unsound(Unfit.TOO_LARGE)
    names = [part.filename.lower() for part in parts]
    if len(set(names)) < len(names) or any(_leads_outside(name) for name in names):
        raise _Unsound(Unfit.UNREADABLE)
    if not parts or min(part.header_offset for part in parts) != 0:
        raise _Unsound(Unfit.UNREADABLE)  # something else stands before the archive
    left = UNPACKED_MAX
    for part in parts:
        if part.flag_bits & _ENCRYPTED:
            raise _Unsound(Unfit.LOCKED)
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _Unsound(Unfit.UNREADABLE)
        most = min(left, max(_SMALL, part.compress_size * RATIO_MAX))
        left -= sum(len(piece) for piece in _unpacked(archive, part, most))


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    with archive.open(part) as file:
        while piece := file.read(_PIECE):
            most -= len(piece)
            if most < 0:
                raise _Unsound(Unfit.TOO_LARGE)
            yield piece


def _leads_outside(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def _main_type(archive: zipfile.ZipFile) -> str:
    by_part: dict[str, str] = {}
    by_ending: dict[str, str] = {}

    def note_type(tag: str, values: dict[str, str]) -> None:
        if tag.endswith("}Override"):
            by_part[values.get("PartName", "").lower()] = values.get("ContentType", "")
        elif tag.endswith("}Default"):
            by_ending[values.get("Extension", "").lower()] = values.get("ContentType", "")

    targets: list[str] = []

    def note_main(tag: str, values: dict[str, str]) -> None:
        if tag.endswith("}Relationship") and values.get("Type", "").endswith(_MAIN):
            targets.append("/" + values.get("Target", "").removeprefix("./").lstrip("/"))

    _read_list(archive, _TYPES, note_type)
    _read_list(archive, _RELATIONS, note_main)
    names = {f"/{name}".lower() for name in archive.namelist()}
    words = " ".join([*by_part.values(), *by_ending.values(), *names]).lower()
    if any(word in words for word in _WITH_CODE):
        raise _Unsound(Unfit.MACROS)
    if len(targets) != 1 or targets[0].lower() not in names:
        raise _Unsound(Unfit.UNREADABLE)
    main = targets[0].lower()
    return by_part.get(main) or by_ending.get(main.rpartition(".")[2], "")


def _read_list(archive: zipfile.ZipFile, name: str, note: _Handler) -> None:
    """Read one of the two lists of parts. An XML document that declares entities is none of Word or Excel."""
    if name not in archive.namelist() or archive.getinfo(name).file_size > _LIST_MAX:
        raise _Unsound(Unfit.UNREADABLE)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = note
    parser.StartDoctypeDeclHandler = _refuse
    parser.Parse(archive.read(name), True)


def _refuse(*_declared: object) -> None:
    raise _Unsound(Unfit.UNREADABLE)
