"""What hangs on an invoice is frozen with it."""

from portal.lib.frozen import Frozen


def frozen_with_invoice(name: str) -> Frozen:
    """The rows of an issued invoice neither change nor come nor go.

    Args:
        name: Of the trigger.
    """
    return Frozen(
        name=name,
        operations=["INSERT", "UPDATE", "DELETE"],
        when="EXISTS (SELECT 1 FROM invoices_invoice WHERE id = {row}.invoice_id AND number IS NOT NULL)",
    )
