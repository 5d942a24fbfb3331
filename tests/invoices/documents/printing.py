"""How each layout prints a sample document."""

from dev.sample_documents import RECEIVED, SEAL
from invoices.documents.pdf import engine, render
from invoices.documents.schema import FrozenDocument
from tests.suppliers.pictures import seal_picture

FORMS = ("standard", "cover", "credit_note", "receipt", "draft")
"""The layouts by name; the certificate of receipt; and the draft, which is a layout with a mark across it."""
IMAGES = {f"seal:{SEAL.sha256}": seal_picture("JPEG", size=(300, 300), box=(8, 8, 291, 291))}


def page(form: str, frozen: FrozenDocument) -> str:
    """The HTML of a document in one of FORMS."""
    if form == "receipt":
        return render.html(frozen, received=RECEIVED)
    return render.html(frozen, draft=True) if form == "draft" else render.html(frozen, layout=form)


def print_as(form: str, frozen: FrozenDocument) -> bytes:
    """The PDF of a document in one of FORMS."""
    return engine.from_html(page(form, frozen), IMAGES)
