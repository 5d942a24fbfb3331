"""Delivery: render from the snapshot, store, read back, put into the department's inbox."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from invoices import emails
from invoices.archive import store
from invoices.documents import schema
from invoices.documents.pdf import isolation
from invoices.enums import Action, Status
from invoices.lifecycle import mergers
from invoices.lifecycle.workflow import WrongStatus, transition
from invoices.models import Document
from portal.lib.jobs import perform


def deliver(document_id: UUID | str) -> bool:
    """Do the pending work of one document. Safe to run any number of times.

    Returns:
        Whether this call finished it.
    """
    return perform(Document, document_id, _deliver)


def _deliver(document: Document) -> None:
    invoice = document.invoice
    # An issued invoice has both.
    assert invoice.snapshot is not None
    assert invoice.municipality_id is not None
    if document.stored_at is None:
        data = isolation.render(schema.load(invoice.snapshot))
        document.key = store.document_key(invoice.municipality_id, invoice.id, data)
        document.sha256 = store.sha256_in(document.key)
        document.size = len(data)
        document.save(update_fields=["key", "sha256", "size"])
        store.keep(document.key, data)
        document.stored_at = Now()
        document.save(update_fields=["stored_at"])
    # One that was cancelled while it was on its way keeps its document and goes no further.
    if invoice.status == Status.SENT:
        try:
            _put_into_inbox(invoice.id)
        except WrongStatus:
            return


@transaction.atomic
def _put_into_inbox(invoice_id: UUID) -> None:
    # Its department may have been merged into another since it was issued.
    invoice = mergers.follow(transition(invoice_id, Action.DELIVER, actor=None))
    emails.delivered(invoice)
