"""The layouts of a document: named, interchangeable ways to put one snapshot on pages."""

from collections.abc import Callable

from invoices.documents.pdf.layouts.credit_note import credit_note
from invoices.documents.pdf.layouts.invoice import cover, standard
from invoices.documents.pdf.layouts.receipt import receipt
from invoices.documents.pdf.typesetting import Sheets
from invoices.documents.snapshot import Snapshot
from invoices.enums import InvoiceKind, Layout

RECEIPT = "receipt"
CREDIT_NOTE = "credit_note"

LAYOUTS: dict[str, Callable[[Snapshot], Sheets]] = {
    Layout.STANDARD.value: standard,
    Layout.COVER.value: cover,
    CREDIT_NOTE: credit_note,
    RECEIPT: receipt,
}


def layout_of(snapshot: Snapshot) -> str:
    """The layout that an invoice's own document has: its supplier's choice, and credit notes have one of their own."""
    return CREDIT_NOTE if snapshot["kind"] == InvoiceKind.CREDIT_NOTE else str(snapshot["layout"])
