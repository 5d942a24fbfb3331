"""The amounts beside the lines of the editor, and which of them a page has to be told anew."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from invoices.amounts import exact_amount_of
from invoices.documents import words
from invoices.models import Invoice, InvoiceLine
from invoices.web.supplier.forms import DraftForms

_MARK_LENGTH = 4


@dataclass(frozen=True, slots=True)
class RowAmount:
    """What stands in the last column of a row.

    Attributes:
        text: In yen, as on paper; empty where there is nothing to multiply yet.
        mark: Four letters that stand for the text. A page sends the marks of all its rows, and is told the others.
    """

    text: str
    mark: str


def amounts(forms: DraftForms, draft: Invoice, lines: Sequence[InvoiceLine]) -> list[RowAmount]:
    """The amount of each row of the page."""
    written = {
        index: _amount(draft, line)
        for (index, _form), line in zip(forms.written_lines(), lines, strict=True)
        if line.quantity is not None and line.unit_price is not None
    }
    return [_marked(written.get(index, "")) for index in range(len(forms.rows))]


def changed(rows: Sequence[RowAmount], shown: str) -> list[tuple[int, str, str]]:
    """The rows that show another amount: index, text and mark.

    Args:
        shown: The marks of the page's rows, one behind the other.
    """
    told = (shown[at : at + _MARK_LENGTH] for at in range(0, len(rows) * _MARK_LENGTH, _MARK_LENGTH))
    return [
        (index, row.text, row.mark)
        for index, (row, mark) in enumerate(zip(rows, told, strict=True))
        if row.mark != mark
    ]


def _amount(draft: Invoice, line: InvoiceLine) -> str:
    """In yen, as on paper; with its decimals where they are carried to the sum."""
    exact = exact_amount_of(draft, line)
    return words.amount(line.amount if exact is None else exact.normalize())


@lru_cache(maxsize=2000)
def _marked(text: str) -> RowAmount:
    digest = hashlib.sha256(text.encode()).digest()
    return RowAmount(text, base64.urlsafe_b64encode(digest)[:_MARK_LENGTH].decode())
