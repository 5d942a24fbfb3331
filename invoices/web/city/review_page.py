"""The page on which a city reads an invoice, and the steps that are taken there."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import PortalRequest, press_only, require_city
from invoices import rules
from invoices.documents import reading, schema
from invoices.documents.difference import of_correction
from invoices.documents.words import total_in_full
from invoices.enums import Action, Origin, Prepayment, ReturnReason, Status
from invoices.lifecycle import accounting, paper, review
from invoices.lifecycle.related import credit_notes_reducing, paid_before, shown_successor
from invoices.lifecycle.workflow import WrongStatus, refusal
from invoices.models import Document, Invoice
from invoices.permissions import may_read_content
from invoices.web.city import passed_on, taking_over
from invoices.web.city.forms import UNDOING, AcceptForm, RecallForm, ReopenForm, RerouteForm, ReturnForm
from invoices.web.city.paper_forms import PaperCorrectionForm, PaperWithdrawalForm
from invoices.web.city.payment_forms import (
    CorrectForm,
    DisputeForm,
    EndDisputeForm,
    OverpayForm,
    PayForm,
    RefundForm,
    SetOffForm,
)
from invoices.web.shared import pictures, steps, viewing
from invoices.web.shared.downloads import download
from invoices.web.shared.money import money_of
from invoices.web.shared.timeline import timeline
from portal.lib.forms import PortalForm
from portal.lib.yen import Yen


@require_city
@require_GET
def detail(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    return _detail(request, received(request, invoice_id))


@require_city
@press_only("review:detail")
def open_invoice(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    received(request, invoice_id)
    with steps.take(request, _("開封しました。")):
        review.open_invoice(invoice_id=invoice_id, actor=request.acting_for)
    return redirect("review:detail", municipality_id, invoice_id)


@require_city
@require_http_methods(["GET", "POST"])
def return_invoice(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    invoice = received(request, invoice_id)
    form = sent_form(request, invoice, "return_form")
    if form.is_valid():
        done = _("差し戻しました。理由は請求者の画面とメールに表示されます。")
        if invoice.origin == Origin.PAPER:
            done = _("差し戻しました。請求者には窓口から届かないので、理由を書面や電話で伝えてください。")
        with steps.take(request, done, form):
            review.return_invoice(
                invoice_id=invoice_id,
                actor=request.acting_for,
                reason=ReturnReason(form.cleaned_data["reason"]),
                comment=form.cleaned_data["comment"],
            )
    return after_form(request, invoice, "return_form", form)


@require_city
@press_only("review:detail")
def accept(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    form = sent_form(request, received(request, invoice_id), "accept_form")
    seen = form.cleaned_data["seen"] if form.is_valid() else None
    with steps.take(request, _("受理しました。")):
        review.accept(invoice_id=invoice_id, actor=request.acting_for, seen=seen)
    return redirect("review:detail", municipality_id, invoice_id)


@require_city
@require_http_methods(["GET", "POST"])
def reopen(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    invoice = received(request, invoice_id)
    form = sent_form(request, invoice, "reopen_form")
    if form.is_valid():
        with steps.take(request, _("受理を取りやめました。"), form):
            review.reopen(invoice_id=invoice_id, actor=request.acting_for, **_undoing(form))
    return after_form(request, invoice, "reopen_form", form)


def _undoing(form: PortalForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in UNDOING}


@require_city
@require_http_methods(["GET", "POST"])
def reroute(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    """Whoever passes an invoice on may no longer see it; then the way leads back to the inbox."""
    invoice = received(request, invoice_id)
    form = sent_form(request, invoice, "reroute_form")
    if form.is_valid():
        with steps.take(request, _("回送しました。回送先の課では未開封になります。"), form):
            review.reroute(
                invoice_id=invoice_id,
                actor=request.acting_for,
                department_id=form.cleaned_data["department"],
                comment=form.cleaned_data["comment"],
            )
    if not Invoice.objects.visible_to(request.acting_for).filter(pk=invoice_id).exists():
        return redirect("review:inbox", municipality_id)
    return after_form(request, invoice, "reroute_form", form)


@require_city
@press_only("review:detail")
def take_over(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    received(request, invoice_id)
    with steps.take(request, _("会計へ引き継ぎました。")):
        accounting.take_over(invoice_id=invoice_id, actor=request.acting_for)
    return redirect("review:detail", municipality_id, invoice_id)


@require_city
@require_http_methods(["GET", "POST"])
def recall(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    invoice = received(request, invoice_id)
    form = sent_form(request, invoice, "recall_form")
    if form.is_valid():
        with steps.take(request, _("引き戻しました。担当の課が改めて受理するか、差し戻します。"), form):
            accounting.recall(invoice_id=invoice_id, actor=request.acting_for, **_undoing(form))
    return after_form(request, invoice, "recall_form", form)


@require_city
@require_http_methods(["GET", "POST"])
def correct_paper(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    """Put right what was mistyped of a paper invoice."""
    invoice = received(request, invoice_id)
    form = sent_form(request, invoice, "correct_paper_form")
    if isinstance(form, PaperCorrectionForm) and invoice.origin == Origin.PAPER and form.is_valid():
        with steps.take(request, _("登録した内容を訂正しました。"), form):
            paper.correct_paper(
                invoice_id=invoice_id,
                facts=form.facts(),
                actor=request.acting_for,
                comment=form.cleaned_data["comment"],
                seen=form.cleaned_data["seen"],
            )
    return after_form(request, invoice, "correct_paper_form", form)


@require_city
@require_http_methods(["GET", "POST"])
def withdraw_paper(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    """Withdraw what was recorded by mistake."""
    invoice = received(request, invoice_id)
    form = sent_form(request, invoice, "withdraw_paper_form")
    if invoice.origin == Origin.PAPER and form.is_valid():
        with steps.take(request, _("登録を取り消しました。読み取りと経過は残ります。"), form):
            paper.withdraw_paper(invoice_id=invoice_id, actor=request.acting_for, comment=form.cleaned_data["comment"])
    return after_form(request, invoice, "withdraw_paper_form", form)


@require_city
@require_GET
def pdf(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    """The stored document as it is: the PDF, or the scan of a paper invoice."""
    invoice, document = _readable(request, invoice_id)
    return viewing.given(request, invoice, pictures.document_response(request, document, invoice.number or "scan"))


@require_city
@require_GET
def sheet(request: PortalRequest, municipality_id: UUID, invoice_id: UUID, number: int) -> HttpResponse:
    invoice, document = _readable(request, invoice_id)
    picture = pictures.stored_sheet(document, number)
    viewing.sheet_seen(request, invoice)
    return picture


@require_city
@require_GET
def received_file(request: PortalRequest, municipality_id: UUID, invoice_id: UUID, attachment_id: UUID) -> HttpResponse:
    invoice = get_object_or_404(Invoice.objects.visible_to(request.acting_for), pk=invoice_id)
    if not may_read_content(request.acting_for, invoice):
        raise PermissionDenied
    return download(request, invoice, attachment_id)


def received(request: PortalRequest, invoice_id: UUID) -> Invoice:
    """The invoice for a page about it.

    Raises:
        PassedOn: it lay in a department of this person until it was passed on.
        Http404: there is none.
    """
    visible = Invoice.objects.visible_to(request.acting_for)
    others = ("replaces", "superseded_by", "opened_by", "department")
    invoice = visible.select_related(*others).filter(pk=invoice_id).first()
    if invoice is None:
        raise passed_on.not_here(request, invoice_id)
    return invoice


def _readable(request: PortalRequest, invoice_id: UUID) -> tuple[Invoice, Document]:
    invoice = get_object_or_404(Invoice.objects.visible_to(request.acting_for), pk=invoice_id)
    if not may_read_content(request.acting_for, invoice):
        raise PermissionDenied
    document = pictures.stored_document(invoice)
    if document is None:
        raise Http404
    return invoice, document


STEP_FORMS: dict[str, Callable[..., PortalForm]] = {
    "accept_form": AcceptForm,
    "return_form": ReturnForm,
    "reopen_form": ReopenForm,
    "recall_form": RecallForm,
    "reroute_form": RerouteForm,
    "pay_form": PayForm,
    "overpay_form": OverpayForm,
    "set_off_form": SetOffForm,
    "refund_form": RefundForm,
    "correct_form": CorrectForm,
    "dispute_form": DisputeForm,
    "end_dispute_form": EndDisputeForm,
    "correct_paper_form": PaperCorrectionForm,
    "withdraw_paper_form": PaperWithdrawalForm,
}
"""The forms of the steps, by the names that the page has for them: that of the step, and `_form`."""


def sent_form(request: PortalRequest, invoice: Invoice, name: str) -> PortalForm:
    """The form that this request brings, bound to what was typed; blank where its address was only read."""
    return STEP_FORMS[name](request.POST if request.method == "POST" else None, invoice=invoice)


def after_form(request: PortalRequest, invoice: Invoice, name: str, form: PortalForm) -> HttpResponse:
    """The page again with the errors of a form and what was typed; else the page anew, also where it was only read.

    Where the step is not possible any more, its form is not on the page: then a message says why.
    """
    if form.errors:
        refused = refusal(request.acting_for, Action(name.removesuffix("_form")), invoice)
        if not isinstance(refused, WrongStatus):
            return _detail(request, invoice, {name: form})
        steps.tell(request, refused, form)
    return redirect("review:detail", request.acting_for.id, invoice.pk)


def _detail(request: PortalRequest, invoice: Invoice, sent: Mapping[str, PortalForm] | None = None) -> HttpResponse:
    """Before it is opened a department sees sender, title and amount; then everything.

    A form is made when the page comes to the step that it belongs to, because most steps are not offered.
    """
    acting_for = request.acting_for
    readable = may_read_content(acting_for, invoice)
    visible = Invoice.objects.visible_to(acting_for)
    successor = shown_successor(invoice) if readable else invoice.superseded_by
    offered = steps.offered(acting_for, invoice)
    context: dict[str, Any] = {
        "invoice": invoice,
        "readable": readable,
        "total_label": total_in_full(invoice),
        "prepayment": Prepayment(invoice.prepayment),
        "timeline": timeline(invoice, for_city=True),
        "successor": visible.filter(pk=successor.pk).first() if successor else None,
        "taking_over": "\n".join(taking_over.notes(invoice)) if offered["can"].get(Action.TAKE_OVER) else "",
        **offered,
        **{name: partial(kind, invoice=invoice) for name, kind in STEP_FORMS.items()},
        **(sent or {}),
    }
    if readable:
        viewing.seen(request, invoice)
        document = pictures.stored_document(invoice)
        replaced = visible.filter(successors=invoice).first()
        context |= {
            "snapshot": reading.read(schema.load(invoice.snapshot)) if invoice.snapshot else None,
            "document": document,
            "money": money_of(acting_for, invoice),
            "remarks": rules.remarks(invoice) if invoice.snapshot else (),
            "sheets": pictures.sheet_numbers(document),
            "request_comment": _last_comment(invoice, Action.REQUEST_RETURN),
            "recall_comment": _last_comment(invoice, Action.RECALL),
            "replaced": replaced,
            "paid_before": _comes_with_acceptance(invoice),
            "accepted_notes": _accepted_notes(invoice),
            "difference": of_correction(invoice) if replaced else None,
        }
    return render(request, "invoices/city/detail.html", context)


def _comes_with_acceptance(invoice: Invoice) -> Yen:
    """What is settled of those that it corrects, and counts for it once it is accepted: yen, as its page says them."""
    if invoice.status not in (Status.UNOPENED, Status.OPENED):
        return 0
    settled = paid_before(invoice)
    return -settled if invoice.is_credit_note else settled


def _accepted_notes(invoice: Invoice) -> list[str | None]:
    """The numbers of the credit notes that would lower nothing any more if this came back."""
    accepted = credit_notes_reducing(invoice).filter(status__in=(Status.ACCEPTED, Status.PAID))
    notes = accepted.order_by("issued_at", "pk")
    return [note.number for note in notes]


def _last_comment(invoice: Invoice, action: Action) -> str:
    """What was written when this step was last taken."""
    event = invoice.events.filter(action=action).order_by("sequence").last()
    return event.comment if event else ""
