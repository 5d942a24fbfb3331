"""The certificate of receipt: that, and when, an invoice reached the city."""

from invoices.documents import words
from invoices.documents.pdf.layouts import parts
from invoices.documents.pdf.typesetting import COLUMNS, PLAIN, Sheets, beside, gap, stack, text
from invoices.documents.snapshot import Snapshot


def receipt(snapshot: Snapshot) -> Sheets:
    """For the supplier's own records. It shows the sums and the hash of the document, by which that one is known.

    The snapshot of the invoice carries `receipt` besides: `delivered_at` in both calendars and the document's `sha256`.
    """
    received = snapshot["receipt"]
    to = snapshot["recipient"]
    label, day = words.transaction(snapshot)
    entries = [
        ("到達日時", received["delivered_at"]),
        ("発行先", " ".join(part for part in (to["municipality"], to["department"]) if part)),
        ("請求番号", snapshot["number"]),
        ("請求日", words.both_calendars(snapshot["issue_date"])),
        (label, day),
        ("件名", snapshot["title"]),
        ("書類の指紋", f"SHA-256 {received['sha256']}"),
    ]
    sheets = Sheets()
    sheets.place(
        stack(
            parts.heading(
                snapshot,
                title=words.certificate_title(snapshot),
                kind="請求書窓口が請求書を発行先に届けた日時の記録",
            ),
            gap(),
            text(PLAIN, [f"次の{words.title(snapshot)}が、下記の日時に発行先へ到達したことを証明します。"]),
            gap(),
            text(PLAIN, parts.facts(entries, COLUMNS - 14)),
            gap(2),
        ),
        stack(parts.total(words.total_label(snapshot), snapshot["tax"]["total"]), gap()),
        stack(parts.rates(snapshot), gap(2)),
        beside(text("strong", ["請求者"]), parts.issuer(snapshot | {"issuer": snapshot["issuer"] | {"seal": None}})),
    )
    return sheets
