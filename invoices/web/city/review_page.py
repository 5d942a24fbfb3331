"""The page on which a city reads an invoice, and the steps that are taken there."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access
from accounts.guards import PortalRequest, require_city
from invoices import rules
from invoices.documents import reading, schema
from invoices.documents.difference import of_correction
from invoices.enums import Action, ReturnReason
from invoices.lifecycle import accounting, corrections, paper, review
from invoices.lifecycle.paper import PaperInput
from invoices.lifecycle.workflow import can
from invoices.models import Document, Invoice
from invoices.permissions import may_read_content
from invoices.web.city.forms import PaperForm, PayForm, RecallForm, ReopenForm, RerouteForm, ReturnForm
from invoices.web.shared import pictures, steps
from invoices.web.shared.downloads import download
from invoices.web.shared.timeline import timeline
from portal.lib.forms import PortalForm


@require_city
@require_GET
def detail(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    return _detail(request, _received(request, invoice_id))


@require_city
@require_POST
def open_invoice(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    _received(request, invoice_id)
    steps.take(
        request, lambda: review.open_invoice(invoice_id=invoice_id, actor=request.acting_for), _("開封しました。")
    )
    return redirect("review:detail", municipality_id, invoice_id)


@require_city
@require_http_methods(["GET", "POST"])
def return_invoice(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    return _with_form(
        request,
        invoice_id,
        "return_form",
        lambda cleaned: review.return_invoice(
            invoice_id=invoice_id,
            actor=request.acting_for,
            reason=ReturnReason(cleaned["reason"]),
            comment=cleaned["comment"],
        ),
        _("差し戻しました。理由は請求者の画面とメールに表示されます。"),
    )


@require_city
@require_POST
def accept(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    _received(request, invoice_id)
    steps.take(request, lambda: review.accept(invoice_id=invoice_id, actor=request.acting_for), _("受理しました。"))
    return redirect("review:detail", municipality_id, invoice_id)


@require_city
@require_http_methods(["GET", "POST"])
def reopen(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    return _with_form(
        request,
        invoice_id,
        "reopen_form",
        lambda cleaned: review.reopen(invoice_id=invoice_id, actor=request.acting_for, comment=cleaned["comment"]),
        _("受理を取りやめました。"),
    )


@require_city
@require_http_methods(["GET", "POST"])
def reroute(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    """Whoever passes an invoice on may no longer see it; then the way leads back to the inbox."""
    answer = _with_form(
        request,
        invoice_id,
        "reroute_form",
        lambda cleaned: review.reroute(
            invoice_id=invoice_id,
            actor=request.acting_for,
            department_id=cleaned["department"],
            comment=cleaned["comment"],
        ),
        _("回送しました。回送先の課では未開封の請求書になります。"),
    )
    if Invoice.objects.visible_to(request.acting_for).filter(pk=invoice_id).exists():
        return answer
    return redirect("review:inbox", municipality_id)


@require_city
@require_POST
def take_over(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    _received(request, invoice_id)
    steps.take(
        request,
        lambda: accounting.take_over(invoice_id=invoice_id, actor=request.acting_for),
        _("会計へ引き継ぎました。"),
    )
    return redirect("review:detail", municipality_id, invoice_id)


@require_city
@require_http_methods(["GET", "POST"])
def recall(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    return _with_form(
        request,
        invoice_id,
        "recall_form",
        lambda cleaned: accounting.recall(invoice_id=invoice_id, actor=request.acting_for, comment=cleaned["comment"]),
        _("引き戻しました。担当の課が受理を取りやめられます。"),
    )


@require_city
@require_http_methods(["GET", "POST"])
def pay(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    return _with_form(
        request,
        invoice_id,
        "pay_form",
        lambda cleaned: accounting.pay(
            invoice_id=invoice_id, actor=request.acting_for, paid_on=cleaned["paid_on"], amount=cleaned["amount"]
        ),
        _("支払を記録しました。請求者にも表示されます。"),
    )


@require_city
@require_http_methods(["GET", "POST"])
def record_paper(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """A paper invoice: what stands on it, and its scan."""
    acting_for = request.acting_for
    if not (acting_for.sees_all_departments or acting_for.departments):
        raise PermissionDenied
    if request.method == "GET":
        return render(request, "invoices/city/paper.html", {"form": PaperForm(acting_for=acting_for)})
    form = PaperForm(request.POST, request.FILES, acting_for=acting_for)
    recorded: list[Invoice] = []
    if form.is_valid():
        cleaned = form.cleaned_data
        data = PaperInput(
            department_id=cleaned["department"],
            issuer_name=cleaned["issuer_name"],
            title=cleaned["title"],
            issue_date=cleaned["issue_date"],
            received_on=cleaned["received_on"],
            total=cleaned["total"],
        )

        def record() -> Invoice:
            recorded.append(paper.record_paper(data=data, scan=cleaned["scan"].read(), actor=acting_for))
            return recorded[0]

        if steps.take(request, record, _("紙の請求書を登録しました。")):
            return redirect("review:detail", municipality_id, recorded[0].pk)
    return render(request, "invoices/city/paper.html", {"form": form})


@require_city
@require_GET
def pdf(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    """The stored document as it is: the PDF, or the scan of a paper invoice."""
    invoice, document = _readable(request, invoice_id)
    access.record(request.acting_for, "download", "Invoice", invoice.id)
    return pictures.document_response(request, document, invoice.number or "scan")


@require_city
@require_GET
def sheet(request: PortalRequest, municipality_id: UUID, invoice_id: UUID, number: int) -> HttpResponse:
    _invoice, document = _readable(request, invoice_id)
    return pictures.stored_sheet(document, number)


@require_city
@require_GET
def received_file(request: PortalRequest, municipality_id: UUID, invoice_id: UUID, attachment_id: UUID) -> HttpResponse:
    invoice = get_object_or_404(Invoice.objects.visible_to(request.acting_for), pk=invoice_id)
    if not may_read_content(request.acting_for, invoice):
        raise PermissionDenied
    return download(request, invoice, attachment_id)


def _received(request: PortalRequest, invoice_id: UUID) -> Invoice:
    return get_object_or_404(
        Invoice.objects.visible_to(request.acting_for).select_related("replaces", "opened_by", "department"),
        pk=invoice_id,
    )


def _readable(request: PortalRequest, invoice_id: UUID) -> tuple[Invoice, Document]:
    invoice = _received(request, invoice_id)
    if not may_read_content(request.acting_for, invoice):
        raise PermissionDenied
    document = pictures.stored_document(invoice)
    if document is None:
        raise Http404
    return invoice, document


def _forms(invoice: Invoice, data: Any = None, only: str = "") -> dict[str, PortalForm]:
    """The forms of all steps; the one that was sent is bound to what was typed."""

    def bound(name: str) -> Any:
        return data if name == only else None

    return {
        "return_form": ReturnForm(bound("return_form")),
        "reopen_form": ReopenForm(bound("reopen_form")),
        "recall_form": RecallForm(bound("recall_form")),
        "reroute_form": RerouteForm(bound("reroute_form"), invoice=invoice),
        "pay_form": PayForm(bound("pay_form"), invoice=invoice),
    }


def _with_form(request: PortalRequest, invoice_id: UUID, name: str, step: Any, done: str) -> HttpResponse:
    """A step that asks for something: the page again with its errors, or the step."""
    invoice = _received(request, invoice_id)
    if request.method == "GET":  # the page of a refused form, read anew
        return redirect("review:detail", request.acting_for.id, invoice_id)
    forms = _forms(invoice, request.POST, name)
    if not forms[name].is_valid():
        return _detail(request, invoice, forms)
    steps.take(request, lambda: step(forms[name].cleaned_data), done, forms[name])
    if forms[name].errors:
        return _detail(request, invoice, forms)
    return redirect("review:detail", request.acting_for.id, invoice_id)


def _detail(request: PortalRequest, invoice: Invoice, forms: dict[str, PortalForm] | None = None) -> HttpResponse:
    """Before it is opened a department sees sender, title and amount; then everything."""
    acting_for = request.acting_for
    readable = may_read_content(acting_for, invoice)
    context: dict[str, Any] = {
        "invoice": invoice,
        "readable": readable,
        "can": {action.value: can(acting_for, action, invoice) for action in _CITY_ACTIONS},
        "timeline": timeline(invoice, for_city=True),
        **(forms or _forms(invoice)),
    }
    if readable:
        access.record(acting_for, "read", "Invoice", invoice.id)
        document = pictures.stored_document(invoice)
        visible = Invoice.objects.visible_to(acting_for)
        successor = corrections.live_successor(invoice)
        replaced = visible.filter(successors=invoice).first()
        context |= {
            "snapshot": reading.read(schema.load(invoice.snapshot)) if invoice.snapshot else None,
            "document": document,
            "remarks": rules.remarks(invoice) if invoice.snapshot else (),
            "sheets": pictures.sheet_numbers(document),
            "request_comment": _request_comment(invoice),
            "successor": visible.filter(pk=successor.pk).first() if successor else None,
            "replaced": replaced,
            "difference": of_correction(invoice) if replaced else None,
        }
    return render(request, "invoices/city/detail.html", context)


def _request_comment(invoice: Invoice) -> str:
    """What the supplier wrote when it asked for the invoice back."""
    request = invoice.events.filter(action=Action.REQUEST_RETURN).order_by("sequence").last()
    return request.comment if request else ""


_CITY_ACTIONS = (
    Action.OPEN,
    Action.REROUTE,
    Action.RETURN,
    Action.ACCEPT,
    Action.REOPEN,
    Action.TAKE_OVER,
    Action.RECALL,
    Action.PAY,
)
