"""Pages of a city's own settings, below /m/<municipality>/."""
