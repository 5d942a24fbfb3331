"""The city's inbox: what reached my departments, and steps for many at once."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import PortalRequest, require_city
from accounts.models import StaffRole
from invoices.enums import Status
from invoices.lifecycle import accounting, review
from invoices.lifecycle.accounting import ImpossiblePayment
from invoices.models import Invoice
from invoices.models.invoice import InvoiceQuerySet
from invoices.web.city.forms import BatchPayForm
from invoices.web.shared import steps
from portal.lib.querysets import capped_count, keyset_page
from portal.lib.typed_again import typed_again

TAKEN_OVER = "taken_over"
ALL = "all"
TABS = {
    Status.UNOPENED.value: Status.UNOPENED.label,
    Status.OPENED.value: Status.OPENED.label,
    Status.ACCEPTED.value: Status.ACCEPTED.label,
    TAKEN_OVER: gettext_lazy("会計引継済"),
    Status.PAID.value: Status.PAID.label,
    Status.RETURNED.value: Status.RETURNED.label,
    Status.CANCELLED.value: Status.CANCELLED.label,
    ALL: gettext_lazy("すべて"),
}
"""Accepted ones stand in one of two: what the accounting office took over waits for its payment alone."""
TO_PAY = (Status.ACCEPTED, TAKEN_OVER)
OLDEST_FIRST = (Status.UNOPENED, Status.OPENED, *TO_PAY)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the inbox somebody is.

    Attributes:
        after: The cursor of the page.
    """

    tab: str
    after: str = ""


@require_city
@require_GET
def inbox(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """What reached my departments: unopened first, the oldest on top wherever something waits to be done."""
    if again := typed_again.get():  # a batch that was sent when the session was over
        return _inbox(request, _place(again.fields), BatchPayForm(), steps.ticked_in(again.fields))
    return _inbox(request, _place(request.GET), BatchPayForm())


def _place(query: QueryDict) -> Place:
    tab = query.get("status", "")
    return Place(tab if tab in TABS else Status.UNOPENED.value, query.get("after", ""))


def _inbox(request: PortalRequest, place: Place, form: BatchPayForm, ticked: Collection[UUID] = ()) -> HttpResponse:
    visible, tab = Invoice.objects.visible_to(request.acting_for), place.tab
    page = keyset_page(
        in_tab(visible, tab).with_corrections().select_related("department"),
        column="delivered_at",
        descending=tab not in OLDEST_FIRST,
        after=place.after,
    )
    is_accountant = request.acting_for.role == StaffRole.ACCOUNTANT
    batch_accept = tab == Status.OPENED and bool(request.acting_for.departments)
    batch_pay = tab in TO_PAY and is_accountant
    return render(
        request,
        "invoices/city/inbox.html",
        {
            "page": page,
            "place": place,
            "tab": tab,
            "tabs": [
                {"status": name, "label": label, "count": capped_count(in_tab(visible, name))}
                for name, label in TABS.items()
            ],
            "ticked": ticked,
            "batch": batch_accept or batch_pay,
            "batch_accept": batch_accept,
            "batch_take_over": batch_pay and tab == Status.ACCEPTED,
            "batch_pay": batch_pay,
            "pay_form": form,
        },
    )


def in_tab(visible: InvoiceQuerySet, tab: str) -> InvoiceQuerySet:
    """Those of the invoices that stand in a tab of TABS."""
    if tab == ALL:
        return visible
    if tab == TAKEN_OVER:
        return visible.taken_over()
    return visible.to_take_over() if tab == Status.ACCEPTED else visible.filter(status=tab)


@require_city
@require_http_methods(["GET", "POST"])
def batch(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """One step for all that are ticked; each is taken, refused and recorded by itself.

    Where a day was typed that will not do, or does not for some, the list comes again with the day and with the ticks
    of those that are left.
    """
    if request.method == "GET":  # the page of a refused batch, read anew
        return redirect("review:inbox", municipality_id)
    actor, place = request.acting_for, _place(request.POST)
    invoices = list(Invoice.objects.visible_to(actor).filter(pk__in=steps.chosen(request)).order_by("delivered_at"))
    do = request.POST.get("do", "")
    if not invoices:
        messages.warning(request, _("請求書が選ばれていません。一覧の左の欄で選んでください。"))
    if do == "pay":
        return _pay(request, place, invoices)
    if do == "accept" and invoices:
        steps.take_many(
            request, invoices, lambda pk: review.accept(invoice_id=pk, actor=actor), _("%(count)d件を受理しました。")
        )
    elif do == "take_over" and invoices:
        steps.take_many(
            request,
            invoices,
            lambda pk: accounting.take_over(invoice_id=pk, actor=actor),
            _("%(count)d件を会計へ引き継ぎました。"),
        )
    return _list(municipality_id, Status.OPENED.value if do == "accept" else Status.ACCEPTED.value)


def _pay(request: PortalRequest, place: Place, invoices: list[Invoice]) -> HttpResponse:
    place = place if place.tab in TO_PAY else Place(Status.ACCEPTED.value)
    form = BatchPayForm(request.POST)
    left: Collection[UUID] = [invoice.pk for invoice in invoices]
    if form.is_valid() and invoices:
        actor, day = request.acting_for, form.cleaned_data["paid_on"]
        refused = steps.take_many(
            request,
            invoices,
            lambda pk: accounting.pay(invoice_id=pk, actor=actor, paid_on=day),
            _("%(count)d件の支払を記録しました。"),
        )
        if not refused:
            return _list(request.acting_for.id, place.tab)
        left = refused
        if early := sum(isinstance(error, ImpossiblePayment) for error in refused.values()):
            form.add_error(
                "paid_on",
                _("この日より後に届いた請求書が%(count)d件あります。支払日を直すか、その請求書の選択を外してください。")
                % {"count": early},
            )
    return _inbox(request, place, form, left)


def _list(municipality_id: UUID, tab: str) -> HttpResponse:
    return redirect(f"{reverse('review:inbox', args=[municipality_id])}?status={tab}")
