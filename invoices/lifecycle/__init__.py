"""The life of an invoice: drafting, issuing, delivery, review and corrections. `workflow` alone writes the status."""
