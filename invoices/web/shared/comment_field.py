"""The field for the reason that goes with a step."""

from django import forms
from django_stubs_ext import StrOrPromise

from invoices.lifecycle.comments import COMMENT_MAX


def comment_field(label: StrOrPromise, help_text: StrOrPromise) -> forms.CharField:
    """A reason of a few lines; the help text says who will read it."""
    return forms.CharField(
        label=label, max_length=COMMENT_MAX, widget=forms.Textarea(attrs={"rows": 4}), help_text=help_text
    )
