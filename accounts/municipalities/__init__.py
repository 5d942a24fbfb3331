"""The master data of a city: its departments and its policy."""
