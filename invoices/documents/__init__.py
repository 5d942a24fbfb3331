"""The document: the frozen snapshot of an invoice, and the HTML and PDF made from it alone."""
