"""The start page, and the two home pages, which show what to do first."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.acting import OrganisationKind
from accounts.guards import PortalRequest, require_city, require_supplier
from accounts.models import StaffMembership, StaffRole
from invoices.enums import Status
from invoices.models import Invoice
from invoices.web.city.inbox import CREDIT_NOTES, TABS, TAKEN_OVER, in_tab
from invoices.web.city.unstaffed import summary
from invoices.web.supplier import figures
from portal.current_organisation import last_organisation
from portal.lib.calendar import today_jst
from portal.lib.querysets import capped_count
from suppliers.models import BankAccount, Supplier, SupplierMember, TradingLink

_LATEST = 5


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Who is signed in goes to the organisation they worked for last. A visitor sees how to sign in or use a code."""
    if not request.user.is_authenticated:
        return render(request, "portal/welcome.html")
    last = last_organisation(request)
    if last is not None:
        return redirect("supplier_home" if last.kind == OrganisationKind.SUPPLIER else "city_home", last.id)
    member = SupplierMember.objects.filter(user=request.user, active=True).order_by("id").first()
    if member is not None:
        return redirect("supplier_home", member.supplier_id)
    staff = StaffMembership.objects.filter(user=request.user, active=True).order_by("id").first()
    if staff is not None:
        return redirect("city_home", staff.municipality_id)
    worked = [rows.filter(user=request.user).exists() for rows in (StaffMembership.objects, SupplierMember.objects)]
    return render(request, "portal/nowhere.html", {"has_left": any(worked)})


@require_supplier
def supplier_home(request: PortalRequest, supplier_id: UUID) -> HttpResponse:
    """Returned invoices first, then drafts and invoices not opened yet; a guide until the account is complete."""
    visible = Invoice.objects.visible_to(request.acting_for)
    returned = visible.to_correct()
    unopened = visible.filter(status__in=(Status.SENT, Status.UNOPENED))
    drafts = visible.filter(status=Status.DRAFT)
    scheduled = visible.filter(status=Status.SCHEDULED)
    months = figures.last_months(visible, today_jst())
    link = reverse("invoices:list", args=[supplier_id])
    return render(
        request,
        "portal/supplier_home.html",
        {
            "supplier": Supplier.objects.get(pk=supplier_id),
            "refused": drafts.filter(refused_at__isnull=False).order_by("-refused_at")[:_LATEST],
            "returned": returned.order_by("-returned_at")[:_LATEST],
            "cards": [
                {"status": Status.RETURNED, "count": capped_count(returned), "url": f"{link}?status=to_correct"},
                {"status": Status.DRAFT, "count": capped_count(drafts), "url": f"{link}?status={Status.DRAFT}"},
                {
                    "status": Status.SCHEDULED,
                    "count": capped_count(scheduled),
                    "url": f"{link}?status={Status.SCHEDULED}",
                },
                {"status": Status.UNOPENED, "count": capped_count(unopened), "url": f"{link}?status={Status.UNOPENED}"},
            ],
            "months": months,
            "this_month": months[-1],
            "waiting": figures.waiting(visible),
            "latest": visible.filter(number__isnull=False).order_by("-issued_at")[:_LATEST],
            "has_account": BankAccount.objects.active().filter(supplier_id=supplier_id).exists(),
            "has_links": TradingLink.objects.open().filter(supplier_id=supplier_id).exists(),
            "has_issued": visible.filter(number__isnull=False).exists(),
        },
    )


@require_city
def city_home(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """What waits in the user's departments; for the accounting office also what it has to pay."""
    visible = Invoice.objects.visible_to(request.acting_for)
    link = reverse("review:inbox", args=[municipality_id])
    unopened = visible.to_review(Status.UNOPENED)
    is_accountant = request.acting_for.role == StaffRole.ACCOUNTANT
    last = (TAKEN_OVER, CREDIT_NOTES) if is_accountant else (Status.RETURNED.value,)
    return render(
        request,
        "portal/city_home.html",
        {
            "cards": [
                {
                    "status": Status.ACCEPTED if tab in (TAKEN_OVER, CREDIT_NOTES) else Status(tab),
                    "label": TABS[tab],
                    "count": capped_count(in_tab(visible, tab)),
                    "url": f"{link}?status={tab}",
                }
                for tab in (Status.UNOPENED.value, Status.OPENED.value, Status.ACCEPTED.value, *last)
            ],
            "oldest": unopened.order_by("delivered_at", "id")[:_LATEST],
            "unstaffed": summary(request.acting_for) if request.acting_for.is_municipality_admin else None,
        },
    )
