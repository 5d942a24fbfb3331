"""The constraint that freezes lines, deductions and attachments together with their invoice."""

from portal.lib.frozen import Frozen


def frozen_with_invoice(name: str) -> Frozen:
    """A constraint: rows of an issued invoice cannot be added, changed or deleted.

    Args:
        name: The name of the trigger.
    """
    return Frozen(
        name=name,
        operations=["INSERT", "UPDATE", "DELETE"],
        when="EXISTS (SELECT 1 FROM invoices_invoice WHERE id = {row}.invoice_id AND number IS NOT NULL)",
    )
