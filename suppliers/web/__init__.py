"""Pages about suppliers, a room for each audience: suppliers themselves, cities, the public, and what they share."""
