"""Accepting an invitation in several steps. What was typed stays in the session until the last step."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import gate
from accounts.acting import NotAllowed
from accounts.guards import SignedInRequest
from portal.lib.forms import PortalForm
from suppliers import invitations
from suppliers.invitations import InvitationClosed
from suppliers.models import Invitation, Supplier, SupplierMember
from suppliers.registration import Registration
from suppliers.web.public.entry import ask_again, invitation_of
from suppliers.web.public.entry_forms import SupplierChoiceForm
from suppliers.web.shared.company_forms import CompanyForm, PersonForm, initial_person, wants_other_fields
from suppliers.web.shared.postcode_button import wants_address, with_address

P = ParamSpec("P")

_TYPED_KEY = "registration"
_DONE_KEY = "registered_supplier"
_VALUE_LIMIT = 500

Step = Callable[Concatenate[SignedInRequest, Invitation, P], HttpResponse]


def _with_invitation(view: Step[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A step that needs the invitation of the session. Who has just registered goes to the last page."""

    @wraps(view)
    def step(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        invitation = invitation_of(request)
        if invitation is not None:
            return view(request, invitation, *args, **kwargs)  # type: ignore[arg-type]  # login is required
        # When the last button is pressed twice, the first press has used the code.
        return redirect("invitation_done") if _DONE_KEY in request.session else ask_again(request)

    return never_cache(step)


@_with_invitation
@require_http_methods(["GET", "POST"])
def proceed(request: SignedInRequest, invitation: Invitation) -> HttpResponse:
    """An owner of suppliers chooses one of them or registers a new one. Everybody else registers a new one."""
    owned = list(Supplier.objects.owned_by(request.user).order_by("kana"))
    if not owned:
        member_of = SupplierMember.objects.filter(user=request.user, active=True).select_related("supplier").first()
        if member_of is None or "new" in request.GET:
            return redirect("invitation_company")
        context = {"invitation": invitation, "supplier": member_of.supplier}
        return render(request, "suppliers/public/registration/ask_owner.html", context)
    form = SupplierChoiceForm(request.POST if request.method == "POST" else None, owned=owned)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["supplier"]
        if chosen == SupplierChoiceForm.NEW:
            return redirect("invitation_company")
        return _accept(request, invitation, supplier_id=UUID(chosen))
    return render(request, "suppliers/public/registration/continue.html", {"form": form, "invitation": invitation})


@_with_invitation
@require_http_methods(["GET", "POST"])
def company(request: SignedInRequest, invitation: Invitation) -> HttpResponse:
    """First step: the data of the company."""
    if request.method != "POST":
        form = CompanyForm(initial=_typed(request, "company"))
        return _company_page(request, invitation, form)
    typed = _keep(request, "company", CompanyForm)
    if wants_address(request):
        form, note = with_address(request, typed, CompanyForm)
        _store(request, "company", typed)
        return _company_page(request, invitation, form, note)
    if wants_other_fields(request):
        return _company_page(request, invitation, CompanyForm(initial=typed))
    form = CompanyForm(typed)
    if form.is_valid():
        return redirect("invitation_person")
    return _company_page(request, invitation, form)


@_with_invitation
@require_http_methods(["GET", "POST"])
def person(request: SignedInRequest, invitation: Invitation) -> HttpResponse:
    """Second step: the data of the person."""
    if request.method == "POST":
        form = PersonForm(_keep(request, "person", PersonForm))
        if form.is_valid():
            return redirect("invitation_confirm")
    else:
        form = PersonForm(initial=_typed(request, "person") or initial_person(request.user))
    return render(
        request,
        "suppliers/public/registration/person.html",
        {"form": form, "invitation": invitation, "steps": _steps(), "current": 2},
    )


@_with_invitation
@require_http_methods(["GET", "POST"])
def confirm(request: SignedInRequest, invitation: Invitation) -> HttpResponse:
    """Third step: all data as it will be registered, and the button that registers it."""
    company_form, person_form = CompanyForm(_typed(request, "company")), PersonForm(_typed(request, "person"))
    for form, step in ((company_form, "invitation_company"), (person_form, "invitation_person")):
        if not form.is_valid():
            messages.warning(request, _("まだ入力が終わっていない項目があります。"))
            return redirect(step)
    registration = Registration(company_form.company(), person_form.person())
    if request.method == "POST":
        return _accept(request, invitation, registration=registration)
    return render(
        request,
        "suppliers/public/registration/confirm.html",
        {
            "invitation": invitation,
            "departments": invitation.departments.order_by("kana"),
            "company": registration.company,
            "person": registration.person,
            "verdict": company_form.verdict,
            "steps": _steps(),
            "current": 3,
        },
    )


@never_cache
@require_GET
def done(request: SignedInRequest) -> HttpResponse:
    """Last page: what the new supplier should do next."""
    registered, is_new = request.session.get(_DONE_KEY, (None, False))
    supplier = Supplier.objects.owned_by(request.user).filter(pk=registered).first() if registered else None
    if supplier is None:
        return redirect("home")
    context = {
        "supplier": supplier,
        "is_new": is_new,
        "has_account": supplier.bank_accounts.active().exists(),
        "steps": _steps(),
        "current": len(_steps()),
    }
    return render(request, "suppliers/public/registration/done.html", context)


def _accept(request: SignedInRequest, invitation: Invitation, **choice: Any) -> HttpResponse:
    try:
        supplier = invitations.accept(code=invitation.code, user=request.user, **choice)
    except InvitationClosed as error:
        messages.error(request, error.message)
        return redirect("invitation_entry")
    except NotAllowed as error:
        messages.error(request, error.message)
        return redirect("invitation_continue")
    gate.forget(request)
    request.session.pop(_TYPED_KEY, None)
    request.session[_DONE_KEY] = (str(supplier.pk), "registration" in choice)
    return redirect("invitation_done")


def _company_page(
    request: HttpRequest, invitation: Invitation, form: CompanyForm, address_note: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "invitation": invitation,
        "address_note": address_note,
        "steps": _steps(),
        "current": 1,
    }
    return render(request, "suppliers/public/registration/company.html", context)


def _typed(request: HttpRequest, step: str) -> dict[str, str]:
    return dict(request.session.get(_TYPED_KEY, {}).get(step, {}))


def _store(request: HttpRequest, step: str, typed: dict[str, str]) -> None:
    request.session[_TYPED_KEY] = request.session.get(_TYPED_KEY, {}) | {step: typed}


def _keep(request: HttpRequest, step: str, form: type[PortalForm]) -> dict[str, str]:
    """Store what was typed in the session, also when it is wrong."""
    typed = {name: request.POST.get(name, "")[:_VALUE_LIMIT] for name in form.base_fields}
    _store(request, step, typed)
    return typed


def _steps() -> list[str]:
    return [_("会社情報"), _("あなたの情報"), _("確認"), _("完了")]
