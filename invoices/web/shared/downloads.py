"""Attached files on their way to whoever may read them."""

import logging
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header

from accounts.guards import PortalRequest
from invoices.archive import store
from invoices.archive.store import DamagedDocumentError
from invoices.models import Invoice
from invoices.web.shared import viewing

logger = logging.getLogger(__name__)


def download(request: PortalRequest, invoice: Invoice, attachment_id: UUID) -> HttpResponse:
    """A file as it was attached, to be saved and never to be shown as a page of ours."""
    file = get_object_or_404(invoice.attachments, pk=attachment_id)
    try:
        data = store.fetch(file.key)
    except (DamagedDocumentError, OSError):
        logger.exception("an attachment cannot be read", extra={"attachment": str(file.pk)})
        return render(request, "503.html", status=503)
    viewing.attachment_given(request, invoice, file.pk, file.name)
    response = HttpResponse(data, content_type=file.content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file.name) or ""
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
