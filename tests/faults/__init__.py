"""Faults for real: processes that are killed, servers that stop. Every test has an installation of its own."""
