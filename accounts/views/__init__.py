"""Pages of a city's own settings."""
