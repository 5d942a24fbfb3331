"""From a complete draft to an issued invoice: the confirm page, issuing now, and issuing at a reserved time."""

import logging
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.acting import NotAllowed
from accounts.guards import PortalRequest, press_only, require_supplier
from invoices import rules
from invoices.documents import schema
from invoices.documents.pdf.engine import DocumentError
from invoices.documents.pdf.waiting_line import Crowded
from invoices.documents.words import total_in_full
from invoices.enums import InvoiceKind, Status
from invoices.lifecycle import issuing, scheduling
from invoices.lifecycle.workflow import WrongStatus
from invoices.models import Invoice, content_of
from invoices.models.invoice import UNISSUED
from invoices.web.shared import pictures, steps
from invoices.web.shared.timeline import timeline
from invoices.web.supplier import drafts
from invoices.web.supplier.forms.step_forms import ScheduleForm
from invoices.web.supplier.rations import ISSUE, require_room
from invoices.web.supplier.sums import sums_of

logger = logging.getLogger(__name__)


@require_supplier
@require_GET
def confirm(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    """The document as it will be, and what the checks say."""
    invoice = drafts.own_invoice(request, invoice_id)
    if invoice.status != Status.DRAFT:
        return redirect("invoices:detail", supplier_id, invoice_id)
    drafts.ask_register(invoice)
    return _confirm(request, invoice, ScheduleForm())


def _confirm(request: PortalRequest, invoice: Invoice, form: ScheduleForm) -> HttpResponse:
    findings = drafts.check(invoice)
    text = drafts.snapshot_text(invoice)
    if rules.lasting_errors(findings):
        return redirect(drafts.editor_with_findings(request, invoice.pk))
    return render(
        request,
        "invoices/supplier/confirm.html",
        {
            "invoice": invoice,
            "is_credit_note": invoice.kind == InvoiceKind.CREDIT_NOTE,
            "sums": sums_of(invoice, content_of(invoice)),
            "later_only": [str(finding.message) for finding in rules.errors(findings)],
            "warnings": rules.warnings(findings),
            "infos": rules.infos(findings),
            "files": list(invoice.attachments.all()),
            "seen": schema.digest(text),
            **_sheets(request, text),
            "schedule_form": form,
        },
    )


@require_supplier
@require_GET
def preview(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    """The draft's document for the editor, while it is being written.

    A page that asks for a version which has been overtaken gets nothing: its next question is on its way, and the
    renderer is not kept from that one.
    """
    invoice = drafts.own_invoice(request, invoice_id)
    if invoice.status != Status.DRAFT or request.GET.get("version") != str(invoice.version):
        return HttpResponse(status=204)
    text = drafts.snapshot_text(invoice)
    context = {"invoice": invoice, "seen": schema.digest(text), **_sheets(request, text)}
    return render(request, "invoices/supplier/preview.html", context)


@require_supplier
@require_GET
def draft_sheet(request: PortalRequest, supplier_id: UUID, invoice_id: UUID, seen: str, number: int) -> HttpResponse:
    """A picture of one page of the draft's document, named by its digest: what is changed has another address.

    A page that was overtaken gets nothing for its pictures, as `preview` answers it: the draft was changed elsewhere,
    or its time came to be issued, between the page and its pictures.
    """
    invoice = drafts.own_invoice(request, invoice_id)
    text = drafts.snapshot_text(invoice) if invoice.status in UNISSUED else ""
    if schema.digest(text) != seen:
        return HttpResponse(status=204)
    try:
        return pictures.draft_sheet(text, request.acting_for.id, number)
    except Crowded:
        return pictures.crowded(request)


@require_supplier
@require_GET
def draft_pdf(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    invoice = drafts.own_invoice(request, invoice_id)
    if invoice.status not in UNISSUED:
        return redirect("invoices:pdf", supplier_id, invoice_id)
    try:
        document = pictures.draft_pdf(drafts.snapshot_text(invoice), request.acting_for.id)
    except Crowded:
        return pictures.crowded(request)
    except DocumentError:
        logger.warning("a draft cannot be printed", exc_info=True)
        messages.error(request, _("見本を作れませんでした。印字できない文字などがないか確かめて、直してください。"))
        return redirect(drafts.editor_with_findings(request, invoice_id))
    return pictures.file_response(document, pictures.PDF, _("見本"))


@require_supplier
@press_only("invoices:confirm")
def issue(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    drafts.own_invoice(request, invoice_id)
    with steps.take(request) as outcome:
        require_room(request, ISSUE)
        issuing.issue(
            invoice_id=invoice_id,
            actor=request.acting_for,
            version=drafts.version_of(request.POST),
            seen=request.POST.get("seen", ""),
        )
    if outcome.refused:
        return _after_refusal(request, invoice_id, outcome.refused)
    return redirect("invoices:issued", supplier_id, invoice_id)


@require_supplier
@require_http_methods(["GET", "POST"])
def schedule(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    """Reserve a time, or move a reservation."""
    invoice = drafts.own_invoice(request, invoice_id)
    form = ScheduleForm(request.POST)
    if request.method == "GET":
        return redirect("invoices:detail", supplier_id, invoice_id)
    page = _confirm if invoice.status == Status.DRAFT else _scheduled
    if not form.is_valid():
        return page(request, invoice, form)
    with steps.take(request, _("発行を予約しました。"), form) as outcome:
        require_room(request, ISSUE)
        scheduling.schedule(
            invoice_id=invoice_id,
            actor=request.acting_for,
            version=drafts.version_of(request.POST),
            at=form.at(),
            seen=request.POST.get("seen", ""),
        )
    if form.errors:
        return page(request, invoice, form)
    if outcome.refused:
        return _after_refusal(request, invoice_id, outcome.refused)
    return redirect("invoices:scheduled", supplier_id, invoice_id)


@require_supplier
@require_GET
def scheduled(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    """An invoice that waits for its time: move the reservation, or withdraw it."""
    invoice = drafts.own_invoice(request, invoice_id)
    if invoice.status != Status.SCHEDULED:
        return redirect("invoices:detail", supplier_id, invoice_id)
    return _scheduled(request, invoice, ScheduleForm())


def _scheduled(request: PortalRequest, invoice: Invoice, form: ScheduleForm) -> HttpResponse:
    text = drafts.snapshot_text(invoice)
    return render(
        request,
        "invoices/supplier/scheduled.html",
        {
            "invoice": invoice,
            "sums": sums_of(invoice, content_of(invoice)),
            "seen": schema.digest(text),
            **_sheets(request, text),
            "schedule_form": form,
            "files": list(invoice.attachments.all()),
            "timeline": timeline(invoice),
        },
    )


@require_supplier
@press_only("invoices:scheduled")
def unschedule(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    drafts.own_invoice(request, invoice_id)
    with steps.take(request, _("予約を取りやめ、下書きに戻しました。")) as outcome:
        scheduling.unschedule(invoice_id=invoice_id, actor=request.acting_for)
    return redirect("invoices:detail" if outcome.refused else "invoices:edit", supplier_id, invoice_id)


@require_supplier
@require_GET
def issued(request: PortalRequest, supplier_id: UUID, invoice_id: UUID) -> HttpResponse:
    """Done: the number, and what happens next."""
    invoice = drafts.own_invoice(request, invoice_id)
    if not invoice.is_issued:
        return redirect("invoices:edit", supplier_id, invoice_id)
    return render(request, "invoices/supplier/issued.html", {"invoice": invoice, "total_label": total_in_full(invoice)})


def _sheets(request: PortalRequest, text: str) -> dict[str, Any]:
    """What a page needs to show the draft's document: its `sheets`, none where it is `crowded` or cannot be set."""
    try:
        return {"sheets": pictures.draft_sheet_numbers(text, request.acting_for.id)}
    except Crowded:
        return {"sheets": range(0), "crowded": True}
    except DocumentError:
        logger.exception("a draft cannot be shown")
        return {"sheets": range(0)}


def _after_refusal(request: PortalRequest, invoice_id: UUID, refused: NotAllowed) -> HttpResponse:
    """The page where somebody goes on whose draft was not issued: the editor when the checks found errors."""
    if isinstance(refused, issuing.Refused):
        return redirect(drafts.editor_with_findings(request, invoice_id))
    page = "invoices:detail" if isinstance(refused, WrongStatus) else "invoices:confirm"
    return redirect(page, request.acting_for.id, invoice_id)
