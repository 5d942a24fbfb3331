"""The supplier's invoices: the list, the invoice page, withdrawal and correction."""

import logging
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import access
from accounts.dear import always, dear, sends
from accounts.guards import PortalRequest, press_only, require_supplier
from accounts.models import AccessKind
from invoices.documents import reading, schema
from invoices.documents.difference import of_correction
from invoices.documents.pdf.engine import DocumentError
from invoices.documents.pdf.waiting_line import Crowded
from invoices.enums import Status
from invoices.lifecycle import copies, corrections
from invoices.lifecycle.related import credit_notes_reducing, shown_successor
from invoices.models import Invoice
from invoices.models.invoice import InvoiceQuerySet
from invoices.web.shared import pictures, steps, viewing
from invoices.web.shared.money import money_of
from invoices.web.shared.timeline import timeline
from invoices.web.supplier import receipts
from invoices.web.supplier.forms.step_forms import RequestReturnForm
from invoices.web.supplier.invoice_search import InvoiceSearch, as_table
from invoices.web.supplier.progress import stations
from invoices.web.supplier.rations import CANCEL, require_room
from portal.lib.calendar import today_jst
from portal.lib.csv import csv_response
from portal.lib.querysets import capped_count, keyset_page

logger = logging.getLogger(__name__)

TO_CORRECT = "to_correct"
TABS = (
    TO_CORRECT,
    Status.DRAFT,
    Status.SCHEDULED,
    Status.UNOPENED,
    Status.OPENED,
    Status.ACCEPTED,
    Status.PAID,
    Status.CANCELLED,
)
"""The first shows what came back and waits for its correction; all that ever came back is a list of its own."""
_TAB_STATUSES: dict[str, tuple[str, ...]] = {Status.UNOPENED: (Status.SENT, Status.UNOPENED)}


@require_supplier
@require_GET
def listing(request: PortalRequest, supplier_id: UUID) -> HttpResponse:
    """All invoices, newest first, by status."""
    visible, tab = Invoice.objects.visible_to(request.acting_for), _tab(request)
    search = InvoiceSearch(request.GET, acting_for=request.acting_for)
    found = search.of(visible)
    page = keyset_page(
        _in_tab(found, tab).with_reissued().select_related("department__municipality"),
        column="created_at",
        descending=True,
        after=request.GET.get("after", ""),
    )
    return render(
        request,
        "invoices/supplier/list.html",
        {
            "page": page,
            "tab": tab,
            "search": search,
            "tabs": [
                {
                    "status": str(name),
                    "label": Status.RETURNED.label if name == TO_CORRECT else Status(name).label,
                    "count": capped_count(_in_tab(found, name)),
                    "current": tab == name or (name == TO_CORRECT and tab == Status.RETURNED),
                }
                for name in TABS
            ],
        },
    )


@require_supplier
@require_GET
@dear(always)
def listing_csv(request: PortalRequest, supplier_id: UUID) -> StreamingHttpResponse:
    """Just what the list shows, all of it, as a file."""
    visible = Invoice.objects.visible_to(request.acting_for)
    rows = _in_tab(InvoiceSearch(request.GET, acting_for=request.acting_for).of(visible), _tab(request))
    access.record(request, AccessKind.EXPORT, "Invoice", None, _("請求書の一覧"))
    rows = rows.select_related("department", "municipality").order_by("-created_at", "-pk")
    return csv_response(as_table(rows), f"invoices-{today_jst():%Y%m%d}")


@require_supplier
@require_GET
def detail(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    return _detail(request, _own(request, invoice_id), RequestReturnForm())


def _detail(request: PortalRequest, invoice: Invoice, form: RequestReturnForm) -> HttpResponse:
    if invoice.status == Status.SCHEDULED:
        return redirect("invoices:scheduled", request.acting_for.id, invoice.pk)
    if not invoice.is_issued:
        return redirect("invoices:edit", request.acting_for.id, invoice.pk)
    assert invoice.snapshot is not None
    viewing.seen(request, invoice)
    document = pictures.stored_document(invoice)
    return render(
        request,
        "invoices/supplier/detail.html",
        {
            "invoice": invoice,
            "snapshot": reading.read(schema.load(invoice.snapshot)),
            "sheets": pictures.sheet_numbers(document),
            "document": document,
            "difference": of_correction(invoice),
            "delayed": document is None and invoice.documents.filter(attempts__gt=1).exists(),
            "stations": stations(invoice),
            "timeline": timeline(invoice),
            "request_form": form,
            "successor": shown_successor(invoice),
            "standing_notes": _standing_notes(invoice),
            "money": money_of(request.acting_for, invoice),
            **steps.offered(request.acting_for, invoice),
        },
    )


def _standing_notes(invoice: Invoice) -> list[str | None]:
    """The numbers of the credit notes that will lower the correction of a claim that came back."""
    if invoice.status != Status.RETURNED or invoice.superseded_by_id:
        return []
    return [note.number for note in credit_notes_reducing(invoice).order_by("issued_at", "pk")]


@require_supplier
@require_GET
def pdf(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    invoice = _own(request, invoice_id)
    document = pictures.stored_document(invoice)
    if document is None:
        raise Http404
    return viewing.given(request, invoice, pictures.document_response(request, document, str(invoice.number)))


@require_supplier
@require_GET
@dear(always)
def receipt(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    """到達証明書: that, and when, the invoice reached the city."""
    invoice = _own(request, invoice_id)
    document = pictures.stored_document(invoice)
    if invoice.delivered_at is None or invoice.snapshot is None or document is None:
        raise Http404
    try:
        made = receipts.receipt_pdf(invoice.snapshot, invoice.delivered_at, document.sha256, supplier_id)
    except Crowded:
        return pictures.crowded(request)
    except DocumentError:
        logger.exception("a certificate of receipt cannot be made", extra={"invoice": str(invoice.pk)})
        return render(request, "503.html", status=503)
    file = pictures.file_response(made, pictures.PDF, f"{invoice.number}-receipt")
    return viewing.given(request, invoice, file, _("到達証明書"))


@require_supplier
@require_GET
def sheet(request: PortalRequest, supplier_id: UUID, invoice_id: UUID, number: int) -> HttpResponse:
    invoice = _own(request, invoice_id)
    document = pictures.stored_document(invoice)
    if document is None:
        raise Http404
    picture = pictures.stored_sheet(document, number)
    viewing.sheet_seen(request, invoice)
    return picture


@require_supplier
@press_only("invoices:detail")
def cancel(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    invoice = _own(request, invoice_id)
    done = _("%(name)sを取り消しました。番号とPDFは記録として残ります。") % {"name": invoice.words.name}
    with steps.take(request, done):
        require_room(request, CANCEL)
        corrections.cancel(invoice_id=invoice_id, actor=request.acting_for)
    return redirect("invoices:detail", supplier_id, invoice_id)


@require_supplier
@require_http_methods(["GET", "POST"])
def request_return(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    """Ask the department for an opened invoice back."""
    invoice = _own(request, invoice_id)
    form = RequestReturnForm(request.POST)
    if request.method == "POST" and not form.is_valid():
        return _detail(request, invoice, form)
    if request.method == "POST":
        comment = form.cleaned_data["comment"]
        with steps.take(request, _("差戻しを依頼しました。課が差し戻すと、修正して再発行できます。"), form):
            corrections.request_return(invoice_id=invoice_id, actor=request.acting_for, comment=comment)
        if form.errors:
            return _detail(request, invoice, form)
    return redirect("invoices:detail", supplier_id, invoice_id)


@require_supplier
@press_only("invoices:detail")
@dear(sends)
def reissue(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    _own(request, invoice_id)
    with steps.take(request) as outcome:
        draft = corrections.reissue(invoice_id=invoice_id, actor=request.acting_for)
    if outcome.refused:
        return redirect("invoices:detail", supplier_id, invoice_id)
    return redirect("invoices:edit", supplier_id, draft.id)


@require_supplier
@press_only("invoices:detail")
@dear(sends)
def copy(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    _own(request, invoice_id)
    with steps.take(request, _("前と同じ内容で下書きを作成しました。日付と金額を確かめてください。")) as outcome:
        draft = copies.begin_copy(invoice_id=invoice_id, actor=request.acting_for)
    if outcome.refused:
        return redirect("invoices:detail", supplier_id, invoice_id)
    return redirect("invoices:edit", supplier_id, draft.id)


def _own(request: PortalRequest, invoice_id: UUID) -> Invoice:
    visible = Invoice.objects.visible_to(request.acting_for)
    return get_object_or_404(
        visible.select_related("replaces", "superseded_by", "opened_by", "department", "municipality"), pk=invoice_id
    )


def _tab(request: PortalRequest) -> str:
    tab = request.GET.get("status", "")
    return tab if tab in (*TABS, Status.RETURNED) else ""


def _in_tab(visible: InvoiceQuerySet, tab: str) -> InvoiceQuerySet:
    if not tab:
        return visible
    if tab == TO_CORRECT:
        return visible.to_correct()
    return visible.filter(status__in=_TAB_STATUSES.get(tab, (tab,)))
