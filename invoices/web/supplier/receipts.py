"""到達証明書: that, and when, an invoice reached the city, as a PDF for the supplier's own records."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from invoices.documents import schema
from invoices.documents.pdf import isolation
from invoices.documents.schema_parts import Received
from invoices.documents.voice import PAPER
from portal.lib.calendar import JST

_KEPT = 8


@lru_cache(maxsize=_KEPT)
def receipt_pdf(snapshot_text: str, delivered_at: datetime, sha256: str, asker: UUID) -> bytes:
    """The certificate. It is made when somebody asks for it and not stored: the same facts give the same bytes.

    Args:
        delivered_at: The moment of receipt.
        sha256: Of the document that was delivered, hexadecimal.
        asker: The supplier.

    Raises:
        Crowded: too many documents are asked for at once.
        DocumentError: it cannot be made now.
    """
    received = Received(in_words(delivered_at), sha256)
    return isolation.render_isolated(schema.load(snapshot_text), received=received, asker=(asker, sha256))


def in_words(moment: datetime) -> str:
    """A moment as the certificate says it: in both calendars, to the second, in Japan's time."""
    japan = moment.astimezone(JST)
    return f"{PAPER.day(japan.date())} {japan:%H時%M分%S秒}(日本標準時)"
