"""The layouts of a document: named, interchangeable ways to put one on pages."""

from collections.abc import Callable

from invoices.documents.pdf.layouts.credit_note import credit_note
from invoices.documents.pdf.layouts.invoice import cover, standard
from invoices.documents.pdf.typesetting import Sheets
from invoices.documents.schema import FrozenDocument
from invoices.enums import Layout

CREDIT_NOTE = "credit_note"

LAYOUTS: dict[str, Callable[[FrozenDocument], Sheets]] = {
    Layout.STANDARD.value: standard,
    Layout.COVER.value: cover,
    CREDIT_NOTE: credit_note,
}


def layout_of(document: FrozenDocument) -> str:
    """The layout that an invoice's own document has: its supplier's choice, and credit notes have one of their own."""
    return CREDIT_NOTE if document.is_credit_note else document.layout.value
