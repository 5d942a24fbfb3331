"""What the editor and the confirm page both ask of a draft."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.guards import PortalRequest
from invoices import rules
from invoices.documents import schema, snapshot
from invoices.documents.invoice_system import printed_number
from invoices.lifecycle import splitting
from invoices.models import Invoice, content_of
from invoices.rules import Finding
from invoices.web.shared import steps
from suppliers import register


def own_invoice(request: PortalRequest, invoice_id: UUID) -> Invoice:
    """The supplier's invoice or draft, with what its document shows.

    Raises:
        Http404: there is none, or it is another supplier's.
    """
    return get_object_or_404(
        Invoice.objects.visible_to(request.acting_for).select_related(
            "supplier",
            "department__municipality__stored_policy",
            "bank_account",
            "billing_source",
            "seal",
            "original",
            "replaces",
        ),
        pk=invoice_id,
    )


def check(invoice: Invoice) -> list[Finding]:
    return rules.check(invoice, content_of(invoice))


def ask_register(invoice: Invoice) -> None:
    """Have the public register asked whether the issuer is registered on the days of the transaction.

    The answer comes later, and the checks read it then; nothing waits for it.
    """
    content = content_of(invoice)
    if number := printed_number(invoice, content):
        register.request(number, *rules.register_days(invoice, content))


def split_by_year(request: PortalRequest, invoice_id: UUID, version: int) -> HttpResponse:
    """Split a draft by fiscal years, and lead back to what is left of it."""
    with steps.take(request) as outcome:
        other = splitting.split_by_year(draft_id=invoice_id, actor=request.acting_for, version=version)
    if not outcome.refused:
        words = _(
            "翌年度以降の明細%(count)d行を、別の下書き「%(title)s」に分けました。控除・繰越・源泉徴収はこの下書きに残しています。"
        )
        messages.success(request, words % {"count": other.lines.count(), "title": other.title or _("件名なし")})
    return redirect("invoices:edit", request.acting_for.id, invoice_id)


def editor_with_findings(request: PortalRequest, invoice_id: UUID) -> str:
    """The URL of the editor that shows what speaks against issuing."""
    return reverse("invoices:edit", args=[request.acting_for.id, invoice_id]) + "?check=1"


def snapshot_text(invoice: Invoice) -> str:
    return schema.dump(snapshot.build(invoice, content_of(invoice)))


def version_of(sent: QueryDict) -> int:
    """The version of the draft that the page was made from; one that no draft has when it is missing."""
    value = sent.get("version", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 9 else -1
