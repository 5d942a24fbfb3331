"""The editor's forms.

They read what was typed into a `DraftInput`; whether it may be issued is for the checks to say.
"""

from invoices.web.supplier.forms.base import Entry
from invoices.web.supplier.forms.buttons import after_button
from invoices.web.supplier.forms.draft import DraftForms, new_input, too_many_rows
from invoices.web.supplier.forms.pasting import after_paste
from invoices.web.supplier.forms.rows import TAKEN_OVER, LineForm, blank_line

__all__ = [
    "TAKEN_OVER",
    "DraftForms",
    "Entry",
    "LineForm",
    "after_button",
    "after_paste",
    "blank_line",
    "new_input",
    "too_many_rows",
]
