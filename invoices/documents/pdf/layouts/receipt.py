"""The certificate of receipt: that, and when, an invoice reached the city."""

from dataclasses import replace

from invoices.documents import reading, words
from invoices.documents.pdf.layouts import parts
from invoices.documents.pdf.typesetting import COLUMNS, PLAIN, Sheets, beside, gap, stack, text
from invoices.documents.schema import FrozenDocument
from invoices.documents.schema_parts import Received
from invoices.documents.voice import PAPER, fact


def receipt(document: FrozenDocument, received: Received) -> Sheets:
    """For the supplier's own records. It shows the sums and the hash of the document, by which that one is known."""
    entries = [
        fact("到達日時", received.delivered_at),
        reading.recipient(document),
        reading.number(document),
        reading.issue_date(document, PAPER),
        reading.transaction(document, PAPER),
        reading.title(document),
        fact("書類の指紋", f"SHA-256 {received.sha256}"),
    ]
    sheets = Sheets()
    sheets.place(
        stack(
            parts.heading(
                document,
                title=words.certificate_title(document),
                kind="請求書窓口が請求書を発行先に届けた日時の記録",
            ),
            gap(),
            text(PLAIN, [f"次の{words.title(document)}が、下記の日時に発行先へ到達したことを証明します。"]),
            gap(),
            text(PLAIN, parts.facts(entries, COLUMNS - 14)),
            gap(2),
        ),
        stack(parts.total(document), gap()),
        stack(parts.rates(document), gap(2)),
        beside(text("strong", [reading.ISSUER]), parts.issuer(replace(document.issuer, seal=None))),
    )
    return sheets
