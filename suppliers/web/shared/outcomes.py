"""What a page shows after a step: a message when it was taken, and the reason when it was not."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest

from accounts.acting import NotAllowed
from portal.lib.forms import PortalForm

Row = TypeVar("Row")


def save(form: PortalForm, step: Callable[[], Row]) -> Row | None:
    """Take a step with the data of a form.

    Args:
        step: Is called when the form is valid. It may raise NotAllowed.

    Returns:
        What the step returned. None when the form is not valid or the step was refused; the form then shows why.
    """
    if not form.is_valid():
        return None
    try:
        return step()
    except NotAllowed as error:
        form.add_error(None, str(error.message))
        return None


def report(request: HttpRequest, step: Callable[[], object], done: str) -> None:
    """Take a step, and tell the person on the next page that it was taken, or why not.

    Args:
        step: May raise NotAllowed.
        done: The message when it was taken.
    """
    try:
        step()
    except NotAllowed as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
