"""Checks of the sums: the total, the carry-over, the withholding, and the largest amount."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from invoices.amounts import carry_over_of, claim_of, withheld_before, withholding_of
from invoices.enums import TaxCategory, WithholdingKind
from invoices.models import Invoice
from invoices.rules.case import Case
from invoices.rules.findings import Finding, FindingAction, Level
from invoices.rules.sources import (
    CREDIT_NOTES,
    QUALIFIED,
    WITHHOLDING,
    WITHHOLDING_ABROAD,
    WITHHOLDING_OF_SCRIVENERS,
)
from invoices.tax.withholding import LIMIT
from portal.lib.yen import MAX_YEN, format_yen
from suppliers.models import SupplierKind


def total(case: Case) -> Iterator[Finding]:
    """The total of an invoice is positive, that of a credit note negative.

    An invoice that comes to nothing after an advance or a deduction is a settlement, and is issued after a question.
    """
    if case.totals is None:
        return
    if case.is_credit_note:
        if case.totals.total >= 0:
            yield Finding(
                "total-not-negative",
                Level.ERROR,
                _("返還請求書の合計が0円以上です。返還する金額がマイナスになるように明細を直してください。"),
                "lines",
                source=CREDIT_NOTES,
            )
        return
    if case.totals.total == 0 and _is_reduced(case):
        yield Finding(
            "total-zero",
            Level.WARNING,
            _("請求金額が0円です。差し引いた結果として0円を請求する場合だけ、このまま発行してください。"),
            "lines",
        )
    elif case.totals.total <= 0:
        yield from _not_positive(case)
    for row in case.totals.rates:
        # What was paid in advance (前払金) and is deducted again carries no tax and stands for no sale of its own.
        if row.base < 0 and row.category != TaxCategory.OUTSIDE:
            yield Finding(
                "rate-base-negative",
                Level.WARNING,
                _("「%(rate)s」の税抜金額がマイナスです。返品と控除の税区分と金額を確かめてください。")
                % {"rate": row.label},
                "lines",
                source=QUALIFIED,
            )


def _is_reduced(case: Case) -> bool:
    """Whether something was taken off: by a deduction or a negative line."""
    return bool(case.content.deductions) or any(line.amount < 0 for line in case.content.lines)


def _not_positive(case: Case) -> Iterator[Finding]:
    """Why it is no claim, and what to do: what only gives money back becomes a credit note as it is."""
    turns = case.totals is not None and case.totals.total < 0 and case.invoice.replaces is None
    signs = {line.amount > 0 for line in case.content.lines if line.amount}
    parts = turns and len(signs) > 1
    message = _("請求金額が0円以下です。請求する金額になるように明細を直してください。")
    if parts:
        message = _(
            "返還の額が請求の額より大きく、請求金額がマイナスです。"
            "この請求書には請求する行だけを残し、返還する行は返還請求書に分けてください。"
        )
    elif turns:
        message = _(
            "請求金額がマイナスです。返すお金だけの書類は返還請求書にします。請求するなら、明細を直してください。"
        )
    yield Finding(
        "total-not-positive",
        Level.ERROR,
        message,
        "lines",
        action=FindingAction.TO_CREDIT_NOTE if turns and not parts else None,
    )


def carry_over(case: Case) -> Iterator[Finding]:
    """The carry-over has both amounts or none."""
    billed, received = case.invoice.carry_over_billed, case.invoice.carry_over_received
    if (billed is None) != (received is None):
        yield Finding(
            "carry-over-half",
            Level.ERROR,
            _("前回請求額とご入金額は、両方を入力してください。ないほうは0と入力します。"),
            "carry_over_billed" if billed is None else "carry_over_received",
        )


def withholding(case: Case) -> Iterator[Finding]:
    """The base of withholding is positive and not above the total; a credit note turns the signs.

    It is the amount with tax, or may be the one without where the tax is shown apart, so the total bounds it.
    Withholding applies to fees of individuals in Japan, so an invoice of others gets a warning, and one from abroad,
    whose rates are others, an error.
    """
    base = case.invoice.withholding_base
    if base is None:
        yield from _withholding_left_out(case)
        return
    if case.is_credit_note and base >= 0:
        yield Finding(
            "withholding-base-not-negative",
            Level.ERROR,
            _("返還請求書では、源泉徴収の対象額をマイナスで入力してください。源泉徴収がなければ空欄にします。"),
            "withholding_base",
            source=WITHHOLDING,
        )
    elif not case.is_credit_note and base <= 0:
        yield Finding(
            "withholding-base-not-positive",
            Level.ERROR,
            _("源泉徴収の対象額は1円以上で入力してください。源泉徴収がなければ空欄にします。"),
            "withholding_base",
            source=WITHHOLDING,
        )
    elif case.totals is not None and abs(base) > abs(case.totals.total):
        yield Finding(
            "withholding-base-above-total",
            Level.WARNING,
            _("源泉徴収の対象額が税込の合計を超えています。金額を確かめてください。"),
            "withholding_base",
            source=WITHHOLDING,
        )
    yield from _withholding_by_kind(case)


def _withholding_by_kind(case: Case) -> Iterator[Finding]:
    """From whom nothing is withheld, or by other rules than those of the portal."""
    invoice, kind = case.invoice, case.issuer.kind
    if kind == SupplierKind.FOREIGN:
        yield Finding(
            "withholding-of-foreigner",
            Level.ERROR,
            _(
                "国外事業者への報酬の源泉徴収は、国内と税率が異なり、租税条約によっても変わるため、ここでは計算できません。"
                "源泉徴収の対象額を空欄にし、要否と金額は市に確かめてください。"
            ),
            "withholding_base",
            source=WITHHOLDING_ABROAD,
        )
    elif not kind.is_person:
        withheld = withholding_of(invoice)
        yield Finding(
            "withholding-of-corporation",
            Level.WARNING,
            _("源泉徴収(%(taxes)s)は個人への報酬が対象です。%(kind)sの%(name)sに要るかどうかを確かめてください。")
            % {"kind": kind.label, "name": case.words.name, "taxes": withheld.taxes if withheld else ""},
            "withholding_base",
            source=WITHHOLDING,
        )
    if case.is_credit_note and not _takes_back_the_difference(invoice):
        yield from _refund_of_unknown(invoice)


def _withholding_left_out(case: Case) -> Iterator[Finding]:
    """A credit note withholds nothing, and its claim does: what was paid is less than what was claimed."""
    claim = claim_of(case.invoice)
    if claim is not None and claim.withholding_base and not case.invoice.is_issued:
        yield Finding(
            "withholding-of-partial-refund",
            Level.WARNING,
            _(
                "もとの請求書には源泉徴収(対象額%(base)s円)があります。源泉徴収を受けた報酬を返還するときは、"
                "返還する対象額をマイナスで入力してください。対象でない実費などだけの返還なら、空欄のまま発行できます。"
            )
            % {"base": format_yen(claim.withholding_base)},
            "withholding_base",
            source=WITHHOLDING,
        )


def _takes_back_the_difference(note: Invoice) -> bool:
    """Whether a credit note takes back what is withheld too much of its claim.

    That of an issued one may be wrong later, when another note has gone that it was calculated after.
    """
    if note.is_issued and not note.is_in_force:
        return True
    known, withheld = withheld_before(note), withholding_of(note)
    if known is None or withheld is None:
        return False
    return not note.is_issued or withheld.amount == note.total - note.payable


def _refund_of_unknown(invoice: Invoice) -> Iterator[Finding]:
    """The tax on a part is not that part of the tax, where some of the fee was free or bore twice the percentage."""
    if invoice.withholding_kind == WithholdingKind.SCRIVENER:
        yield Finding(
            "withholding-of-partial-refund",
            Level.WARNING,
            _(
                "支払ごとに差し引く10,000円は、もとの支払で使われています。もとの請求書の対象額がわからないか合わないので、"
                "報酬の一部だけを返還するときの源泉徴収税額は、市に確かめてください。"
            ),
            "withholding_base",
            source=WITHHOLDING_OF_SCRIVENERS,
        )
    elif invoice.original is not None or -(invoice.withholding_base or 0) > LIMIT:
        yield Finding(
            "withholding-of-partial-refund",
            Level.WARNING,
            _(
                "返還の対象額が、もとの請求書か、ほかの返還請求書の源泉徴収に合いません。源泉徴収税額は返還する額だけから"
                "計算され、もとの税額との差にはなりません。対象額を直すか、返還の額を市に確かめてください。"
            ),
            "withholding_base",
            source=WITHHOLDING,
        )


def size(case: Case) -> Iterator[Finding]:
    """No amount has more than twelve digits, which is the width of the columns of the document."""
    message = _("金額が12桁を超えています。書類を分けてください。")
    for index, row in enumerate(case.content.deductions):
        if _too_large(row.amount):
            yield Finding("amount-too-large", Level.ERROR, message, "amount", deduction=index)
    sum_of_lines = case.totals.total if case.totals else None
    if _too_large(sum_of_lines, *(line.amount for line in case.content.lines)):
        yield Finding("amount-too-large", Level.ERROR, message, "lines")
    carried = carry_over_of(case.invoice)
    if carried is not None and _too_large(
        carried.billed, carried.received, carried.remaining, carried.grand_total(sum_of_lines or 0)
    ):
        yield Finding(
            "amount-too-large",
            Level.ERROR,
            _("繰越の金額が12桁を超えています。前回請求額とご入金額を確かめてください。"),
            "carry_over_billed",
        )
    if _too_large(case.invoice.withholding_base):
        yield Finding(
            "amount-too-large",
            Level.ERROR,
            _("源泉徴収の対象額が12桁を超えています。金額を確かめてください。"),
            "withholding_base",
        )


def _too_large(*figures: int | None) -> bool:
    return any(abs(figure) > MAX_YEN for figure in figures if figure is not None)
