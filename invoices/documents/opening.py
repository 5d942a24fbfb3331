"""Files that came from outside, opened to see whether others will be able to. Done in the child process alone.

Nothing of Django is imported here, as the child knows nothing of it. What makes a file unfit is an answer and not an
error: the file is somebody's mistake, or somebody's attempt, but no fault of the portal.
"""

import io
from enum import StrEnum

import pypdfium2
from PIL import Image, ImageFile

SIDE_MAX_POINTS = 14_400
"""The longest side of a page that PDF knows: five metres."""
PIXELS_MAX = 120_000_000
"""Of a picture: A3 at 600 dpi has 70 million, what a telephone takes up to 108."""

_GLANCE = 200
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}


class Unfit(StrEnum):
    """Why a file is not taken."""

    UNREADABLE = "unreadable"
    LOCKED = "locked"
    MACROS = "macros"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_LARGE = "too_large"


def look_at_pdf(data: bytes, pages_max: int, drawn: bool) -> Unfit | None:
    """What is wrong with a PDF; None when it can be shown.

    Args:
        drawn: Whether its first page is drawn too, as for a file that nobody could read otherwise.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return Unfit.LOCKED if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD else Unfit.UNREADABLE
    try:
        return _about_pages(document, pages_max, drawn)
    except pypdfium2.PdfiumError:
        return Unfit.UNREADABLE
    except MemoryError:
        return Unfit.TOO_LARGE
    finally:
        document.close()


def _about_pages(document: pypdfium2.PdfDocument, pages_max: int, drawn: bool) -> Unfit | None:
    count = len(document)
    if not 1 <= count <= pages_max:
        return Unfit.TOO_MANY_PAGES if count else Unfit.UNREADABLE
    for number in range(count):
        sides = document.get_page_size(number)
        if not all(1 <= side <= SIDE_MAX_POINTS for side in sides):
            return Unfit.UNREADABLE
    page = document[0]
    if drawn:
        page.render(scale=_GLANCE / max(page.get_size()))
    return None


def look_at_picture(data: bytes, content_type: str) -> Unfit | None:
    """What is wrong with a PNG or JPEG; None when it can be shown. All of it is read, not the head alone."""
    Image.MAX_IMAGE_PIXELS = None  # counted here, with an answer of its own
    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False  # the layout engine is lenient
    try:
        with Image.open(io.BytesIO(data), formats=[_FORMATS[content_type]]) as image:
            if image.width * image.height > PIXELS_MAX:
                return Unfit.TOO_LARGE
            # A JPEG is read just as completely at an eighth of its size, with a sixty-fourth of the memory.
            image.draft(image.mode, (image.width // 8, image.height // 8))
            image.load()
    except MemoryError:
        return Unfit.TOO_LARGE
    except (OSError, SyntaxError, ValueError, EOFError):
        return Unfit.UNREADABLE
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    return None
