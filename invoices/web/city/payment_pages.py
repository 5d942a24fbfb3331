"""The steps with which the accounting office settles a claim or a credit note, on the page of either."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.guards import PortalRequest, require_city
from invoices.lifecycle import payments
from invoices.models import Invoice
from invoices.web.city.forms import UNDOING
from invoices.web.city.review_page import after_form, received, sent_form
from invoices.web.shared import steps

ENTRY = ("paid_on", "amount", "reference", "seen")


@require_city
@require_http_methods(["GET", "POST"])
def pay(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    return _step(request, invoice_id, "pay_form", payments.pay, ENTRY, _("支払を記録しました。"))


@require_city
@require_http_methods(["GET", "POST"])
def overpay(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    done = _("過払いを記録しました。戻入を記録するまで、支払待ちの一覧に残ります。")
    return _step(request, invoice_id, "overpay_form", payments.overpay, (*ENTRY, "comment"), done)


@require_city
@require_http_methods(["GET", "POST"])
def refund(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    done = _("戻入を記録しました。")
    return _step(request, invoice_id, "refund_form", payments.refund, ENTRY, done)


@require_city
@require_http_methods(["GET", "POST"])
def set_off(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    done = _("充当しました。")
    return _step(request, invoice_id, "set_off_form", payments.set_off, ("partner", "seen"), done)


@require_city
@require_http_methods(["GET", "POST"])
def correct(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    done = _("記録を取り消しました。正しい内容を、あらためて記録してください。")
    return _step(request, invoice_id, "correct_form", payments.correct, ("entry", "comment"), done)


@require_city
@require_http_methods(["GET", "POST"])
def dispute(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    done = _("残額を係争中としました。係争を終えるまで支払えません。")
    return _step(request, invoice_id, "dispute_form", payments.dispute, UNDOING, done)


@require_city
@require_http_methods(["GET", "POST"])
def end_dispute(request: PortalRequest, municipality_id: UUID, invoice_id: UUID) -> HttpResponse:
    done = _("係争を終えました。残額を支払えます。")
    return _step(request, invoice_id, "end_dispute_form", payments.end_dispute, UNDOING, done)


_ARGUMENTS = {"partner": "partner_id", "entry": "payment_id"}
"""Arguments of the steps whose fields are called otherwise."""


def _step(
    request: PortalRequest,
    invoice_id: UUID,
    name: str,
    take: Callable[..., Invoice],
    fields: tuple[str, ...],
    done: str,
) -> HttpResponse:
    """Take the step of one form with what was typed into it; a reload of its page leads back to the invoice.

    Args:
        done: What to say of it; the supplier of a paper invoice reads nothing here.
    """
    invoice = received(request, invoice_id)
    form = sent_form(request, invoice, name)
    if form.is_valid():
        arguments: dict[str, Any] = {_ARGUMENTS.get(field, field): form.cleaned_data[field] for field in fields}
        if invoice.supplier_id is not None:
            done += _("請求者にも表示されます。")
        with steps.take(request, done, form):
            take(invoice_id=invoice_id, actor=request.acting_for, **arguments)
    return after_form(request, invoice, name, form)
