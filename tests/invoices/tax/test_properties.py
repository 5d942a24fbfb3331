"""What holds for every invoice, whatever stands in it."""

import os
import random
import subprocess
import sys
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dev.sample_rates import ALL_RATES
from invoices.enums import DeductionKind, PriceMode, Rounding, TaxUnit
from invoices.tax.calculation import Totals, line_amount, line_tax
from portal.lib.yen import Rounding as RoundingRule
from portal.lib.yen import round_yen
from tests.invoices.tax.shorthand import CEIL, FLOOR, HALF_UP, INCLUSIVE, sums
from tests.patience import HANGS_SECONDS

yen = st.integers(-(10**12), 10**12) | st.integers(-300, 300)
rates = st.sampled_from(ALL_RATES)
entries = st.lists(st.tuples(rates, yen), max_size=20)
reductions = st.lists(st.tuples(rates, st.sampled_from(DeductionKind), yen), max_size=8)
modes = st.sampled_from(PriceMode)
roundings = st.sampled_from(Rounding)
units = st.sampled_from(TaxUnit)
factors = st.decimals(-(10**10), 10**10, allow_nan=False, allow_infinity=False, places=4)


def charged(rate, lines, deductions) -> int:
    """What a rate is charged on, in yen of the price mode."""
    return sum(amount for of, amount in lines if of == rate) - sum(
        amount for of, _kind, amount in deductions if of == rate
    )


def exact_tax(amount: int, percent: Decimal, price_mode: PriceMode) -> Fraction:
    if price_mode == INCLUSIVE:
        return amount - amount / (1 + Fraction(percent) / 100)
    return amount * Fraction(percent) / 100


def figures(result: Totals) -> list[tuple[int, ...]]:
    return [(row.sales, row.deducted, row.base, row.tax, row.gross, row.line_tax) for row in result.rates]


def parts(value: object):
    """A value and everything within it."""
    yield value
    if is_dataclass(value):
        names = [field.name for field in fields(value)] + [
            name for name in dir(type(value)) if isinstance(getattr(type(value), name), property)
        ]
        for name in names:
            yield from parts(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from parts(item)


@given(entries, reductions, modes, roundings, units, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_deductions_does_not_matter(
    lines, deductions, mode, rounding, unit, order: random.Random
):
    shuffled_lines = order.sample(lines, len(lines))
    shuffled_deductions = order.sample(deductions, len(deductions))
    shuffled = sums(shuffled_lines, mode, rounding, deductions=shuffled_deductions, unit=unit)
    assert shuffled == sums(lines, mode, rounding, deductions=deductions, unit=unit)


@given(entries, reductions, modes, roundings, st.data())
def test_a_line_written_as_two_changes_neither_base_nor_tax(lines, deductions, mode, rounding, data):
    split = []
    for rate, amount in lines:
        first = data.draw(yen)
        split += [(rate, first), (rate, amount - first)]
    whole = sums(lines, mode, rounding, deductions=deductions).rates
    for row, same in zip(sums(split, mode, rounding, deductions=deductions).rates, whole, strict=True):
        assert (row.sales, row.base, row.tax, row.exact_tax) == (same.sales, same.base, same.tax, same.exact_tax)


@given(entries, reductions, modes)
def test_the_tax_is_the_exact_fraction_and_rounding_moves_it_by_less_than_a_yen(lines, deductions, mode):
    for rounding in Rounding:
        for row in sums(lines, mode, rounding, deductions=deductions).rates:
            exact = exact_tax(charged(row.rate, lines, deductions), row.rate.percent, mode)
            assert row.exact_tax == exact
            error = abs(row.tax - exact)
            assert error <= Fraction(1, 2) if rounding == HALF_UP else error < 1
            if rounding == FLOOR:
                assert abs(row.tax) <= abs(exact)
            if rounding == CEIL:
                assert abs(row.tax) >= abs(exact)


@given(entries, reductions, modes, roundings, units)
def test_gross_is_base_and_tax_and_one_of_them_is_what_was_entered(lines, deductions, mode, rounding, unit):
    result = sums(lines, mode, rounding, deductions=deductions, unit=unit)
    for row in result.rates:
        assert row.gross == row.base + row.tax
        entered = row.gross if mode == INCLUSIVE else row.base
        assert entered == row.sales - row.deducted == charged(row.rate, lines, deductions)
    assert result.total == result.net + result.tax == sum(row.gross for row in result.rates)


@given(entries, reductions, modes, roundings, units)
def test_an_invoice_of_returns_mirrors_the_invoice_of_sales(lines, deductions, mode, rounding, unit):
    sold = sums(lines, mode, rounding, deductions=deductions, unit=unit)
    returned = sums(
        [(rate, -amount) for rate, amount in lines],
        mode,
        rounding,
        deductions=[(rate, kind, -amount) for rate, kind, amount in deductions],
        unit=unit,
    )
    assert figures(returned) == [tuple(-figure for figure in row) for row in figures(sold)]


@given(entries, reductions, modes)
def test_floor_never_exceeds_half_up_and_half_up_never_exceeds_ceil_in_magnitude(lines, deductions, mode):
    for floor, half_up, ceil in zip(
        *(sums(lines, mode, rounding, deductions=deductions).rates for rounding in (FLOOR, HALF_UP, CEIL)), strict=True
    ):
        assert abs(floor.tax) <= abs(half_up.tax) <= abs(ceil.tax) <= abs(floor.tax) + 1


@given(entries, reductions, modes, roundings, units)
def test_a_deduction_comes_to_the_same_as_a_negative_line(lines, deductions, mode, rounding, unit):
    deducted = sums(lines, mode, rounding, deductions=deductions, unit=unit)
    as_lines = sums([*lines, *((rate, -amount) for rate, _kind, amount in deductions)], mode, rounding, unit=unit)
    for row, same in zip(deducted.rates, as_lines.rates, strict=True):
        assert (row.rate, row.base, row.tax, row.gross) == (same.rate, same.base, same.tax, same.gross)
        assert (row.exact_tax, row.line_tax) == (same.exact_tax, same.line_tax)
        assert row.sales - row.deducted == same.sales


@given(entries, reductions, modes, roundings)
def test_the_tax_line_by_line_is_that_of_each_line_and_counts_only_where_the_line_is_the_unit(
    lines, deductions, mode, rounding
):
    by_invoice = sums(lines, mode, rounding, deductions=deductions)
    by_line = sums(lines, mode, rounding, deductions=deductions, unit=TaxUnit.LINE)
    for row, of_lines in zip(by_invoice.rates, by_line.rates, strict=True):
        added = sum(line_tax(amount, rate, mode, rounding) for rate, amount in lines if rate == row.rate)
        taken = sum(line_tax(amount, rate, mode, rounding) for rate, _kind, amount in deductions if rate == row.rate)
        assert added - taken == row.line_tax == of_lines.line_tax == of_lines.tax


@given(yen, rates, modes, roundings)
def test_the_tax_of_a_line_is_its_exact_fraction_rounded(amount, rate, mode, rounding):
    exact = exact_tax(amount, rate.percent, mode)
    assert line_tax(amount, rate, mode, rounding) == round_yen(exact, RoundingRule(rounding))


@given(factors, factors, roundings)
def test_the_amount_of_a_line_is_its_exact_product_rounded(quantity, unit_price, rounding):
    exact = Fraction(quantity) * Fraction(unit_price)
    assert line_amount(quantity, unit_price, rounding) == round_yen(exact, RoundingRule(rounding))


@given(entries, reductions, modes, roundings, units)
def test_nothing_in_the_result_is_a_float_and_yen_are_whole_numbers(lines, deductions, mode, rounding, unit):
    result = sums(lines, mode, rounding, deductions=deductions, unit=unit)
    assert not [part for part in parts(result) if isinstance(part, float)]
    numbers = {type(part) for part in parts(result) if not isinstance(part, str | tuple | Enum | bool)}
    assert {kind for kind in numbers if not is_dataclass(kind)} <= {int, Decimal, Fraction, type(None)}
    whole = [figure for row in figures(result) for figure in row]
    whole += [result.net, result.tax, result.total, result.line_tax]
    assert all(type(figure) is int for figure in whole)


def test_amounts_are_calculated_without_settings_or_models():
    """So the arithmetic can be measured, checked and used by itself."""
    program = (
        "import invoices.tax.calculation, invoices.tax.withholding\n"
        "from django.apps import apps\n"
        "from django.conf import settings\n"
        "assert not settings.configured and not apps.models_ready"
    )
    without = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    project = Path(__file__).resolve().parents[3]
    subprocess.run([sys.executable, "-c", program], cwd=project, env=without, check=True, timeout=HANGS_SECONDS)
