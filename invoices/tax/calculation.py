"""The arithmetic of an invoice: line amounts, and tax once per invoice and rate.

Nothing here is a float: yen are int, everything between is Decimal or Fraction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from invoices.enums import PriceMode, Rounding, TaxCategory
from portal.lib.yen import Rounding as RoundingRule
from portal.lib.yen import Yen, round_yen


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
class RateTotal:
    """What the invoice says about one rate.

    Attributes:
        base: Tax-exclusive yen (税抜).
        tax: Rounded once for this rate (消費税法施行令70条の10).
        exact_tax: The tax before rounding.
    """

    rate: Rate
    base: Yen
    tax: Yen
    exact_tax: Fraction

    @property
    def gross(self) -> Yen:
        return self.base + self.tax

    @property
    def label(self) -> str:
        return self.rate.label


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


def line_amount(quantity: Decimal, unit_price: Decimal, rounding: Rounding) -> Yen:
    """Quantity × unit price in whole yen. An amount, not a tax: it may be rounded on every line."""
    return round_yen(Fraction(quantity) * Fraction(unit_price), RoundingRule(rounding))


def totals(lines: Iterable[LineAmount], price_mode: PriceMode, rounding: Rounding) -> Totals:
    """Sum the lines per rate and round the tax of each rate once.

    Exclusive prices: tax = round(Σ × r / 100). Inclusive prices: tax = round(Σ × r / (100 + r)) and base = Σ − tax.
    Returns are negative lines within the sum.
    """
    sums: dict[Rate, Yen] = {}
    for line in lines:
        sums[line.rate] = sums.get(line.rate, 0) + line.amount
    return Totals(tuple(_rate_total(rate, sums[rate], price_mode, rounding) for rate in sorted(sums)))


def _rate_total(rate: Rate, amount: Yen, price_mode: PriceMode, rounding: Rounding) -> RateTotal:
    percent = Fraction(rate.percent)
    if price_mode == PriceMode.INCLUSIVE:
        exact = amount * percent / (100 + percent)
        tax = round_yen(exact, RoundingRule(rounding))
        return RateTotal(rate, amount - tax, tax, exact)
    exact = amount * percent / 100
    return RateTotal(rate, amount, round_yen(exact, RoundingRule(rounding)), exact)
