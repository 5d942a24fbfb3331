"""Pages on which a city receives, reviews and pays invoices, below /m/<municipality>/invoices/."""
