"""Pages on which a supplier changes its own data, under /s/<supplier>/."""
