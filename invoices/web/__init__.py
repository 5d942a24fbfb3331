"""Pages about invoices, a room for each audience: suppliers, cities, the public, and what several of them share."""
