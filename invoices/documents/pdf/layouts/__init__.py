"""The layouts of a document: named, interchangeable ways to put one snapshot on pages."""

from collections.abc import Callable

from invoices.documents.pdf.layouts.credit_note import returns
from invoices.documents.pdf.layouts.invoice import cover, standard
from invoices.documents.pdf.layouts.receipt import receipt
from invoices.documents.pdf.typesetting import Sheets
from invoices.documents.snapshot import Snapshot
from invoices.enums import InvoiceKind, Layout

RECEIPT = "receipt"
RETURNS = "returns"

LAYOUTS: dict[str, Callable[[Snapshot], Sheets]] = {
    Layout.STANDARD.value: standard,
    Layout.COVER.value: cover,
    RETURNS: returns,
    RECEIPT: receipt,
}


def layout_of(snapshot: Snapshot) -> str:
    """The layout that an invoice's own document has: its supplier's choice, and returns have one of their own."""
    return RETURNS if snapshot["kind"] == InvoiceKind.RETURN else str(snapshot["layout"])
