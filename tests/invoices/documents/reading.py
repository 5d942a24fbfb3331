"""How a reader's programs see a document."""

import html
import re
import subprocess

import pypdfium2


def words(page: str) -> str:
    """The text of an HTML page with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def pdfium_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def poppler_text(data: bytes) -> str:
    """With its lines as they stand on the page."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode()
