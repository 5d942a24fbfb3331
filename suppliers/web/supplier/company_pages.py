"""The data of a supplier, and the departments to which it may send invoices."""

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import PortalRequest, require_owner, require_supplier
from portal.lib.japan import sort_key_kana
from suppliers.company import change_company
from suppliers.models import Supplier, TradingLink
from suppliers.registration import Level
from suppliers.web.shared.company_forms import CompanyForm, initial_company, wants_other_fields
from suppliers.web.shared.postcode_button import wants_address, with_address


@require_supplier
@require_GET
def company(request: PortalRequest, supplier_id: UUID) -> HttpResponse:
    """The data of the supplier and its members."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.acting_for))
    members = supplier.members.filter(active=True).select_related("user").order_by("-role", "user__kana")
    return render(request, "suppliers/supplier/company/detail.html", {"supplier": supplier, "members": members})


@require_owner
@require_http_methods(["GET", "POST"])
def company_edit(request: PortalRequest, supplier_id: UUID) -> HttpResponse:
    """Change the data of the supplier."""
    note = ""
    if request.method != "POST":
        form = CompanyForm(initial=initial_company(get_object_or_404(Supplier.objects.visible_to(request.acting_for))))
    elif wants_address(request) or wants_other_fields(request):
        typed = {name: request.POST.get(name, "") for name in CompanyForm.base_fields}
        if wants_address(request):
            form, note = with_address(request, typed, CompanyForm)
        else:
            form = CompanyForm(initial=typed)
    else:
        form = CompanyForm(request.POST)
        if form.is_valid():
            change_company(request.acting_for, form.company())
            messages.success(request, _("会社情報を保存しました。これから作成する請求書に反映されます。"))
            if form.verdict and form.verdict.level == Level.WARNING:
                messages.warning(request, form.verdict.message)
            return redirect("suppliers:company", supplier_id)
    return render(request, "suppliers/supplier/company/edit.html", {"form": form, "address_note": note})


@require_supplier
@require_GET
def trading(request: PortalRequest, supplier_id: UUID) -> HttpResponse:
    """The departments to which the supplier may send, by city, in kana order under あ, か, さ …"""
    links = TradingLink.objects.visible_to(request.acting_for).open().select_related("department__municipality")
    departments = sorted(
        (link.department for link in links),
        key=lambda department: (sort_key_kana(department.municipality.kana), sort_key_kana(department.kana)),
    )
    cities = [
        {
            "name": name,
            "groups": [
                {"heading": heading, "departments": list(group)}
                for heading, group in groupby(found, key=lambda department: department.kana_heading)
            ],
        }
        for name, found in groupby(departments, key=lambda department: department.municipality.name)
    ]
    return render(request, "suppliers/supplier/trading.html", {"cities": cities})
