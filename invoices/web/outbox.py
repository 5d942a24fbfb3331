"""The supplier's invoices: the list, the invoice page, withdrawal and correction."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import access
from accounts.acting import NotAllowed
from accounts.web import PortalRequest, require_supplier
from invoices.archive import store
from invoices.documents import snapshot
from invoices.enums import Action, DocumentKind, Status
from invoices.lifecycle import corrections
from invoices.lifecycle.workflow import can
from invoices.models import Document, Invoice
from invoices.web import pictures
from invoices.web.timeline import timeline
from portal.lib.querysets import capped_count, keyset_page

TABS = (Status.RETURNED, Status.DRAFT, Status.UNOPENED, Status.OPENED, Status.CANCELLED)
_TAB_STATUSES: dict[str, tuple[Status, ...]] = {Status.UNOPENED: (Status.SENT, Status.UNOPENED)}


@require_supplier
@require_GET
def listing(request: PortalRequest, supplier_id: UUID) -> HttpResponse:
    """All invoices, newest first, by status."""
    visible = Invoice.objects.visible_to(request.acting_for)
    tab = request.GET.get("status", "")
    chosen = visible.filter(status__in=_statuses(tab)) if tab in TABS else visible
    page = keyset_page(
        chosen.select_related("department__municipality"),
        column="created_at",
        descending=True,
        after=request.GET.get("after", ""),
    )
    return render(
        request,
        "invoices/list.html",
        {
            "page": page,
            "tab": tab,
            "tabs": [
                {
                    "status": status.value,
                    "label": status.label,
                    "count": capped_count(visible.filter(status__in=_statuses(status))),
                }
                for status in TABS
            ],
        },
    )


@require_supplier
@require_GET
def detail(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    invoice = _own(request, invoice_id)
    if not invoice.is_issued:
        return redirect("invoices:edit", supplier_id, invoice_id)
    assert invoice.snapshot is not None
    document = stored_document(invoice)
    successor = corrections.live_successor(invoice)
    return render(
        request,
        "invoices/detail.html",
        {
            "invoice": invoice,
            "snapshot": snapshot.load(invoice.snapshot),
            "sheets": range(1, len(pictures.stored_sheets(document.key)) + 1) if document else [],
            "document": document,
            "timeline": timeline(invoice),
            "can_cancel": can(request.acting_for, Action.CANCEL, invoice),
            "can_reissue": corrections.can_reissue(request.acting_for, invoice),
            "successor": successor,
        },
    )


@require_supplier
@require_GET
def pdf(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    invoice = _own(request, invoice_id)
    document = stored_document(invoice)
    if document is None:
        raise Http404
    access.record(request.acting_for, "download", "Invoice", invoice.id)
    return pictures.pdf_response(store.fetch(document.key), str(invoice.number))


@require_supplier
@require_GET
def sheet(request: PortalRequest, supplier_id: UUID, invoice_id: UUID, number: int) -> HttpResponse:
    document = stored_document(_own(request, invoice_id))
    if document is None:
        raise Http404
    return pictures.sheet_response(pictures.stored_sheets(document.key), number)


@require_supplier
@require_POST
def cancel(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    _own(request, invoice_id)
    try:
        corrections.cancel(invoice_id=invoice_id, actor=request.acting_for, comment=request.POST.get("comment", ""))
    except NotAllowed as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("請求書を取り消しました。番号とPDFは記録として残ります。"))
    return redirect("invoices:detail", supplier_id, invoice_id)


@require_supplier
@require_POST
def reissue(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    _own(request, invoice_id)
    try:
        draft = corrections.reissue(invoice_id=invoice_id, actor=request.acting_for)
    except NotAllowed as error:
        messages.error(request, error.message)
        return redirect("invoices:detail", supplier_id, invoice_id)
    return redirect("invoices:edit", supplier_id, draft.id)


def stored_document(invoice: Invoice) -> Document | None:
    """The invoice's stored PDF; None while it is being made."""
    return invoice.documents.filter(kind=DocumentKind.INVOICE_PDF, stored_at__isnull=False).first()


def _own(request: PortalRequest, invoice_id: UUID) -> Invoice:
    return get_object_or_404(
        Invoice.objects.visible_to(request.acting_for).select_related("replaces", "opened_by"), pk=invoice_id
    )


def _statuses(tab: str) -> tuple[Status, ...]:
    return _TAB_STATUSES.get(tab, (Status(tab),))
