"""The layouts of an invoice."""

from collections.abc import Callable

from invoices.documents import words
from invoices.documents.pdf.layouts import parts
from invoices.documents.pdf.typesetting import EMPTY, Band, Row, Sheets, beside, gap, height_of_table, pour, stack, text
from invoices.documents.snapshot import Snapshot
from invoices.enums import PriceMode

_LINES_ON_A_COVER = 6
"""Fewer than these are not worth beginning the details on the first page."""
_TAIL_ON_A_COVER = 22
"""Lines that the end of the document may take of the first page when its details go on to others."""


def standard(snapshot: Snapshot) -> Sheets:
    """A cover with the first lines on it; the details go on behind it.

    Payment, people and remarks stand below the lines when one page holds everything, and otherwise at the foot of the
    cover, so that whoever pays finds them there.
    """
    sheets = Sheets()
    sheets.place(*head(snapshot))
    heading, rows = details(snapshot)
    payment, remarks, attachments = _tail(snapshot)
    tail = stack(payment, remarks, attachments)
    if height_of_table(heading, rows) + tail.height <= sheets.room:
        pour(sheets, heading, rows, page_sum(snapshot))
        sheets.place(tail)
        return sheets
    at_end: Band
    after: tuple[Band, ...]
    if tail.height <= min(_TAIL_ON_A_COVER, sheets.room):
        at_end, after = tail, ()
    elif payment.height <= sheets.room:
        at_end, after = payment, (remarks, attachments)
    else:
        at_end, after = EMPTY, (payment, remarks, attachments)
    if sheets.room - at_end.height < _LINES_ON_A_COVER:
        follow = _follow(snapshot)
        sheets.place(stack(follow, at_end) if follow.height + at_end.height <= sheets.room else at_end)
        sheets.turn()
    else:
        sheets.place_at_end(at_end)
    pour(sheets, heading, rows, page_sum(snapshot))
    for band in after:
        sheets.place(band)
    return sheets


def cover(snapshot: Snapshot) -> Sheets:
    """All but the lines on the cover; the details begin on the second page."""
    sheets = Sheets()
    sheets.place(*head(snapshot))
    sheets.place(_follow(snapshot))
    sheets.place(parts.payment_and_people(snapshot))
    sheets.place(parts.remarks(snapshot))
    sheets.place(parts.attachments(snapshot))
    sheets.turn()
    heading, rows = details(snapshot)
    pour(sheets, heading, rows, page_sum(snapshot))
    return sheets


def head(snapshot: Snapshot, sentence: str = "下記のとおりご請求申し上げます。") -> tuple[Band, ...]:
    """Everything above the lines."""
    return (
        stack(
            parts.heading(snapshot),
            beside(
                parts.addressee(snapshot, sentence),
                stack(parts.dates(snapshot), gap(), parts.issuer(snapshot)),
            ),
            gap(),
        ),
        stack(parts.references(snapshot), parts.subject(snapshot), gap()),
        stack(parts.total(words.total_label(snapshot), snapshot["tax"]["total"]), gap()),
        stack(parts.rates(snapshot), gap()),
        parts.after_total(snapshot),
    )


def details(snapshot: Snapshot) -> tuple[tuple[str, ...], list[Row]]:
    """The heading and the rows of the table of lines."""
    ledger = parts.line_ledger(snapshot)
    return ledger.heading, parts.line_rows(snapshot, ledger)


def _tail(snapshot: Snapshot) -> tuple[Band, ...]:
    """Everything below the lines."""
    return (
        parts.payment_and_people(snapshot),
        parts.remarks(snapshot),
        parts.attachments(snapshot),
    )


def _follow(snapshot: Snapshot) -> Band:
    return text("quiet", [f"明細 {len(snapshot['lines'])}行は次のページからです。"])


def page_sum(snapshot: Snapshot) -> Callable[[int], str]:
    """The row for the sum of a page."""
    mode = words.PRICE_MODE[PriceMode(snapshot["tax"]["price_mode"])]
    return lambda amount: parts.sum_line(f"このページの計({mode})", amount)
