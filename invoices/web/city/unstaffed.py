"""The page on which an administrator sees the departments in which nobody works, and what waits there."""

from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.acting import ActingFor
from accounts.guards import PortalRequest, require_city_admin
from accounts.models import Department
from accounts.municipalities.departments import in_kana_order
from invoices.models import Invoice
from portal.lib.querysets import capped_count, keyset_page


@require_city_admin
@require_GET
def unstaffed(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """The invoices that wait where nobody sees them, the oldest on top; then the departments."""
    waiting = Invoice.objects.visible_to(request.acting_for).without_staff()
    counts = dict(waiting.order_by().values_list("department").annotate(Count("pk")))
    departments = Department.objects.filter(municipality_id=municipality_id).unstaffed()
    # One that was merged or closed needs no staff, unless something lies there.
    named = [each for each in in_kana_order(departments) if each.pk in counts or each.is_active]
    page = keyset_page(
        waiting.select_related("department"),
        column="delivered_at",
        descending=False,
        after=request.GET.get("after", ""),
    )
    context = {"departments": [(each, counts.get(each.pk, 0)) for each in named], "page": page}
    return render(request, "invoices/city/unstaffed.html", context)


def summary(acting_for: ActingFor) -> dict[str, Any]:
    """For the home page of an administrator: how many departments have no staff, and how much waits there, if any."""
    departments = Department.objects.active().unstaffed().filter(municipality_id=acting_for.id)
    waiting = Invoice.objects.visible_to(acting_for).without_staff()
    return {"departments": departments.count(), "waiting": capped_count(waiting) if waiting.exists() else ""}
