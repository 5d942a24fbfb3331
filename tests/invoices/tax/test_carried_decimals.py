"""Amounts of lines that are rounded in a way of their own, or not at all before their sum."""

from decimal import Decimal
from fractions import Fraction

import pytest

from dev.sample_rates import REDUCED, STANDARD
from invoices.enums import AmountRounding, DeductionKind, PriceMode, Rounding
from invoices.tax.calculation import (
    Deduction,
    LineAmount,
    amount_rounding,
    exact_amount,
    line_amount,
    totals,
)


@pytest.mark.parametrize("tax", Rounding)
def test_an_amount_is_rounded_as_the_tax_unless_it_has_a_rule_of_its_own(tax):
    assert amount_rounding(tax, AmountRounding.SAME) == tax
    assert amount_rounding(tax, AmountRounding.CARRIED) == tax
    for own in (AmountRounding.FLOOR, AmountRounding.HALF_UP, AmountRounding.CEIL):
        assert amount_rounding(tax, own).value == own.value


def test_half_up_amounts_may_stand_beside_tax_that_is_cut_off():
    amounts = [line_amount(Decimal("1.5"), Decimal(333), amount_rounding(Rounding.FLOOR, AmountRounding.HALF_UP))] * 3
    sums = totals([LineAmount(STANDARD, amount) for amount in amounts], PriceMode.EXCLUSIVE, Rounding.FLOOR)
    assert (sums.net, sums.tax) == (1500, 150)


# 基本料金, 電力量料金, 燃料費調整額, 再エネ賦課金: each with decimals of a yen.
UTILITY = ("1205820.55", "2409318.66", "-26015.4", "120500.53")


def of(texts, rate=STANDARD):
    for text in texts:
        exact = Decimal(text)
        yield LineAmount(rate, line_amount(Decimal(1), exact, Rounding.FLOOR), exact)


def test_decimals_of_the_lines_are_carried_to_the_sum_and_rounded_once():
    sums = totals(of(UTILITY), PriceMode.INCLUSIVE, Rounding.FLOOR)
    (row,) = sums.rates
    assert (row.exact_sales, row.sales, sums.total) == (Decimal("3709624.34"), 3_709_624, 3_709_624)
    assert row.tax == 337_238
    rounded = totals([LineAmount(line.rate, line.amount) for line in of(UTILITY)], PriceMode.INCLUSIVE, Rounding.FLOOR)
    assert rounded.total == 3_709_623, "the sum of rounded lines, which the supplier's own bill does not show"
    assert rounded.rates[0].exact_sales is None


def test_each_rate_is_summed_exactly_and_rounded_for_itself():
    lines = [*of(("0.5", "0.5", "0.4")), *of(("0.6", "0.6"), REDUCED)]
    for rounding, expected in ((Rounding.FLOOR, [1, 1]), (Rounding.HALF_UP, [1, 1]), (Rounding.CEIL, [2, 2])):
        assert [row.sales for row in totals(lines, PriceMode.EXCLUSIVE, rounding).rates] == expected


def test_the_tax_is_that_of_the_printed_sum():
    (row,) = totals(of(("104.6", "104.9")), PriceMode.EXCLUSIVE, Rounding.FLOOR).rates
    assert (row.base, row.exact_tax, row.tax) == (209, Fraction(209, 10), 20)


def test_deductions_lower_the_rounded_sum():
    deduction = Deduction(STANDARD, DeductionKind.OTHER, 9)
    (row,) = totals(of(("104.6", "104.9")), PriceMode.EXCLUSIVE, Rounding.FLOOR, deductions=[deduction]).rates
    assert (row.sales, row.base) == (209, 200)


def test_the_largest_figures_are_exact():
    largest = Decimal("9999999999.9999")
    exact = exact_amount(largest, Decimal("999999999999.9999"))
    assert exact == Decimal("9999999999999899000000.00000001")
    sums = totals([LineAmount(STANDARD, 0, exact)] * 1000, PriceMode.EXCLUSIVE, Rounding.FLOOR)
    assert sums.rates[0].exact_sales == Decimal("9999999999999899000000000.00001")


def test_a_float_is_refused():
    with pytest.raises(TypeError):
        exact_amount(0.1, Decimal(1))  # type: ignore[arg-type]
