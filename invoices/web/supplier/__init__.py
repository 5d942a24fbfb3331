"""Pages on which a supplier writes, issues and follows its invoices, below /s/<supplier>/invoices/."""
