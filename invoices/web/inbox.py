"""The city's inbox: what reached my departments, and steps for many at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import StaffRole
from accounts.web import PortalRequest, require_city
from invoices.enums import Status
from invoices.lifecycle import accounting, review
from invoices.models import Invoice
from invoices.models.invoice import InvoiceQuerySet
from invoices.web import steps
from invoices.web.step_forms import BatchPayForm
from portal.lib.querysets import capped_count, keyset_page

TABS = (Status.UNOPENED, Status.OPENED, Status.ACCEPTED, Status.PAID, Status.RETURNED, Status.CANCELLED)
OLDEST_FIRST = (Status.UNOPENED, Status.OPENED, Status.ACCEPTED)


@require_city
@require_GET
def inbox(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """What reached my departments: unopened first, the oldest on top wherever something waits to be done."""
    visible = Invoice.objects.visible_to(request.acting_for)
    tab = request.GET.get("status", Status.UNOPENED)
    if tab not in (*TABS, "all"):
        tab = Status.UNOPENED
    chosen = visible if tab == "all" else visible.filter(status=tab)
    page = keyset_page(
        chosen.select_related("department"),
        column="delivered_at",
        descending=tab not in OLDEST_FIRST,
        after=request.GET.get("after", ""),
    )
    is_accountant = request.acting_for.role == StaffRole.ACCOUNTANT
    return render(
        request,
        "review/inbox.html",
        {
            "page": page,
            "tab": tab,
            "tabs": [
                *(_tab(status, visible) for status in TABS),
                {"status": "all", "label": _("すべて"), "count": capped_count(visible)},
            ],
            "batch_accept": tab == Status.OPENED and bool(request.acting_for.departments),
            "batch_account": tab == Status.ACCEPTED and is_accountant,
            "pay_form": BatchPayForm(),
        },
    )


@require_city
@require_POST
def batch(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """One step for all that are ticked; each is taken, refused and recorded by itself."""
    actor = request.acting_for
    invoices = list(Invoice.objects.visible_to(actor).filter(pk__in=steps.chosen(request)).order_by("delivered_at"))
    do = request.POST.get("do", "")
    form = BatchPayForm(request.POST)
    if not invoices:
        messages.warning(request, _("請求書が選ばれていません。一覧の左の欄で選んでください。"))
    elif do == "accept":
        steps.take_many(
            request, invoices, lambda pk: review.accept(invoice_id=pk, actor=actor), _("%(count)d件を受理しました。")
        )
    elif do == "take_over":
        steps.take_many(
            request,
            invoices,
            lambda pk: accounting.take_over(invoice_id=pk, actor=actor),
            _("%(count)d件を会計へ引き継ぎました。"),
        )
    elif do == "pay" and form.is_valid():
        day = form.cleaned_data["paid_on"]
        steps.take_many(
            request,
            invoices,
            lambda pk: accounting.pay(invoice_id=pk, actor=actor, paid_on=day),
            _("%(count)d件の支払を記録しました。"),
        )
    elif do == "pay":
        for error in form.errors.get("paid_on", []):
            messages.error(request, _("支払日が正しくないため、支払を記録していません。%(reason)s") % {"reason": error})
    tab = Status.OPENED if do == "accept" else Status.ACCEPTED
    return redirect(f"{reverse('review:inbox', args=[municipality_id])}?status={tab.value}")


def _tab(status: Status, visible: InvoiceQuerySet) -> dict[str, Any]:
    return {
        "status": status.value,
        "label": status.label,
        "count": capped_count(visible.filter(status=status)),
    }
