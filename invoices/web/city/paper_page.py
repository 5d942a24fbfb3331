"""The page on which a city records an invoice that came on paper."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.dear import dear, sends
from accounts.guards import PortalRequest, require_city
from invoices.lifecycle import paper
from invoices.lifecycle.paper import RecordedAlready
from invoices.models import Invoice
from invoices.web.city.paper_forms import PaperForm
from invoices.web.shared import steps


@require_city
@require_http_methods(["GET", "POST"])
@dear(sends)
def record_paper(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """A paper invoice: what stands on it, and its scan."""
    acting_for = request.acting_for
    if not (acting_for.sees_all_departments or acting_for.departments):
        raise PermissionDenied
    if request.method == "GET":
        return render(request, "invoices/city/paper.html", {"form": PaperForm(acting_for=acting_for)})
    form = PaperForm(request.POST, request.FILES, acting_for=acting_for)
    again = None
    if form.is_valid():
        scan = form.cleaned_data["scan"].read()
        with steps.attempt() as outcome:
            invoice = paper.record_paper(
                department_id=form.cleaned_data["department"],
                facts=form.facts(),
                scan=scan,
                actor=acting_for,
                another=form.is_another(scan),
            )
        if outcome.refused is None:
            messages.success(request, _("紙の請求書を登録しました。"))
            return redirect("review:detail", municipality_id, invoice.pk)
        if isinstance(outcome.refused, RecordedAlready):
            again = outcome.refused
            form.ask_whether_another(scan, same_scan=again.same_scan)
        else:
            steps.tell(request, outcome.refused, form)
    visible = again is not None and Invoice.objects.visible_to(acting_for).filter(pk=again.first.pk).exists()
    return render(request, "invoices/city/paper.html", {"form": form, "again": again, "first_is_visible": visible})
