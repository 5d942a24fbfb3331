"""The arithmetic of an invoice: line amounts, deductions, and tax once per invoice and rate.

Nothing here is a float: yen are int, everything between is Decimal, Fraction or a quotient of whole numbers. What is
done for each of a thousand lines is done with whole numbers, which is exact as well and much faster than Fraction.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from operator import index

from invoices.enums import DeductionKind, PriceMode, Rounding, TaxCategory, TaxUnit
from invoices.tax.explanation import Explanation
from portal.lib.yen import Rounding as RoundingRule
from portal.lib.yen import Yen, round_quotient

_RULES = {rounding: RoundingRule(rounding.value) for rounding in Rounding}


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """A tax rate at the time of calculation.

    Attributes:
        position: Order in the per-rate table.
        code: Tells rates apart: reduced 8 % and old 8 % never merge.
        percent: 8 means 8 %; 0 for the categories that carry no rate.
    """

    position: int
    code: str
    label: str
    percent: Decimal
    category: TaxCategory
    reduced: bool


@dataclass(frozen=True, slots=True)
class LineAmount:
    """A line as tax sees it: its rate and its amount in the invoice's price mode."""

    rate: Rate
    amount: Yen


@dataclass(frozen=True, slots=True)
class Deduction:
    """控除: a reduction or rebate (値引・割戻) that is not a line.

    Attributes:
        amount: Yen in the invoice's price mode; a positive amount lowers what the rate is charged on.
    """

    rate: Rate
    kind: DeductionKind
    amount: Yen


@dataclass(frozen=True, slots=True)
class RateTotal:
    """What the invoice says about one rate.

    Attributes:
        sales: Sum of the lines in the invoice's price mode, returns included, deductions not.
        deductions: Sum per kind that occurs, in the order of the kinds, in the invoice's price mode.
        base: Tax-exclusive yen (税抜), deductions subtracted.
        tax: Rounded once for this rate (消費税法施行令70条の10), or the sum of `line_tax` where the unit is the line.
        exact_tax: The tax before rounding.
        line_tax: For reference: the sum of taxes that are rounded for each line and each deduction.
        explanation: How `tax` comes about, in words.
    """

    rate: Rate
    sales: Yen
    deductions: tuple[tuple[DeductionKind, Yen], ...]
    base: Yen
    tax: Yen
    exact_tax: Fraction
    line_tax: Yen
    explanation: Explanation

    @property
    def gross(self) -> Yen:
        return self.base + self.tax

    @property
    def label(self) -> str:
        return self.rate.label

    @property
    def deducted(self) -> Yen:
        return sum(amount for _kind, amount in self.deductions)

    @property
    def differs(self) -> bool:
        """Whether rounding line by line would give another tax than the one that counts."""
        return self.line_tax != self.tax


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of an invoice, in yen."""

    rates: tuple[RateTotal, ...]

    @property
    def net(self) -> Yen:
        return sum(rate.base for rate in self.rates)

    @property
    def tax(self) -> Yen:
        return sum(rate.tax for rate in self.rates)

    @property
    def total(self) -> Yen:
        return self.net + self.tax

    @property
    def line_tax(self) -> Yen:
        return sum(rate.line_tax for rate in self.rates)

    @property
    def differs(self) -> bool:
        """Whether any rate's tax differs from the one rounded line by line, even if the differences cancel out."""
        return any(rate.differs for rate in self.rates)


def line_amount(quantity: Decimal, unit_price: Decimal, rounding: Rounding) -> Yen:
    """Quantity × unit price in whole yen. An amount, not a tax: it may be rounded on every line.

    Raises:
        TypeError: a factor is a float, which cannot hold most decimals exactly.
    """
    quantity_numerator, quantity_denominator = _quotient(quantity)
    price_numerator, price_denominator = _quotient(unit_price)
    return _round(quantity_numerator * price_numerator, quantity_denominator * price_denominator, rounding)


def line_tax(amount: Yen, rate: Rate, price_mode: PriceMode, rounding: Rounding) -> Yen:
    """The tax of one line by itself: a figure for reference, of which a qualified invoice's tax is not the sum.

    Raises:
        TypeError: the amount is not a whole number.
    """
    numerator, denominator = _tax_share(rate, price_mode)
    return _round(index(amount) * numerator, denominator, rounding)


def totals(
    lines: Iterable[LineAmount],
    price_mode: PriceMode,
    rounding: Rounding,
    *,
    deductions: Iterable[Deduction] = (),
    unit: TaxUnit = TaxUnit.INVOICE,
) -> Totals:
    """Sum lines and deductions per rate and round the tax of each rate once.

    Exclusive prices: tax = round(Σ × r / 100). Inclusive prices: tax = round(Σ × r / (100 + r)) and base = Σ − tax.
    Σ are the lines, with returns as negative ones, less the deductions.

    Args:
        unit: With `TaxUnit.LINE` the tax is the sum of the taxes of the lines. Only an issuer without a registration
            number may do so (施行令70条の10 binds qualified invoices); the caller sees to that.

    Raises:
        TypeError: an amount is not a whole number.
    """
    entries: dict[Rate, _Entries] = {}
    for line in lines:
        entries.setdefault(line.rate, _Entries()).sales.append(index(line.amount))
    for deduction in deductions:
        of_rate = entries.setdefault(deduction.rate, _Entries()).deductions
        of_rate.setdefault(deduction.kind, []).append(index(deduction.amount))
    return Totals(tuple(_rate_total(rate, entries[rate], price_mode, rounding, unit) for rate in sorted(entries)))


@dataclass(slots=True)
class _Entries:
    """What an invoice holds of one rate, in yen of its price mode."""

    sales: list[Yen] = field(default_factory=list)
    deductions: dict[DeductionKind, list[Yen]] = field(default_factory=dict)


def _rate_total(rate: Rate, entries: _Entries, price_mode: PriceMode, rounding: Rounding, unit: TaxUnit) -> RateTotal:
    sales = sum(entries.sales)
    deductions = tuple((kind, sum(entries.deductions[kind])) for kind in DeductionKind if kind in entries.deductions)
    amount = sales - sum(deducted for _kind, deducted in deductions)

    numerator, denominator = _tax_share(rate, price_mode)
    exact = Fraction(amount * numerator, denominator)
    per_line = sum(_round(sold * numerator, denominator, rounding) for sold in entries.sales)
    for amounts in entries.deductions.values():
        per_line -= sum(_round(deducted * numerator, denominator, rounding) for deducted in amounts)
    tax = per_line if unit == TaxUnit.LINE else _round(amount * numerator, denominator, rounding)

    return RateTotal(
        rate=rate,
        sales=sales,
        deductions=deductions,
        base=amount - tax if price_mode == PriceMode.INCLUSIVE else amount,
        tax=tax,
        exact_tax=exact,
        line_tax=per_line,
        explanation=Explanation(
            amount=amount,
            percent=rate.percent,
            price_mode=price_mode,
            rounding=rounding,
            exact=exact,
            tax=tax,
            unit=unit,
            category=rate.category,
            line_tax=per_line,
        ),
    )


def _tax_share(rate: Rate, price_mode: PriceMode) -> tuple[int, int]:
    """Which part of an amount is tax, as numerator and denominator: 8/100 of a net amount, 8/108 of a gross one."""
    numerator, denominator = _quotient(rate.percent)
    whole = 100 * denominator
    return numerator, whole + numerator if price_mode == PriceMode.INCLUSIVE else whole


def _quotient(number: Decimal | int) -> tuple[int, int]:
    if not isinstance(number, Decimal | int):
        raise TypeError(f"a factor of money must be a Decimal, not {type(number).__name__}")
    return number.as_integer_ratio()


def _round(numerator: int, denominator: int, rounding: Rounding) -> Yen:
    return round_quotient(numerator, denominator, _RULES[rounding])
