"""The layout of a credit note (適格返還請求書)."""

from invoices.documents.pdf.layouts import invoice, parts
from invoices.documents.pdf.typesetting import Sheets, pour
from invoices.documents.schema import FrozenDocument


def credit_note(document: FrozenDocument) -> Sheets:
    """What comes off an earlier invoice: when it was supplied, when it came back, per rate. Nothing is to be paid."""
    sheets = Sheets()
    sheets.place(*invoice.head(document, "下記のとおり返還いたします。"))
    heading, rows = invoice.details(document)
    pour(sheets, heading, rows, invoice.page_sum(document))
    sheets.place(parts.payment_and_people(document, to_pay=False))
    sheets.place(parts.remarks(document))
    sheets.place(parts.attachments(document))
    return sheets
