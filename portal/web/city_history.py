"""What was changed in the master data that a city works with, by whom and when; for its administrators."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Min, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.guards import PortalRequest, require_city_admin
from accounts.models import Department, Municipality, StaffMembership, User
from invoices.models import TaxRate
from portal.lib.histories import Edition, editions

_MOST = 100
"""A page shows about this number of changes; those of one moment stay together."""


@require_city_admin
@require_GET
def city_history(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """The city itself, its departments, its staff, the people among them, and the tax rates of the portal."""
    shown, before = _page(municipality_id, _moment(request.GET.get("before", "")))
    cursor = before.astimezone(UTC).isoformat() if before else ""
    return render(request, "portal/city_history.html", {"editions": shown, "before": cursor})


def _moment(text: str) -> datetime | None:
    """A time as an address bears it; None for what is none."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _page(municipality_id: UUID, before: datetime | None) -> tuple[list[Edition], datetime | None]:
    """The newest changes before a time, and the time before which the next page begins; None on the last page."""
    histories = [each.filter(history_date__lt=before) if before else each for each in _histories(municipality_id)]
    # No table is read further back than any other, so that the next page begins for all of them at the same time.
    ends = [
        list(each.order_by("-history_date").values_list("history_date", flat=True)[: _MOST + 1]) for each in histories
    ]
    horizon = max((end[_MOST - 1] for end in ends if len(end) > _MOST), default=None)
    if horizon is not None:
        histories = [each.filter(history_date__gte=horizon) for each in histories]
    found = [edition for entries in histories for edition in editions(entries, 2 * _MOST)]
    found.sort(key=lambda edition: edition.at, reverse=True)
    if len(found) <= _MOST:
        return found, horizon
    shown = [edition for edition in found if edition.at >= found[_MOST - 1].at]
    return shown, shown[-1].at if len(shown) < len(found) else horizon


def _histories(municipality_id: UUID) -> tuple[Any, ...]:
    return (
        Municipality.history.filter(id=municipality_id),
        Department.history.filter(municipality_id=municipality_id),
        StaffMembership.history.filter(municipality_id=municipality_id),
        _of_people(municipality_id),
        TaxRate.history.all(),
    )


def _of_people(municipality_id: UUID) -> Any:
    """Of those who work there now, what was changed since they do. What they did before is not the city's affair."""
    working = StaffMembership.objects.filter(municipality_id=municipality_id, active=True).values("user_id")
    since = StaffMembership.history.filter(municipality_id=municipality_id, user_id__in=working)
    wanted = Q(pk__in=[])
    for user_id, begun in since.values_list("user_id").annotate(begun=Min("history_date")).order_by():
        wanted |= Q(id=user_id, history_date__gte=begun)
    return User.history.filter(wanted, history_type="~")
