"""The picture of a seal, made anew from what somebody uploaded.

A picture from outside is decoded in a process of its own, with little memory and time: a decoder that is led astray
takes nothing with it. That process runs this file alone, and knows neither Django nor the database.
"""

import io
import logging
import resource
import subprocess
import sys
import warnings
from enum import IntEnum

from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

SIDE_MAX = 4000
"""Pixels, of what is uploaded."""
PRINTED_SIDE_MAX = 400
"""Pixels, of what is kept: 22 mm at 450 dpi, so that a page with a seal stays well below 100 kB."""
PRINTED_SIDE_MIN = 50
_FORMATS = ("PNG", "JPEG")
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_PAPER = 30
"""How far a channel may lie from white (of 255) and still be paper: scans and JPEGs are never quite white."""
_MEMORY = 768 * 1024**2
_SECONDS = 20
_SAID_MAX = 1000

logger = logging.getLogger(__name__)


class Fault(IntEnum):
    """Why there is no picture. The numbers are exit statuses, above those that Python itself uses."""

    UNKNOWN_FORMAT = 11
    TOO_LARGE = 12
    DAMAGED = 13
    BLANK = 14
    TOO_SMALL = 15


class UnusablePicture(Exception):
    """The picture cannot be used; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


def remake_isolated(data: bytes) -> bytes:
    """`remake` in a process of its own.

    Raises:
        UnusablePicture: also when the process failed or took too long.
    """
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
    if done.returncode == 0 and done.stdout:
        return done.stdout
    if done.returncode in list(Fault):
        raise UnusablePicture(Fault(done.returncode))
    said = done.stderr[-_SAID_MAX:].decode(errors="replace")
    logger.error("the process for a seal's picture ended with %d: %s", done.returncode, said)
    raise UnusablePicture(Fault.DAMAGED)


def remake(data: bytes) -> bytes:
    """An RGB JPEG on white, without margin and without anything that is not the picture.

    Raises:
        UnusablePicture: no PNG or JPEG, too many pixels, damaged, or nothing on it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # Reads the head of the file alone.
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
    # A new picture has none of the texts and profiles that came with the old one.
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
