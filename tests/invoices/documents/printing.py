"""How each layout prints a sample document."""

from dev.sample_documents import SEAL, received
from invoices.documents import engine, render
from invoices.documents.snapshot import Snapshot
from tests.suppliers.pictures import seal_picture

FORMS = ("standard", "cover", "returns", "receipt", "draft")
"""The layouts by name, and the draft, which is a layout with a mark across it."""
IMAGES = {f"seal:{SEAL['sha256']}": seal_picture("JPEG", size=(300, 300), box=(8, 8, 291, 291))}


def print_as(form: str, frozen: Snapshot) -> bytes:
    """The PDF of a snapshot in one of FORMS."""
    html = render.html(frozen, draft=True) if form == "draft" else render.html(received(frozen), layout=form)
    return engine.from_html(html, IMAGES)
