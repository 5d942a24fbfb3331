"""Consumption tax, as pure functions: dataclasses in, dataclasses out; rates come in as arguments."""
