"""Snapshot to PDF, in this process.

Whoever runs threads asks `isolation` instead.
"""

from invoices.documents import seals
from invoices.documents.engine import DocumentError, from_html, self_test
from invoices.documents.fonts import unprintable
from invoices.documents.render import html
from invoices.documents.snapshot import Snapshot

__all__ = ["DocumentError", "render", "self_test", "unprintable"]


def render(snapshot: Snapshot, draft: bool = False, layout: str = "") -> bytes:
    """The document as PDF/A-3u. The same snapshot gives the same bytes, in any process.

    Raises:
        DocumentError: a character cannot be printed, or the layout engine complained.
    """
    return from_html(html(snapshot, draft, layout), seals.images(snapshot))
