"""The calculation of an invoice: amounts of lines, deductions, and tax rounded once per invoice and rate.

Nothing here is a float: yen are int, values between are Decimal, Fraction or a pair of whole numbers. Work for each of
a thousand lines uses whole numbers, which are exact too and much faster than Fraction.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from functools import reduce
from operator import index

from invoices.enums import AmountRounding, DeductionKind, PriceMode, Rounding, TaxCategory, TaxUnit
from invoices.tax.explanation import Explanation
from portal.lib.yen import Rounding as RoundingRule
from portal.lib.yen import Yen, round_quotient, round_yen

_RULES = {rounding: RoundingRule(rounding.value) for rounding in Rounding}
_EXACT = Context(prec=60)
"""Wide enough for a thousand products of the largest quantity and price; Python's own 28 digits are not."""


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """A tax rate at the time of calculation.

    Attributes:
        position: The place in the table of rates.
        code: The code of the rate. The reduced 8 % and the old 8 % have different codes and are never added up.
        percent: 8 means 8 %; 0 for categories without tax.
    """

    position: int
    code: str
    label: str
    percent: Decimal
    category: TaxCategory
    reduced: bool


@dataclass(frozen=True, slots=True)
class LineAmount:
    """What the tax of a line depends on: its rate, and its amount in yen in the price mode of the invoice.

    Attributes:
        exact: The amount before rounding, where its decimals are carried to the sum of its rate; None elsewhere.
    """

    rate: Rate
    amount: Yen
    exact: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Deduction:
    """A deduction (控除): a discount or rebate (値引・割戻) that is not a line.

    Attributes:
        amount: Yen in the price mode of the invoice. A positive amount lowers the amount that is taxed.
    """

    rate: Rate
    kind: DeductionKind
    amount: Yen


@dataclass(frozen=True, slots=True)
class RateTotal:
    """The sums of one rate, in yen.

    Attributes:
        sales: Sum of the lines in the price mode of the invoice, with refunds, before deductions.
        exact_sales: That sum before rounding, where the decimals of lines are carried to it; None elsewhere.
        deductions: Sum for each kind of deduction that is used, in the order of the kinds, in the same price mode.
        base: Without tax (税抜), after deductions.
        tax: Rounded once for this rate (消費税法施行令70条の10), or equal to `line_tax` when the unit is the line.
        exact_tax: The tax before rounding.
        line_tax: Only for comparison: the sum of taxes that are rounded for each line and each deduction.
        explanation: How `tax` was calculated, in words.
    """

    rate: Rate
    sales: Yen
    deductions: tuple[tuple[DeductionKind, Yen], ...]
    base: Yen
    tax: Yen
    exact_tax: Fraction
    line_tax: Yen
    explanation: Explanation
    exact_sales: Decimal | None = None

    @property
    def gross(self) -> Yen:
        """The sum with tax, in yen."""
        return self.base + self.tax

    @property
    def label(self) -> str:
        """The name of the rate on documents."""
        return self.rate.label

    @property
    def deducted(self) -> Yen:
        """The sum of all deductions of this rate, in yen of the price mode."""
        return sum(amount for _kind, amount in self.deductions)

    @property
    def differs(self) -> bool:
        """Whether rounding for each line gives another tax than `tax`."""
        return self.line_tax != self.tax


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of an invoice, in yen."""

    rates: tuple[RateTotal, ...]

    @property
    def net(self) -> Yen:
        """The sum of all rates without tax, in yen (税抜)."""
        return sum(rate.base for rate in self.rates)

    @property
    def tax(self) -> Yen:
        """The tax of all rates, in yen."""
        return sum(rate.tax for rate in self.rates)

    @property
    def total(self) -> Yen:
        """The sum of all rates with tax, in yen (税込)."""
        return self.net + self.tax

    @property
    def line_tax(self) -> Yen:
        """The tax of all rates rounded for each line, in yen. Only for comparison."""
        return sum(rate.line_tax for rate in self.rates)

    @property
    def differs(self) -> bool:
        """Whether this is so for any rate, also when the sums of all rates are equal."""
        return any(rate.differs for rate in self.rates)


def amount_rounding(tax: Rounding, amounts: AmountRounding) -> Rounding:
    """How an amount is rounded that is no tax: as the tax is, unless a rule of its own was chosen.

    Decimals that are carried to the sum are rounded there as the tax is.
    """
    return tax if amounts in (AmountRounding.SAME, AmountRounding.CARRIED) else Rounding(amounts.value)


def exact_amount(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """Quantity × unit price with all its decimals."""
    return _EXACT.multiply(quantity, unit_price)


def line_amount(quantity: Decimal, unit_price: Decimal, rounding: Rounding) -> Yen:
    """Quantity × unit price in whole yen. It is an amount and not a tax, so it may be rounded for each line.

    Raises:
        TypeError: a factor is a float, which cannot hold most decimals exactly.
    """
    quantity_numerator, quantity_denominator = _quotient(quantity)
    price_numerator, price_denominator = _quotient(unit_price)
    return _round(quantity_numerator * price_numerator, quantity_denominator * price_denominator, rounding)


def line_tax(amount: Yen, rate: Rate, price_mode: PriceMode, rounding: Rounding) -> Yen:
    """The tax of one line, in yen. Only for comparison: the tax of a qualified invoice is not the sum of these.

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

    Prices without tax: tax = round(Σ × r / 100). Prices with tax: tax = round(Σ × r / (100 + r)) and base = Σ − tax.
    Σ is the sum of the lines (refunds are negative) minus the deductions. Of lines with an exact amount the decimals
    are summed as well, and the sum of the rate is rounded once.

    Args:
        lines: Either all of a rate with an exact amount, or none.
        unit: With `TaxUnit.LINE` the tax is the sum of the taxes of the lines. Only an issuer without a registration
            number may do so, because 施行令70条の10 applies to qualified invoices. The caller checks this.

    Raises:
        TypeError: an amount is not a whole number.
    """
    entries: dict[Rate, _Entries] = {}
    for line in lines:
        of_rate = entries.setdefault(line.rate, _Entries())
        of_rate.sales.append(index(line.amount))
        if line.exact is not None:
            of_rate.exact.append(line.exact)
    for deduction in deductions:
        deducted = entries.setdefault(deduction.rate, _Entries()).deductions
        deducted.setdefault(deduction.kind, []).append(index(deduction.amount))
    return Totals(tuple(_rate_total(rate, entries[rate], price_mode, rounding, unit) for rate in sorted(entries)))


@dataclass(slots=True)
class _Entries:
    """The amounts of one rate, in yen in the price mode of the invoice."""

    sales: list[Yen] = field(default_factory=list)
    exact: list[Decimal] = field(default_factory=list)
    deductions: dict[DeductionKind, list[Yen]] = field(default_factory=dict)


def _rate_total(rate: Rate, entries: _Entries, price_mode: PriceMode, rounding: Rounding, unit: TaxUnit) -> RateTotal:
    exact_sales = _exact_sum(entries)
    sales = sum(entries.sales) if exact_sales is None else round_yen(exact_sales, _RULES[rounding])
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
        exact_sales=exact_sales,
    )


def _exact_sum(entries: _Entries) -> Decimal | None:
    """The sum of a rate's lines with their decimals; None unless they are carried to it."""
    return reduce(_EXACT.add, entries.exact, Decimal(0)) if entries.exact else None


def _tax_share(rate: Rate, price_mode: PriceMode) -> tuple[int, int]:
    """The part of an amount that is tax, as numerator and denominator: 8/100 of a net, 8/108 of a gross amount."""
    numerator, denominator = _quotient(rate.percent)
    whole = 100 * denominator
    return numerator, whole + numerator if price_mode == PriceMode.INCLUSIVE else whole


def _quotient(number: Decimal | int) -> tuple[int, int]:
    if not isinstance(number, Decimal | int):
        raise TypeError(f"a factor of money must be a Decimal, not {type(number).__name__}")
    return number.as_integer_ratio()


def _round(numerator: int, denominator: int, rounding: Rounding) -> Yen:
    return round_quotient(numerator, denominator, _RULES[rounding])
