"""The document as HTML, from what was frozen alone: a layout breaks it into pages, one template writes them down."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

from django.template.loader import render_to_string

from invoices.documents import reading, words
from invoices.documents.pdf import fonts, ledger
from invoices.documents.pdf.layouts import LAYOUTS, layout_of
from invoices.documents.pdf.layouts.receipt import receipt
from invoices.documents.pdf.typesetting import Block, runs
from invoices.documents.schema import FrozenDocument
from invoices.documents.schema_parts import Received

_FOOT_COLUMNS = 127
"""Of the foot's smaller print, 10 px."""
_TEMPLATE = "invoices/document/pages.html"


def html(document: FrozenDocument, draft: bool = False, layout: str = "", received: Received | None = None) -> str:
    """The whole document as one HTML page, without its style sheet.

    Args:
        draft: Marked 見本, without number and check code; so is every document that has no number.
        layout: One of LAYOUTS; the invoice's own when empty.
        received: For the certificate of its receipt in place of the document itself.
    """
    printed = words.clean(document)
    draft = draft or printed.number is None
    if draft:
        printed = replace(printed, number=None, check_code=None)
    if received:
        title, sheets = words.certificate_title(printed), receipt(printed, received)
    else:
        title, sheets = words.title(printed), LAYOUTS[layout or layout_of(printed)](printed)
    pages = sheets.pages
    context = {
        "title": f"{title} {printed.number or '見本'}",
        "author": printed.issuer.name,
        "subject": printed.title,
        "day": printed.issue_date and printed.issue_date.isoformat(),
        "draft": draft,
        "pages": [_page(printed, blocks, number, len(pages)) for number, blocks in enumerate(pages, 1)],
    }
    return render_to_string(_TEMPLATE, context)


def _page(printed: FrozenDocument, blocks: list[Block], number: int, count: int) -> dict[str, Any]:
    rules = ",".join(f"{block.row}{block.rule}" for block in blocks if block.rule)
    return {
        "runs": [_run(run) for run in runs(block for block in blocks if not block.rule)],
        "rules": rules,
        "foot": _foot(printed, f"全{count}枚中{number}"),
    }


def _run(run: list[Block]) -> dict[str, Any]:
    """One element of the page: a block of a style of its own, or parts in several styles."""
    first = run[0]
    element = {"row": first.row, "right": first.right, "image": first.image}
    if not first.joinable:
        return element | {"style": first.style, "parts": [("", first.text)]}
    parts = [(first.style, first.text)]
    for above, block in pairwise(run):
        parts += [("", "\n" * (1 + block.row - above.end)), (block.style, block.text)]
    return element | {"style": "", "parts": parts}


def _foot(printed: FrozenDocument, leaf: str) -> str:
    """On every page: which document it belongs to, and where anybody can ask whether it is genuine."""
    width = _FOOT_COLUMNS - fonts.columns(leaf)
    if printed.number is None:
        return ledger.pad("見本", width) + leaf
    which = f"{printed.kind.words.number} {printed.number}  {reading.CHECK_CODE} {printed.check_code}"
    where = f"照合 {printed.check_address}" if printed.check_address else ""
    in_one = f"{which}  {where}".rstrip()
    if fonts.columns(in_one) + 2 <= width:
        return ledger.pad(in_one, width) + leaf
    return "\n".join([ledger.pad(which, width) + leaf, *ledger.fold(where, _FOOT_COLUMNS)])
