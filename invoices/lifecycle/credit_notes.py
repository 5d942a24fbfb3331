"""Credit notes (適格返還請求書): what a supplier takes back of an invoice that is out."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed
from invoices.enums import InvoiceKind, PaymentMethod, Status
from invoices.lifecycle import drafting
from invoices.lifecycle.draft_input import DEFAULTS, OF_CLAIMS_ALONE, DraftInput, LineInput
from invoices.lifecycle.workflow import WrongStatus
from invoices.models import Invoice
from invoices.permissions import is_issuer
from invoices.rules.reductions import WITHDRAWN
from portal.lib.calendar import today_jst

REDUCIBLE = (Status.UNOPENED, Status.OPENED, Status.ACCEPTED, Status.PAID)
"""Delivered and still claiming: what came back (差戻し) is corrected by a new invoice instead."""


def begin_credit_note(*, invoice_id: UUID, actor: ActingFor) -> Invoice:
    """Begin a credit note about an issued invoice: a new draft that takes all of it back, to be cut down.

    The invoice stays as it is, and there may be several returns of it; but while one is being written, it comes back.

    Raises:
        WrongStatus: nothing is claimed by it, because it has not been delivered, was cancelled, or came back.
        NotAllowed: it is another supplier's, or a credit note itself.
    """
    with transaction.atomic():
        # Whoever presses twice waits here, and finds the draft of the first time.
        invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice_id)
        if not is_issuer(actor, invoice):
            raise NotAllowed(_("この操作を行う権限がありません。"))
        if invoice.kind != InvoiceKind.INVOICE:
            raise NotAllowed(_("返還請求書の返還請求書は作成できません。もとの請求書から作成してください。"))
        if invoice.status not in REDUCIBLE:
            raise WrongStatus(
                _("返還請求書を作成できるのは、課が受け取っている請求書だけです。"), Status(invoice.status)
            )
        begun = about(invoice).filter(status=Status.DRAFT).first()
        if begun is not None:
            return begun
        draft, content = drafting.build(returns_input(invoice), actor=actor)
        draft.version = 1
        draft.save()
        drafting.write(draft, content)
    return draft


def can_begin_credit_note(actor: ActingFor, invoice: Invoice) -> bool:
    """Whether the button 返還請求書を作成 is shown."""
    return is_issuer(actor, invoice) and invoice.kind == InvoiceKind.INVOICE and invoice.status in REDUCIBLE


def about(invoice: Invoice) -> QuerySet[Invoice]:
    """All credit notes that name this invoice as their original, and the drafts of such."""
    return Invoice.objects.filter(original=invoice, kind=InvoiceKind.CREDIT_NOTE)


def reducing(invoice: Invoice) -> QuerySet[Invoice]:
    """Those that are issued and neither withdrawn nor returned: they take something back of this invoice now."""
    return about(invoice).filter(number__isnull=False).exclude(status__in=WITHDRAWN)


def returns_input(invoice: Invoice) -> DraftInput:
    """Everything that an invoice claims, taken back today.

    Each line keeps the date of its sale as the original one (資産譲渡年月日), by which its rate is judged. Lines that
    themselves reduce the invoice (returns and discounts) stay out, as do its deductions: on a credit note no
    line adds anything. What remains above the invoice's total the checks tell, and the supplier takes it away.
    """
    today = today_jst()
    written = drafting.input_of(invoice)
    sold = [line for line in written.lines if _is_sale(line)]
    without_claim = replace(written, **{name: DEFAULTS[name] for name in OF_CLAIMS_ALONE})
    return replace(
        without_claim,
        kind=InvoiceKind.CREDIT_NOTE,
        original_id=invoice.id,
        original_number=invoice.number or "",
        issue_date=today,
        transaction_date=today,
        withholding_base=None if written.withholding_base is None else -written.withholding_base,
        payment_method=PaymentMethod.OTHER,
        lines=tuple(
            replace(line, date=today, original_date=line.date, quantity=-line.quantity if line.quantity else None)
            for line in sold
        ),
        deductions=(),
    )


def _is_sale(line: LineInput) -> bool:
    return bool(line.quantity and line.unit_price and line.quantity > 0 and line.unit_price > 0)
