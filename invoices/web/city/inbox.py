"""The city's inbox: what reached my departments, by what is to be done with it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.guards import PortalRequest, require_city
from accounts.models import StaffRole
from invoices.enums import Prepayment, Status
from invoices.lifecycle.dues import Due, due_of
from invoices.models import Invoice
from invoices.models.invoice import InvoiceQuerySet
from invoices.web.city import taking_over
from invoices.web.city.payment_forms import BatchPayForm
from invoices.web.shared import steps
from portal.lib.querysets import capped_count, keyset_page
from portal.lib.typed_again import typed_again

TAKEN_OVER = "taken_over"
CREDIT_NOTES = "credit_notes"
ALL = "all"
TABS = {
    Status.UNOPENED.value: Status.UNOPENED.label,
    Status.OPENED.value: Status.OPENED.label,
    Status.ACCEPTED.value: gettext_lazy("引き継ぎ待ち"),
    TAKEN_OVER: gettext_lazy("支払待ち"),
    CREDIT_NOTES: gettext_lazy("返還(未充当)"),
    Status.PAID.value: Status.PAID.label,
    Status.RETURNED.value: Status.RETURNED.label,
    Status.CANCELLED.value: Status.CANCELLED.label,
    ALL: gettext_lazy("すべて"),
}
"""Accepted ones stand in one of three: what the accounting office took over waits for its payment alone, and a credit
note waits to be set off or refunded."""
TO_PAY = (Status.ACCEPTED, TAKEN_OVER)
OLDEST_FIRST = (Status.UNOPENED, Status.OPENED, *TO_PAY, CREDIT_NOTES)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the inbox somebody is.

    Attributes:
        after: The cursor of the page.
    """

    tab: str
    after: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Place":
        """What an address or a form says; the unopened ones where it says nothing that is known."""
        tab = query.get("status", "")
        return cls(tab if tab in TABS else Status.UNOPENED.value, query.get("after", ""))

    def url(self, municipality_id: UUID, ticked: Collection[UUID] = ()) -> str:
        """Its address, with the boxes that are ticked there."""
        query = [("status", self.tab), *([("after", self.after)] if self.after else [])]
        query += [("invoice", str(pk)) for pk in ticked]
        return f"{reverse('review:inbox', args=[municipality_id])}?{urlencode(query)}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list.

    Attributes:
        prepayment: Why it is claimed before the supply.
        due: Of a claim that is to be paid; None in other lists.
        notes: What is to be known of it before it is taken over or paid.
        tickable: Whether a step for many can take it along.
    """

    invoice: Invoice
    prepayment: Prepayment
    due: Due | None
    notes: Sequence[str]
    tickable: bool


@require_city
@require_GET
def inbox(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """What reached my departments: unopened first, the oldest on top wherever something waits to be done."""
    if again := typed_again.get():  # a batch that was sent when the session was over
        return show(request, Place.of(again.fields), BatchPayForm(), steps.chosen(again.fields))
    return show(request, Place.of(request.GET), BatchPayForm(), steps.chosen(request.GET))


def show(request: PortalRequest, place: Place, form: BatchPayForm, ticked: Collection[UUID] = ()) -> HttpResponse:
    """A page of the list, with the form of a payment for many and the boxes that are ticked."""
    visible, tab = Invoice.objects.visible_to(request.acting_for), place.tab
    rows = in_tab(visible, tab).select_related("department", "original__superseded_by")
    page = keyset_page(
        taking_over.with_superseded(rows.with_credit_notes()) if tab in TO_PAY else rows,
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
            "rows": [_listed(invoice, tab) for invoice in page.rows],
            "place": place,
            "tab": tab,
            "tabs": [
                {"status": name, "label": label, "count": capped_count(in_tab(visible, name))}
                for name, label in TABS.items()
            ],
            "to_pay": tab in TO_PAY,
            "ticked": ticked,
            "batch": batch_accept or batch_pay,
            "batch_accept": batch_accept,
            "batch_take_over": batch_pay and tab == Status.ACCEPTED,
            "batch_pay": batch_pay,
            "pay_form": form,
        },
    )


def _listed(invoice: Invoice, tab: str) -> Listed:
    tickable = invoice.recalled_at is None and invoice.disputed_at is None
    prepayment = Prepayment(invoice.prepayment)
    if tab not in TO_PAY:
        return Listed(invoice, prepayment, None, (), tickable)
    notes = taking_over.notes(invoice) if tab == Status.ACCEPTED else []
    return Listed(invoice, prepayment, due_of(invoice), [*notes, *taking_over.to_know(invoice)], tickable)


def in_tab(visible: InvoiceQuerySet, tab: str) -> InvoiceQuerySet:
    """Those of the invoices that stand in a tab of TABS."""
    match tab:
        case "all":
            return visible
        case "accepted":
            return visible.to_take_over()
        case "taken_over":
            return visible.to_pay()
        case "credit_notes":
            return visible.to_set_off()
    if tab in (Status.UNOPENED, Status.OPENED):
        return visible.to_review(tab)
    return visible.filter(status=tab)
