"""Credit notes (適格返還請求書): what a supplier takes back of an invoice that is out."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.acting import ActingFor
from invoices.enums import Action, InvoiceKind, PaymentMethod, Reduction, Status, TaxCategory
from invoices.lifecycle import drafting
from invoices.lifecycle.draft_input import DEFAULTS, OF_CLAIMS_ALONE, DraftInput, LineInput
from invoices.lifecycle.related import credit_notes_about
from invoices.lifecycle.workflow import step
from invoices.models import Invoice, TaxRate
from portal.lib.calendar import today_jst


@transaction.atomic
def begin_credit_note(*, invoice_id: UUID, actor: ActingFor) -> Invoice:
    """Begin a credit note about an issued invoice: a new draft that takes all of it back, to be cut down.

    The invoice stays as it is, and there may be several credit notes about it; but while one is being written, it
    comes back.

    Raises:
        WrongStatus: nothing is claimed by it, because it has not been delivered, was cancelled, or came back; or it
            is a credit note itself.
        NotPermitted: it is another supplier's.
    """
    # Whoever presses twice waits here, and finds the draft of the first time.
    with step(invoice_id, Action.CREDIT_NOTE, actor=actor) as invoice:
        begun = credit_notes_about(invoice).filter(status=Status.DRAFT).first()
        if begun is not None:
            return begun
        drafting.require_room(actor)
        draft, content = drafting.build(credit_note_input(invoice), actor=actor)
        draft.version = 1
        draft.save()
        drafting.write(draft, content)
    return draft


def credit_note_input(invoice: Invoice) -> DraftInput:
    """Everything that an invoice claims, taken back today.

    Each line keeps the date of its sale as the original one (資産譲渡年月日), by which its rate is judged; one without
    a date keeps the day or the period of the invoice. That goods come back (返品) is only a beginning, and what was no
    price of anything (不課税), as a deposit, says neither. Lines that
    themselves reduce the invoice (goods taken back, discounts) stay out, as do headings and its deductions: on a
    credit note no line adds anything. What remains above the invoice's total the checks tell, and the supplier takes it
    away.
    """
    today = today_jst()
    written = drafting.input_of(invoice)
    sold = [line for line in written.lines if _is_sale(line)]
    no_prices = set(TaxRate.objects.filter(category=TaxCategory.OUTSIDE).values_list("pk", flat=True))
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
            replace(
                line,
                date=today,
                quantity=-line.quantity if line.quantity else None,
                **{} if line.rate_id in no_prices else _as_returned(line, invoice),
            )
            for line in sold
        ),
        deductions=(),
    )


def _as_returned(line: LineInput, invoice: Invoice) -> dict[str, Any]:
    return {
        "original_date": line.date or invoice.transaction_date or invoice.period_from,
        "original_until": None if line.date or invoice.transaction_date else invoice.period_to,
        "reduction": Reduction.RETURNED,
    }


def _is_sale(line: LineInput) -> bool:
    return bool(line.quantity and line.unit_price and line.quantity > 0 and line.unit_price > 0)
