"""Pages about invoices: the supplier's editor, lists and invoice page, and the city's inbox and review page."""
