"""Taking a step of the workflow from a page: what it answers, whatever comes of it."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.acting import NotAllowed, NotPermitted
from accounts.guards import PortalRequest
from invoices.lifecycle.accounting import ImpossiblePayment
from invoices.lifecycle.workflow import WrongStatus
from invoices.models import Invoice
from portal.lib.forms import PortalForm

BATCH_MAX = 200


def take(request: PortalRequest, step: Callable[[], Invoice], done: str, form: PortalForm | None = None) -> bool:
    """Take one step and leave a message about it.

    Args:
        done: What to say when it succeeded.
        form: Where it was typed; an error that belongs to one of its fields is put there and not into a message.

    Returns:
        Whether it did.

    Raises:
        PermissionDenied: the step is not for this person.
    """
    try:
        step()
    except NotPermitted as error:
        raise PermissionDenied from error
    except WrongStatus as error:
        messages.info(request, error.message)
    except NotAllowed as error:
        if form is not None and isinstance(error, ImpossiblePayment):
            form.add_error(error.field, str(error.message))
        else:
            messages.error(request, error.message)
    else:
        messages.success(request, done)
        return True
    return False


def take_many(
    request: PortalRequest, invoices: Iterable[Invoice], step: Callable[[UUID], Invoice], done: str
) -> dict[UUID, NotAllowed]:
    """Take the same step for many invoices, each by itself: one that cannot be taken does not hold up the others.

    Those that are refused are named, together where it is for the same reason.

    Args:
        done: What to say of those that succeeded, with `%(count)d`.

    Returns:
        Why those that were refused were.
    """
    count, refused = 0, {}
    names: dict[str, list[str]] = {}
    for invoice in invoices:
        try:
            step(invoice.pk)
            count += 1
        except NotAllowed as error:
            refused[invoice.pk] = error
            # Every supplier counts its invoices from one.
            name = " ".join(part for part in (invoice.issuer_name, invoice.number or invoice.title) if part)
            names.setdefault(str(error.message), []).append(name)
    for reason, those in names.items():
        messages.warning(request, _("%(name)s:%(reason)s") % {"name": "、".join(those), "reason": reason})
    if count:
        messages.success(request, done % {"count": count})
    return refused


def chosen(request: PortalRequest) -> list[UUID]:
    """The invoices that were ticked, as many as one batch takes; what is no id is left out."""
    ids = []
    for text in request.POST.getlist("invoice")[:BATCH_MAX]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids
