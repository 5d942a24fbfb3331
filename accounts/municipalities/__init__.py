"""The masters of a city: its departments and its policy."""
