"""Pages for the policy of a city with its history, and for its departments with a taxable business."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.guards import PortalRequest, require_city_admin
from accounts.models import Municipality
from accounts.municipalities import policy_editions as policies
from accounts.municipalities.departments import in_kana_order
from accounts.municipalities.web.policy_forms import PolicyForm, TaxableDepartmentsForm
from accounts.reauthentication import require_fresh_sign_in


@require_city_admin
@require_fresh_sign_in
@require_http_methods(["GET", "POST"])
def policy(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """The policy as a form, with its history below. When two people save at once, the second sees both versions."""
    city = Municipality.objects.get(pk=municipality_id)
    meanwhile = None
    if request.method == "POST":
        form = PolicyForm(request.POST)
        if form.is_valid():
            try:
                changes = policies.change(request.acting_for, form.values(), version=form.cleaned_data["version"])
            except policies.ChangedMeanwhile as error:
                meanwhile = error
                form = PolicyForm(initial=error.values | {"version": error.version})
            else:
                if changes:
                    messages.success(request, _("取扱いを保存しました。これから作成・発行される請求書に使われます。"))
                else:
                    messages.info(request, _("変更はありませんでした。"))
                return redirect("accounts:policy", municipality_id)
    else:
        values, version = policies.read(city)
        form = PolicyForm(initial=values | {"version": version})
    context = {
        "form": form,
        "meanwhile": meanwhile,
        "editions": policies.editions(city),
        "taxable": in_kana_order(city.departments.active().filter(taxable_enterprise=True)),
    }
    return render(request, "accounts/municipalities/policy.html", context)


@require_city_admin
@require_fresh_sign_in
@require_http_methods(["GET", "POST"])
def taxable_departments(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """The form in which departments with the account of a taxable business are marked (課税事業の会計)."""
    city = Municipality.objects.get(pk=municipality_id)
    typed = request.POST if request.method == "POST" else None
    form = TaxableDepartmentsForm(typed, departments=city.departments.all())
    if request.method == "POST" and form.is_valid():
        changed = policies.mark_taxable(request.acting_for, mark=form.marked(), unmark=form.unmarked())
        if changed:
            messages.success(request, _("%(count)d課の設定を保存しました。") % {"count": changed})
        else:
            messages.info(request, _("変更はありませんでした。"))
        return redirect("accounts:policy", municipality_id)
    return render(request, "accounts/municipalities/policy_departments.html", {"form": form})
