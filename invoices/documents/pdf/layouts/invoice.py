"""The layouts of an invoice."""

from collections.abc import Callable
from decimal import Decimal

from invoices.documents import words
from invoices.documents.pdf.layouts import parts
from invoices.documents.pdf.typesetting import EMPTY, Band, Row, Sheets, beside, gap, height_of_table, pour, stack, text
from invoices.documents.schema import FrozenDocument

_LINES_ON_A_COVER = 6
"""Fewer than these are not worth beginning the details on the first page."""
_TAIL_ON_A_COVER = 22
"""Lines that the end of the document may take of the first page when its details go on to others."""


def standard(document: FrozenDocument) -> Sheets:
    """A cover with the first lines on it; the details go on behind it.

    Payment, people and remarks stand below the lines when one page holds everything, and otherwise at the foot of the
    cover, so that whoever pays finds them there.
    """
    sheets = Sheets()
    sheets.place(*head(document))
    heading, rows = details(document)
    payment, remarks, attachments = _tail(document)
    tail = stack(payment, remarks, attachments)
    if height_of_table(heading, rows) + tail.height <= sheets.room:
        pour(sheets, heading, rows, page_sum(document))
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
        follow = _follow(document)
        sheets.place(stack(follow, at_end) if follow.height + at_end.height <= sheets.room else at_end)
        sheets.turn()
    else:
        sheets.place_at_end(at_end)
    pour(sheets, heading, rows, page_sum(document))
    for band in after:
        sheets.place(band)
    return sheets


def cover(document: FrozenDocument) -> Sheets:
    """All but the lines on the cover; the details begin on the second page."""
    sheets = Sheets()
    sheets.place(*head(document))
    sheets.place(_follow(document))
    sheets.place(parts.payment_and_people(document))
    sheets.place(parts.remarks(document))
    sheets.place(parts.attachments(document))
    sheets.turn()
    heading, rows = details(document)
    pour(sheets, heading, rows, page_sum(document))
    return sheets


def head(document: FrozenDocument, sentence: str = "下記のとおりご請求申し上げます。") -> tuple[Band, ...]:
    """Everything above the lines."""
    return (
        stack(
            parts.heading(document),
            beside(
                parts.addressee(document, sentence),
                stack(parts.dates(document), gap(), parts.issuer(document.issuer)),
            ),
            gap(),
        ),
        stack(parts.references(document), parts.subject(document), gap()),
        stack(parts.total(document), gap()),
        stack(parts.rates(document), gap()),
        parts.follow_up(document),
    )


def details(document: FrozenDocument) -> tuple[tuple[str, ...], list[Row]]:
    """The heading and the rows of the table of lines."""
    ledger = parts.line_ledger(document)
    return ledger.heading, parts.line_rows(document, ledger)


def _tail(document: FrozenDocument) -> tuple[Band, ...]:
    """Everything below the lines."""
    return (
        parts.payment_and_people(document),
        parts.remarks(document),
        parts.attachments(document),
    )


def _follow(document: FrozenDocument) -> Band:
    return text("quiet", [f"明細 {sum(line.is_item for line in document.lines)}行は次のページからです。"])


def page_sum(document: FrozenDocument) -> Callable[[int | Decimal], str]:
    """The row for the sum of a page."""
    mode = words.price_mode(document)
    return lambda amount: parts.sum_line(f"このページの計({mode})" if mode else "このページの計", amount)
