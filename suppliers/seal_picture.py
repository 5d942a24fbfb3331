"""The picture of a seal, drawn again from an uploaded file.

An uploaded picture may attack the code that decodes it. So it is decoded in a process of its own, with little memory
and time. That process runs only this file, without Django and without the database.
"""

import io
import logging
import resource
import subprocess
import sys
import threading
import warnings
from enum import IntEnum

from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

SIDE_MAX = 4000
"""Pixels: the longest side of an uploaded picture."""
PRINTED_SIDE_MAX = 400
"""Pixels: the longest side of the stored picture. 22 mm at 450 dpi, so a page with a seal stays below 100 kB."""
PRINTED_SIDE_MIN = 50
_FORMATS = ("PNG", "JPEG")
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_PAPER = 30
"""How far a colour channel (0 to 255) may be from white and still count as paper. Scans are never pure white."""
_MEMORY = 768 * 1024**2
_SECONDS = 20
_WAIT_SECONDS = 5
_OUTPUT_MAX = 1000

_room = threading.BoundedSemaphore(1)
"""One picture at a time in each process of the site: one of 16 million pixels takes 300 MB."""

logger = logging.getLogger(__name__)


class Fault(IntEnum):
    """Why a picture cannot be used. The numbers are exit statuses that Python itself does not use."""

    UNKNOWN_FORMAT = 11
    TOO_LARGE = 12
    DAMAGED = 13
    BLANK = 14
    TOO_SMALL = 15
    CROWDED = 16


class UnusablePicture(Exception):
    """The picture cannot be used. `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


def remake_isolated(data: bytes) -> bytes:
    """Run `remake` in a process of its own.

    Raises:
        UnusablePicture: as for `remake`, and when the process failed or took too long, or too many wait for theirs.
    """
    if not _room.acquire(timeout=_WAIT_SECONDS):
        raise UnusablePicture(Fault.CROWDED)
    try:
        done = subprocess.run(
            [sys.executable, "-I", __file__],
            input=data,
            capture_output=True,
            env={},
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnusablePicture(Fault.DAMAGED) from None
    finally:
        _room.release()
    if done.returncode == 0 and done.stdout:
        return done.stdout
    if done.returncode in list(Fault):
        raise UnusablePicture(Fault(done.returncode))
    output = done.stderr[-_OUTPUT_MAX:].decode(errors="replace")
    logger.error("the process for a seal's picture ended with %d: %s", done.returncode, output)
    raise UnusablePicture(Fault.DAMAGED)


def remake(data: bytes) -> bytes:
    """Draw an uploaded picture again as an RGB JPEG on white, without margins, texts and profiles.

    Raises:
        UnusablePicture: not a PNG or JPEG, too many pixels, damaged, empty or too small.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # Reads only the head of the file.
            image: Image.Image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnusablePicture(Fault.TOO_LARGE) from None
    except UnidentifiedImageError:
        raise UnusablePicture(Fault.DAMAGED if data.startswith(_SIGNATURES) else Fault.UNKNOWN_FORMAT) from None
    except (OSError, SyntaxError, ValueError):
        raise UnusablePicture(Fault.DAMAGED) from None
    if max(image.size) > SIDE_MAX:
        raise UnusablePicture(Fault.TOO_LARGE)
    try:
        image.load()
        image = ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError, EOFError):
        raise UnusablePicture(Fault.DAMAGED) from None
    return _jpeg(_trimmed(_on_white(image)))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    with_alpha = image.convert("RGBA")
    # A new picture has none of the texts and profiles of the old one.
    paper = Image.new("RGB", image.size, "white")
    paper.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return paper


def _trimmed(image: Image.Image) -> Image.Image:
    red, green, blue = ImageChops.invert(image).split()
    ink = ImageChops.lighter(ImageChops.lighter(red, green), blue).point(lambda value: 255 * (value > _PAPER))
    box = ink.getbbox()
    if box is None:
        raise UnusablePicture(Fault.BLANK)
    image = image.crop(box)
    if max(image.size) < PRINTED_SIDE_MIN:
        raise UnusablePicture(Fault.TOO_SMALL)
    return image


def _jpeg(image: Image.Image) -> bytes:
    image.thumbnail((PRINTED_SIDE_MAX, PRINTED_SIDE_MAX), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=92, subsampling=0)  # thin red lines blur when colour is thinned out
    return written.getvalue()


def _main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    try:
        sys.stdout.buffer.write(remake(sys.stdin.buffer.read()))
    except UnusablePicture as unusable:
        return unusable.fault
    return 0


if __name__ == "__main__":
    sys.exit(_main())
