"""Consumption tax, carry-over and withholding, as functions that only calculate.

They take and return dataclasses and read no database. Tax rates are arguments.
"""
