"""Pages for the settings of a city, under /m/<municipality>/."""
