"""Nothing of an issued invoice is seen without a record: every page and file that shows one says so here.

What is a viewing: the page of an invoice, with the sheets that it shows; each file that somebody takes along. What is
none: lists and what a department sees before it opens (sender, title, amount), and a supplier's own drafts. The table
of `tests/route_table.py` holds every route to it.
"""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse

from accounts import access
from accounts.guards import PortalRequest
from accounts.models import AccessKind
from invoices.models import Invoice
from invoices.models.called import called
from invoices.models.invoice import UNISSUED


def seen(request: PortalRequest, invoice: Invoice) -> None:
    """The page of an invoice is shown."""
    access.record(request, AccessKind.READ, "Invoice", invoice.pk, called(invoice))


def sheet_seen(request: PortalRequest, invoice: Invoice) -> None:
    """A sheet of its document is shown. With the page on which it stands, and the other sheets, it is one viewing."""
    if not access.is_still_looking(request.acting_for, invoice.pk):
        seen(request, invoice)


def given(request: PortalRequest, invoice: Invoice, answer: HttpResponse, what: str = "") -> HttpResponse:
    """A file of it leaves the portal, unless the answer says that it cannot be given now.

    Args:
        what: Which, where it is not the document itself.

    Returns:
        The answer.
    """
    if answer.status_code == HTTPStatus.OK:
        access.record(request, AccessKind.DOWNLOAD, "Invoice", invoice.pk, _with(invoice, what))
    return answer


def attachment_given(request: PortalRequest, invoice: Invoice, attachment_id: UUID, name: str) -> None:
    """An attached file leaves the portal; those of a draft are read by its writers alone."""
    if invoice.status not in UNISSUED:
        access.record(request, AccessKind.DOWNLOAD, "Attachment", attachment_id, _with(invoice, name))


def _with(invoice: Invoice, what: str) -> str:
    return f"{what} — {called(invoice)}" if what else called(invoice)
