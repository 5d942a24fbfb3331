"""Suppliers, who issue invoices: their people, bank accounts, invitations, and where they may send invoices."""
