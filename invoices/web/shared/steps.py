"""Taking a step from a page: which steps it offers, and what it answers to whatever comes of one.

This is the one place that turns the refusals of the domain (`NotAllowed` and what derives from it) into a page for
the forbidden, a message, or an error beside the field.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from accounts import kept
from accounts.acting import ActingFor, NotAllowed, NotPermitted
from accounts.guards import PortalRequest
from invoices.enums import Status
from invoices.lifecycle.drafting import OutdatedDraft
from invoices.lifecycle.workflow import TABLE, Blocked, WrongInput, WrongStatus, refusal
from invoices.models import Invoice
from portal.lib.forms import PortalForm

BATCH_MAX = 200


@dataclass(slots=True)
class Outcome:
    """What came of a step.

    Attributes:
        refused: Why it was not taken; None when it was.
    """

    refused: NotAllowed | None = None


def offered(actor: ActingFor, invoice: Invoice) -> dict[str, dict[str, Any]]:
    """What a page says about the steps with an invoice.

    Returns:
        `can`, by action, whether its button is shown; and `blocked`, what stands in the way of those steps that are
        otherwise for this person and start where the invoice is.
    """
    status = Status(invoice.status)
    refusals = {
        action.value: refusal(actor, action, invoice) for action, row in TABLE.items() if status in row.from_statuses
    }
    return {
        "can": {action: refused is None for action, refused in refusals.items()},
        "blocked": {action: refused.message for action, refused in refusals.items() if isinstance(refused, Blocked)},
    }


@contextmanager
def attempt() -> Iterator[Outcome]:
    """Take a step in the body; where it is refused, the outcome says why.

    Raises:
        PermissionDenied: the step is not for this person.
        Http404: somebody deleted the draft at the same moment.
    """
    outcome = Outcome()
    try:
        yield outcome
    except NotPermitted as error:
        raise PermissionDenied from error
    except NotAllowed as error:
        outcome.refused = error
    except Invoice.DoesNotExist as error:
        raise Http404 from error


@contextmanager
def take(request: PortalRequest, done: str = "", form: PortalForm | None = None) -> Iterator[Outcome]:
    """Take a step in the body, and leave a message about it.

    Args:
        done: What to say when it succeeded.
        form: Where it was typed; an error that belongs to one of its fields is put there and not into a message.
            What was typed for a step that is not possible any more can be copied from the next page.

    Raises:
        PermissionDenied, Http404: see `attempt`.
    """
    with attempt() as outcome:
        yield outcome
    if outcome.refused is not None:
        tell(request, outcome.refused, form)
    elif done:
        messages.success(request, done)


def tell(request: PortalRequest, refused: NotAllowed, form: PortalForm | None = None) -> None:
    """Say why a step was refused: beside the field of the form where it belongs to one, else as a message."""
    if form is not None and isinstance(refused, WrongInput):
        form.add_error(refused.field, str(refused.message))
    else:
        say(request, refused)
        if form is not None:
            kept.keep_refused(request)


def say(request: PortalRequest, refused: NotAllowed) -> None:
    """Leave the message of a refusal; whoever is merely late has done nothing wrong."""
    levels = {WrongStatus: messages.INFO, OutdatedDraft: messages.WARNING}
    level = next((level for kind, level in levels.items() if isinstance(refused, kind)), messages.ERROR)
    messages.add_message(request, level, refused.message)


def take_many(
    request: PortalRequest, invoices: Iterable[Invoice], step: Callable[[UUID], Invoice], done: str
) -> dict[UUID, NotAllowed]:
    """Take the same step for many invoices, each by itself: one that cannot be taken does not hold up the others.

    The refused ones are named, together where it is for the same reason.

    Args:
        done: What to say of those that succeeded, with `%(count)d`.

    Returns:
        Why each refused one was.
    """
    count, refused = 0, {}
    names_by_reason: dict[str, list[str]] = {}
    for invoice in invoices:
        try:
            step(invoice.pk)
            count += 1
        except NotAllowed as error:
            refused[invoice.pk] = error
            # Every supplier counts its invoices from one.
            name = " ".join(part for part in (invoice.issuer_name, invoice.number or invoice.title) if part)
            names_by_reason.setdefault(str(error.message), []).append(name)
    for reason, names in names_by_reason.items():
        messages.warning(request, _("%(name)s:%(reason)s") % {"name": "、".join(names), "reason": reason})
    if count:
        messages.success(request, done % {"count": count})
    return refused


def would(step: Callable[[UUID], Invoice], invoice: Invoice) -> NotAllowed | Invoice:
    """What would come of a step: why it would be refused, or the invoice as it would be. Nothing is changed."""
    with transaction.atomic():
        try:
            return step(invoice.pk)
        except NotAllowed as error:
            return error
        finally:
            transaction.set_rollback(True)


def chosen(query: QueryDict) -> list[UUID]:
    """The invoices that were ticked, as many as one batch takes; what is no id is left out."""
    ids = []
    for text in query.getlist("invoice")[:BATCH_MAX]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids
