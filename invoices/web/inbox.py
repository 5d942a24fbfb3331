"""The city's side: the inbox, and the page on which an invoice is opened and returned."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access
from accounts.acting import NotAllowed
from accounts.web import PortalRequest, require_city
from invoices.archive import store
from invoices.documents import snapshot
from invoices.enums import Action, ReturnReason, Status
from invoices.lifecycle import corrections, review
from invoices.lifecycle.workflow import WrongStatus, can
from invoices.models import Document, Invoice
from invoices.permissions import may_read_content
from invoices.web import pictures
from invoices.web.forms import ReturnForm
from invoices.web.outbox import stored_document
from invoices.web.timeline import timeline
from portal.lib.querysets import capped_count, keyset_page

TABS = (Status.UNOPENED, Status.OPENED, Status.RETURNED, Status.CANCELLED)


@require_city
@require_GET
def inbox(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """What reached my departments: unopened first, the oldest on top."""
    visible = Invoice.objects.visible_to(request.acting_for)
    tab = request.GET.get("status", Status.UNOPENED)
    if tab not in (*TABS, "all"):
        tab = Status.UNOPENED
    chosen = visible if tab == "all" else visible.filter(status=tab)
    page = keyset_page(
        chosen, column="delivered_at", descending=tab != Status.UNOPENED, after=request.GET.get("after", "")
    )
    return render(
        request,
        "review/inbox.html",
        {
            "page": page,
            "tab": tab,
            "tabs": [
                *(
                    {
                        "status": status.value,
                        "label": status.label,
                        "count": capped_count(visible.filter(status=status)),
                    }
                    for status in TABS
                ),
                {"status": "all", "label": _("すべて"), "count": capped_count(visible)},
            ],
        },
    )


@require_city
@require_GET
def detail(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    return _detail(request, _received(request, invoice_id), ReturnForm())


@require_city
@require_POST
def open_invoice(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    _received(request, invoice_id)
    try:
        review.open_invoice(invoice_id=invoice_id, actor=request.acting_for)
    except WrongStatus as error:
        messages.info(request, error.message)
    except NotAllowed as error:
        raise PermissionDenied from error
    return redirect("review:detail", municipality_id, invoice_id)


@require_city
@require_http_methods(["GET", "POST"])
def return_invoice(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    invoice = _received(request, invoice_id)
    if request.method == "GET":  # the page of a refused form, read anew
        return redirect("review:detail", municipality_id, invoice_id)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _detail(request, invoice, form)
    try:
        review.return_invoice(
            invoice_id=invoice_id,
            actor=request.acting_for,
            reason=ReturnReason(form.cleaned_data["reason"]),
            comment=form.cleaned_data["comment"],
        )
    except WrongStatus as error:
        messages.error(request, error.message)
    except NotAllowed as error:
        raise PermissionDenied from error
    else:
        messages.success(request, _("差し戻しました。理由は請求者の画面とメールに表示されます。"))
    return redirect("review:detail", municipality_id, invoice_id)


@require_city
@require_GET
def pdf(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    invoice, document = _readable(request, invoice_id)
    access.record(request.acting_for, "download", "Invoice", invoice.id)
    return pictures.pdf_response(store.fetch(document.key), str(invoice.number))


@require_city
@require_GET
def sheet(request: PortalRequest, municipality_id: UUID, invoice_id: UUID, number: int) -> HttpResponse:
    _invoice, document = _readable(request, invoice_id)
    return pictures.sheet_response(pictures.stored_sheets(document.key), number)


def _received(request: PortalRequest, invoice_id: UUID) -> Invoice:
    return get_object_or_404(
        Invoice.objects.visible_to(request.acting_for).select_related("replaces", "opened_by"), pk=invoice_id
    )


def _readable(request: PortalRequest, invoice_id: UUID) -> tuple[Invoice, Document]:
    invoice = _received(request, invoice_id)
    if not may_read_content(request.acting_for, invoice):
        raise PermissionDenied
    document = stored_document(invoice)
    if document is None:
        raise Http404
    return invoice, document


def _detail(request: PortalRequest, invoice: Invoice, form: ReturnForm) -> HttpResponse:
    """Before it is opened a department sees sender, title and amount; then everything."""
    readable = may_read_content(request.acting_for, invoice)
    context = {
        "invoice": invoice,
        "readable": readable,
        "can_open": can(request.acting_for, Action.OPEN, invoice),
        "can_return": can(request.acting_for, Action.RETURN, invoice),
        "timeline": timeline(invoice),
        "return_form": form,
    }
    if readable:
        access.record(request.acting_for, "read", "Invoice", invoice.id)
        assert invoice.snapshot is not None
        document = stored_document(invoice)
        successor = corrections.live_successor(invoice)
        context |= {
            "snapshot": snapshot.load(invoice.snapshot),
            "sheets": range(1, len(pictures.stored_sheets(document.key)) + 1) if document else [],
            "successor": successor if successor and successor.delivered_at else None,
        }
    return render(request, "review/detail.html", context)
