"""Consumption tax and what stands beside it on an invoice (carry-over, withholding), as pure functions.

Dataclasses in, dataclasses out; rates come in as arguments.
"""
