"""Yen, dates, Japanese numbers and names, ids and form fields: the plain tools every app may use.

Nothing here knows an app of this project, and nothing here is saved.
"""
