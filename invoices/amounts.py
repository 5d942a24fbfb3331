"""The amounts of an invoice, computed from what it holds: for whoever asks, a page, a check, a document."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from invoices.enums import (
    AmountRounding,
    DeductionKind,
    InvoiceKind,
    PriceMode,
    Rounding,
    TaxCategory,
    TaxUnit,
    WithholdingKind,
)
from invoices.models import Content, Invoice, InvoiceLine, TaxRate
from invoices.models.invoice import WITHDRAWN
from invoices.tax import calculation
from invoices.tax.calculation import Deduction, LineAmount, Rate, Totals
from invoices.tax.carry_over import CarryOver
from invoices.tax.withholding import Withholding, withholding_tax
from portal.lib.yen import Yen


def rate_of(row: TaxRate) -> Rate:
    return Rate(row.position, row.code, row.label, row.percent, TaxCategory(row.category), row.reduced)


def totals_of(invoice: Invoice, content: Content) -> Totals:
    """The invoice's sums from its lines and deductions; those that have no rate yet are left out."""
    return calculation.totals(
        (
            LineAmount(rate_of(line.rate), line.amount, exact_amount_of(invoice, line))
            for line in content.lines
            if line.rate is not None
        ),
        PriceMode(invoice.price_mode),
        Rounding(invoice.rounding),
        deductions=[
            Deduction(rate_of(row.rate), DeductionKind(row.kind), row.amount)
            for row in content.deductions
            if row.rate is not None and row.amount is not None
        ],
        unit=unit_of(invoice),
    )


def exact_amount_of(invoice: Invoice, line: InvoiceLine) -> Decimal | None:
    """A line's amount with its decimals, where the invoice carries them to the sum; None where it does not."""
    if invoice.amount_rounding != AmountRounding.CARRIED:
        return None
    if line.quantity is None or line.unit_price is None:
        return Decimal(0)
    return calculation.exact_amount(line.quantity, line.unit_price)


def unit_of(invoice: Invoice) -> TaxUnit:
    """How often tax is rounded: for a registered issuer once per invoice and rate, whatever a draft says."""
    return TaxUnit.INVOICE if invoice.issuer.is_registered else TaxUnit(invoice.tax_unit)


def carry_over_of(invoice: Invoice) -> CarryOver | None:
    """前回請求額 and ご入金額, where the invoice shows them; one that is left empty counts as nothing."""
    billed, received = invoice.carry_over_billed, invoice.carry_over_received
    return None if billed is None and received is None else CarryOver(billed or 0, received or 0)


def withholding_of(invoice: Invoice) -> Withholding | None:
    """源泉徴収, where the invoice shows it. Nobody knows the day of payment yet, so the issue date decides the law.

    A credit note lowers what is withheld of its claim to what is to be withheld of the fee that is left.
    """
    base, kind, day = invoice.withholding_base, WithholdingKind(invoice.withholding_kind), invoice.issue_date
    if base is None:
        return None
    before = withheld_before(invoice)
    if before is None:
        return Withholding.of(base, kind, day=day)
    return Withholding.of_refund(base, before.base, before.tax, kind, day=day)


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is withheld of a claim, less what credit notes have taken back of it, in yen.

    Attributes:
        base: The fee on which it was calculated.
        tax: As it stands on the documents.
    """

    base: Yen
    tax: Yen


def withheld_before(note: Invoice) -> Withheld | None:
    """What is withheld of the claim of a credit note until that one takes something back of it.

    None where that is not known: the claim was not issued here, or withheld by another rule, or less than the note
    takes back is left of its fee, or its tax could not come back with a fee of this size.
    """
    claim, base, kind = claim_of(note), note.withholding_base, WithholdingKind(note.withholding_kind)
    if claim is None or base is None or base > 0:
        return None
    if claim.withholding_base is None or claim.withholding_kind != kind:
        return None
    others = notes_beside(note, claim)
    before = Withheld(
        base=claim.withholding_base + sum(other.withholding_base or 0 for other in others),
        tax=sum(each.total - each.payable for each in (claim, *others)),
    )
    rest = before.base + base
    back = before.tax - withholding_tax(rest, kind, note.issue_date)
    return before if rest >= 0 and 0 <= back <= -base else None


def claim_of(note: Invoice) -> Invoice | None:
    """The claim that a credit note lowers: the one that it names, or the accepted correction of that."""
    original = note.original if note.is_credit_note else None
    return None if original is None else original.superseded_by or original


def notes_beside(note: Invoice, claim: Invoice) -> list[Invoice]:
    """The other credit notes that take something back of a claim now.

    A note and its corrections count once: as the one that is in force, however many of them were sent after it. Those
    that the note itself corrects do not count, nor what else corrects them.
    """
    about = Q(original=claim) | Q(original__superseded_by=claim)
    issued = Invoice.objects.filter(about, kind=InvoiceKind.CREDIT_NOTE, number__isnull=False)
    known = {each.pk: each for each in issued}
    own = {note.pk}
    while note.replaces is not None:
        note = note.replaces
        own.add(note.pk)
    counting = {key for key, each in known.items() if each.superseded_by_id is None and each.status not in WITHDRAWN}
    taken = own | counting

    def counts_already(each: Invoice) -> bool:
        """Whether one that it corrects counts, or belongs to the note."""
        before = each.replaces_id
        while before in known and before not in taken:
            before = known[before].replaces_id
        return before in taken

    return [known[key] for key in sorted(counting - own) if not counts_already(known[key])]
