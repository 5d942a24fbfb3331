"""What people call an invoice, where a record has to name it."""

from invoices.models.invoice import Invoice


def called(invoice: Invoice) -> str:
    """Its issuer, number and title."""
    return " ".join(part for part in (invoice.issuer_name, invoice.number, invoice.title) if part)
