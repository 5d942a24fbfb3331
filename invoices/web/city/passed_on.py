"""An invoice that a department passed on (回送): its people read where it is, and nothing else of it."""

from uuid import UUID

from django.http import Http404

from accounts.guards import PortalRequest
from invoices.models import Invoice, InvoiceEvent


class PassedOn(Http404):
    """The invoice lay in a department of this person, and does not any more. `portal.web.refusals` shows where it is.

    Attributes:
        event: The last time that one of their departments passed it on.
    """

    def __init__(self, invoice: Invoice, event: InvoiceEvent) -> None:
        super().__init__()
        self.invoice = invoice
        self.event = event


def not_here(request: PortalRequest, invoice_id: UUID) -> Http404:
    """Why there is no such invoice for this person: it was passed on, or there never was one."""
    event = (
        InvoiceEvent.objects.passed_on_by(request.acting_for)
        .filter(invoice_id=invoice_id)
        .select_related("invoice__department")
        .order_by("sequence")
        .last()
    )
    return Http404() if event is None else PassedOn(event.invoice, event)
