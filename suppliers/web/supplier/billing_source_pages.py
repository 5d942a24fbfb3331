"""The branches of a supplier (請求元). All members see them; only owners change them."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import PortalRequest, press_only, require_owner, require_supplier
from suppliers.billing_sources import SourceInput, add_source, change_source, retire_source
from suppliers.models import BillingSource
from suppliers.web.shared.outcomes import report, save
from suppliers.web.shared.postcode_button import wants_address, with_address
from suppliers.web.supplier.billing_source_forms import BillingSourceForm, initial_source


@require_supplier
@require_GET
def listing(request: PortalRequest, supplier_id: UUID) -> HttpResponse:
    """Branches in use, and retired ones."""
    visible = BillingSource.objects.visible_to(request.acting_for)
    context = {"sources": visible.active(), "retired": visible.filter(active=False)}
    return render(request, "suppliers/supplier/source/list.html", context)


@require_owner
@require_http_methods(["GET", "POST"])
def new(request: PortalRequest, supplier_id: UUID) -> HttpResponse:
    """Add a branch."""
    return _page(request, None, lambda source: add_source(request.acting_for, source))


@require_owner
@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest, supplier_id: UUID, source_id: UUID) -> HttpResponse:
    """Correct a branch in use."""
    row = get_object_or_404(BillingSource.objects.visible_to(request.acting_for).active(), pk=source_id)
    return _page(request, row, lambda source: change_source(request.acting_for, source_id, source))


@require_owner
@press_only("suppliers:billing_sources")
def retire(request: PortalRequest, supplier_id: UUID, source_id: UUID) -> HttpResponse:
    """Stop offering a branch for new invoices."""
    source = get_object_or_404(BillingSource.objects.visible_to(request.acting_for), pk=source_id)
    done = _("%(source)s の利用を止めました。") % {"source": source}
    report(request, lambda: retire_source(request.acting_for, source_id), done)
    return redirect("suppliers:billing_sources", supplier_id)


def _page(
    request: PortalRequest, row: BillingSource | None, step: Callable[[SourceInput], BillingSource]
) -> HttpResponse:
    note = ""
    if request.method != "POST":
        form = BillingSourceForm(initial=initial_source(row) if row else None)
    elif wants_address(request):
        typed = {name: request.POST.get(name, "") for name in BillingSourceForm.base_fields}
        form, note = with_address(request, typed, BillingSourceForm)
    else:
        form = BillingSourceForm(request.POST)
        source = save(form, lambda: step(form.source()))
        if source is not None:
            messages.success(request, _("%(source)s を保存しました。") % {"source": source})
            return redirect("suppliers:billing_sources", request.acting_for.id)
    context = {"form": form, "source": row, "address_note": note}
    return render(request, "suppliers/supplier/source/edit.html", context)
