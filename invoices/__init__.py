"""Invoices: tax, documents, checks, and their life from draft to archive."""
