"""Pages on which a supplier keeps its own data, below /s/<supplier>/."""
