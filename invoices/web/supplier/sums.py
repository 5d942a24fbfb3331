"""The sums of a draft as screens show them, with how they come about."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from invoices import amounts
from invoices.enums import Rounding, TaxCategory, TaxUnit
from invoices.models import Content, Invoice
from invoices.tax.calculation import RateTotal
from invoices.tax.carry_over import CarryOver
from invoices.tax.withholding import Withholding
from portal.lib.yen import Yen, format_yen


@dataclass(frozen=True, slots=True)
class RateRow:
    """One rate of the table.

    Attributes:
        steps: How its figures come about, one sentence or formula each.
    """

    label: str
    base: Yen
    tax: Yen
    gross: Yen
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """What `components/sums.html` shows of a draft. Amounts in yen.

    Attributes:
        taxed: Whether anything is taxed, as long as there are lines; else nothing is said of tax.
        rule: How often tax is rounded, and how; empty where nothing is taxed.
        carry_over, withholding: None where the draft has none.
        grand_total: 合計請求額, what remains from before plus the total.
        withheld: What the payer keeps back, with a minus sign (on credit notes without).
        payable: 差引お支払額, what is left of the total.
    """

    rows: tuple[RateRow, ...]
    net: Yen
    tax: Yen
    total: Yen
    total_label: str
    taxed: bool
    rule: str
    carry_over: CarryOver | None
    grand_total: Yen
    withholding: Withholding | None
    withheld: Yen
    payable: Yen


def sums_of(invoice: Invoice, content: Content) -> Sums:
    """The sums, by the one calculation that an issue also freezes."""
    totals = amounts.totals_of(invoice, content)
    taxed = not totals.rates or any(row.rate.category == TaxCategory.TAXABLE for row in totals.rates)
    in_full = _("%(amount)s（税込）") if taxed else "%(amount)s"
    carried, withholding = amounts.carry_over_of(invoice), amounts.withholding_of(invoice)
    return Sums(
        rows=tuple(_row(row, taxed=taxed) for row in totals.rates),
        net=totals.net,
        tax=totals.tax,
        total=totals.total,
        total_label=in_full % {"amount": invoice.words.amount},
        taxed=taxed,
        rule=_rule(invoice) if taxed else "",
        carry_over=carried,
        grand_total=carried.grand_total(totals.total) if carried else totals.total,
        withholding=withholding,
        withheld=-withholding.amount if withholding else 0,
        payable=withholding.payable(totals.total) if withholding else totals.total,
    )


def _row(row: RateTotal, *, taxed: bool) -> RateRow:
    steps = [row.explanation.text] if taxed else []
    if row.exact_sales is not None and row.exact_sales != row.sales:
        rounding = row.explanation.rounding.label
        words = {"exact": f"{row.exact_sales.normalize():,f}", "rounding": rounding, "sum": format_yen(row.sales)}
        steps.insert(0, _("明細の合計 %(exact)s → %(rounding)s %(sum)s") % words)
    if row.deductions:
        parts = [_("明細の合計 %(amount)s") % {"amount": format_yen(row.sales)}]
        parts += [f"{kind.label} {format_yen(amount)}" for kind, amount in row.deductions]
        steps.insert(0, f"{' − '.join(parts)} = {format_yen(row.sales - row.deducted)}")
    if row.explanation.difference:
        steps.append(row.explanation.difference)
    return RateRow(row.label, row.base, row.tax, row.gross, tuple(steps))


def _rule(invoice: Invoice) -> str:
    words = {
        Rounding.FLOOR: _("1円未満を切り捨て"),
        Rounding.HALF_UP: _("1円未満を四捨五入し"),
        Rounding.CEIL: _("1円未満を切り上げ"),
    }[Rounding(invoice.rounding)]
    if amounts.unit_of(invoice) == TaxUnit.LINE:
        return _("消費税は明細ごとに%(words)s、合計しています。") % {"words": words}
    return _("消費税は明細ごとではなく税率ごとに合計し、%(words)sています。") % {"words": words}
