"""What was changed in the master data that a city works with, by whom and when; for its administrators."""

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
"""The page shows at most this number of changes, and reads as many of each table."""


@require_city_admin
@require_GET
def city_history(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """The city itself, its departments, its staff, the people among them, and the tax rates of the portal."""
    return render(request, "portal/city_history.html", {"editions": _editions(municipality_id)})


def _editions(municipality_id: UUID) -> list[Edition]:
    histories = (
        Municipality.history.filter(id=municipality_id),
        Department.history.filter(municipality_id=municipality_id),
        StaffMembership.history.filter(municipality_id=municipality_id),
        _of_people(municipality_id),
        TaxRate.history.all(),
    )
    found = [edition for entries in histories for edition in editions(entries, _MOST)]
    return sorted(found, key=lambda edition: edition.at, reverse=True)[:_MOST]


def _of_people(municipality_id: UUID) -> Any:
    """Of those who work there now, what was changed since they do. What they did before is not the city's affair."""
    working = StaffMembership.objects.filter(municipality_id=municipality_id, active=True).values("user_id")
    since = StaffMembership.history.filter(municipality_id=municipality_id, user_id__in=working)
    wanted = Q(pk__in=[])
    for user_id, begun in since.values_list("user_id").annotate(begun=Min("history_date")).order_by():
        wanted |= Q(id=user_id, history_date__gte=begun)
    return User.history.filter(wanted, history_type="~")
