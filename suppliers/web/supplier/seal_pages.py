"""The seals of a supplier. All members see them; only owners change them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.dear import dear, sends
from accounts.guards import PortalRequest, press_only, require_owner, require_supplier
from accounts.reauthentication import require_fresh_sign_in
from portal.lib.errors import InputError
from portal.lib.forms import as_validation_error
from suppliers.models import Seal, SealKind
from suppliers.seals import UPLOAD_MAX_BYTES, add_seal, retire_seal
from suppliers.web.shared.outcomes import report, save
from suppliers.web.supplier.seal_forms import SealForm


@require_supplier
@require_GET
def listing(request: PortalRequest, supplier_id: UUID) -> HttpResponse:
    """Seals in use, and retired ones."""
    visible = Seal.objects.visible_to(request.acting_for).defer("image")
    context = {"seals": visible.active(), "retired": visible.filter(active=False)}
    return render(request, "suppliers/supplier/seal/list.html", context)


@require_owner
@require_fresh_sign_in
@require_http_methods(["GET", "POST"])
@dear(sends)
def new(request: PortalRequest, supplier_id: UUID) -> HttpResponse:
    """Add a seal."""
    if request.method == "POST":
        form = SealForm(request.POST, request.FILES)
        if _saved(request, form):
            return redirect("suppliers:seals", supplier_id)
    else:
        form = SealForm(initial={"kind": SealKind.REPRESENTATIVE})
    return render(request, "suppliers/supplier/seal/new.html", {"form": form})


@require_owner
@press_only("suppliers:seals")
@require_fresh_sign_in
def retire(request: PortalRequest, supplier_id: UUID, seal_id: UUID) -> HttpResponse:
    """Stop offering a seal for new invoices."""
    seal = get_object_or_404(Seal.objects.visible_to(request.acting_for), pk=seal_id)
    done = _("%(seal)sの利用を止めました。") % {"seal": seal}
    report(request, lambda: retire_seal(request.acting_for, seal_id), done)
    return redirect("suppliers:seals", supplier_id)


@require_supplier
@require_GET
def picture(request: PortalRequest, supplier_id: UUID, seal_id: UUID) -> HttpResponse:
    """The picture of a seal, also of a retired one."""
    seal = get_object_or_404(Seal.objects.visible_to(request.acting_for), pk=seal_id)
    response = HttpResponse(bytes(seal.image), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _saved(request: PortalRequest, form: SealForm) -> bool:
    def add() -> Seal:
        # One byte more than allowed is enough to see that the file is too large.
        upload = form.cleaned_data["picture"].read(UPLOAD_MAX_BYTES + 1)
        return add_seal(request.acting_for, SealKind(form.cleaned_data["kind"]), upload)

    try:
        seal = save(form, add)
    except InputError as error:
        form.add_error("picture", as_validation_error(error))
        return False
    if seal is None:
        return False
    messages.success(request, _("%(seal)sを登録しました。請求書を作成するときに選べます。") % {"seal": seal})
    return True
