"""Yen, dates, Japanese numbers and names, ids, form fields and pending work: tools that every app may use.

Nothing here imports an app of this project, and nothing here has a table of its own.
"""
