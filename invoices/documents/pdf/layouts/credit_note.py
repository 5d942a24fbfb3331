"""The layout of a credit note (適格返還請求書)."""

from invoices.documents.pdf.layouts import invoice, parts
from invoices.documents.pdf.typesetting import Sheets, pour
from invoices.documents.snapshot import Snapshot


def credit_note(snapshot: Snapshot) -> Sheets:
    """What comes off an earlier invoice: when it was supplied, when it came back, per rate. Nothing is to be paid."""
    sheets = Sheets()
    sheets.place(*invoice.head(snapshot, "下記のとおり返還いたします。"))
    heading, rows = invoice.details(snapshot)
    pour(sheets, heading, rows, invoice.page_sum(snapshot))
    sheets.place(parts.payment_and_people(snapshot, to_pay=False))
    sheets.place(parts.remarks(snapshot))
    sheets.place(parts.attachments(snapshot))
    return sheets
