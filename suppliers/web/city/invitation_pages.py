"""The invitations of a city: list, details, new invitation, sending again and revoking."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from accounts.acting import NotAllowed
from accounts.guards import PortalRequest, press_only, require_city_admin
from accounts.models import Department
from accounts.municipalities.departments import without_staff
from portal.lib.ids import uuid7
from portal.lib.querysets import capped_count, keyset_page
from suppliers import invitations
from suppliers.invitations import AlreadyInvited
from suppliers.models import Invitation
from suppliers.models.invitation import InvitationState
from suppliers.web.city.invitation_forms import InvitationForm, ResendForm
from suppliers.web.shared.outcomes import report

_BADGES = {
    InvitationState.PENDING: "info",
    InvitationState.UNSENT: "error",
    InvitationState.ACCEPTED: "success",
    InvitationState.EXPIRED: "warning",
    InvitationState.REVOKED: "cancelled",
}


@require_city_admin
@require_GET
def listing(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """All invitations, newest first, by state."""
    visible = Invitation.objects.visible_to(request.acting_for)
    wanted = request.GET.get("state", "")
    state = InvitationState(wanted) if wanted in InvitationState else None
    page = keyset_page(
        (visible.in_state(state) if state else visible).select_related("code", "mail"),
        column="created_at",
        descending=True,
        after=request.GET.get("after", ""),
    )
    context = {
        "page": page,
        "rows": [_row(invitation) for invitation in page.rows],
        "state": state,
        "total": capped_count(visible),
        "tabs": [(each, capped_count(visible.in_state(each))) for each in InvitationState],
    }
    return render(request, "suppliers/city/list.html", context)


@require_city_admin
@never_cache
@sensitive_variables("secret", "invited")
@require_http_methods(["GET", "POST"])
def new(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """Invite a supplier. The answer shows the 仮パスワード, which is not stored, so it cannot be shown again."""
    departments = Department.objects.active().filter(municipality_id=municipality_id)
    typed = request.POST if request.method == "POST" else None
    form = InvitationForm(typed, departments=departments, initial={"invitation_id": uuid7()})
    known = None
    if request.method == "POST" and form.is_valid():
        try:
            invitation, secret = invitations.invite(request.acting_for, **form.cleaned_data, another=form.is_another)
        except AlreadyInvited as error:
            known = error
            form.ask_whether_another(str(error.message))
        except NotAllowed as error:
            form.add_error(None, str(error.message))
        else:
            return _secret_page(request, invitation, secret)
    return render(request, "suppliers/city/new.html", {"form": form, "known": known})


@require_city_admin
@require_GET
def detail(request: PortalRequest, municipality_id: UUID, invitation_id: UUID) -> HttpResponse:
    """One invitation with its departments and its state."""
    return _detail(request, invitation_id)


@require_city_admin
@never_cache
@sensitive_variables("secret")
@press_only("invitations:detail")
def resend(request: PortalRequest, municipality_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Send a new code by mail, to the same address or a corrected one. It is shown once, as after inviting."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.acting_for), pk=invitation_id)
    email = None
    if "resend-email" in request.POST:
        form = ResendForm(request.POST)
        if not form.is_valid():
            return _detail(request, invitation_id, form)
        email = form.cleaned_data["email"]
    try:
        shown = UUID(request.POST.get("code", ""))
        invitation, secret = invitations.resend(
            request.acting_for, invitation_id=invitation_id, code_id=shown, email=email
        )
    except ValueError:
        return redirect("invitations:detail", municipality_id, invitation_id)
    except NotAllowed as error:
        messages.error(request, error.message)
        return redirect("invitations:detail", municipality_id, invitation_id)
    return _secret_page(request, invitation, secret)


@require_city_admin
@press_only("invitations:detail")
def revoke(request: PortalRequest, municipality_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Revoke an invitation and show it again."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.acting_for), pk=invitation_id)
    done = _("%(supplier)s 様への招待を取り消しました。") % {"supplier": invitation.supplier_name}
    report(request, lambda: invitations.revoke(request.acting_for, invitation_id=invitation_id), done)
    return redirect("invitations:detail", municipality_id, invitation_id)


def _detail(request: PortalRequest, invitation_id: UUID, resend_form: ResendForm | None = None) -> HttpResponse:
    visible = Invitation.objects.visible_to(request.acting_for).select_related("code", "supplier", "created_by", "mail")
    invitation = get_object_or_404(visible, pk=invitation_id)
    row = _row(invitation)
    departments = invitation.departments.order_by("kana")
    context = row | {
        "departments": departments,
        "unstaffed": without_staff(departments),
        "may_resend": row["state"] in (InvitationState.PENDING, InvitationState.UNSENT, InvitationState.EXPIRED),
        "resend_form": resend_form or ResendForm(initial={"email": invitation.email}),
    }
    return render(request, "suppliers/city/detail.html", context)


def _row(invitation: Invitation) -> dict[str, Any]:
    state = invitation.state(timezone.now())
    return {"invitation": invitation, "state": state, "badge": _BADGES[state]}


@sensitive_variables("secret")
def _secret_page(request: PortalRequest, invitation: Invitation, secret: str) -> HttpResponse:
    unstaffed = without_staff(invitation.departments.all())
    context = {"invitation": invitation, "secret": secret, "unstaffed": unstaffed}
    return render(request, "suppliers/city/secret.html", context)
