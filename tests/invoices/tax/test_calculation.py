"""What the totals hold besides their figures, the amounts of lines, and what is refused."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from dev.sample_rates import ALL_RATES, EXEMPT, EXPORT, OLD_5, OLD_8, OUTSIDE, REDUCED, STANDARD
from invoices.enums import TaxUnit
from invoices.tax.calculation import Deduction, LineAmount, line_amount, line_tax, totals
from tests.invoices.tax.shorthand import (
    BASIC,
    CEIL,
    EXCLUSIVE,
    FLOOR,
    FUNCTION,
    HALF_UP,
    INCLUSIVE,
    ITEM,
    OTHER,
    by_rate,
    sums,
)


def test_the_block_of_rates_stands_in_the_order_of_the_law():
    shuffled = [(rate, 100) for rate in (OUTSIDE, OLD_5, EXPORT, STANDARD, EXEMPT, OLD_8, REDUCED)]
    assert [row.rate for row in sums(shuffled).rates] == list(ALL_RATES)


def test_a_rate_that_only_has_deductions_stands_in_its_place():
    result = sums([(REDUCED, 100), (EXEMPT, 100)], deductions=[(STANDARD, BASIC, 10)])
    assert [row.rate for row in result.rates] == [REDUCED, STANDARD, EXEMPT]


def test_rates_of_one_position_stand_by_their_code():
    one, other = replace(STANDARD, code="a"), replace(STANDARD, code="b")
    assert [row.rate for row in sums([(other, 1), (one, 1)]).rates] == [one, other]


def test_a_rate_that_no_line_uses_has_no_row():
    assert [row.label for row in sums([(STANDARD, 100)]).rates] == ["課税 10%"]


def test_an_invoice_without_lines_comes_to_nothing():
    result = sums([])
    assert (result.rates, result.net, result.tax, result.line_tax, result.total) == ((), 0, 0, 0, 0)
    assert not result.differs


def test_sales_hold_the_returns_and_deductions_are_summed_per_kind_in_the_order_of_the_kinds():
    (row,) = sums(
        [(STANDARD, 1000), (STANDARD, -200)],
        deductions=[(STANDARD, OTHER, 4), (STANDARD, FUNCTION, 3), (STANDARD, BASIC, 1), (STANDARD, OTHER, 40)],
    ).rates
    assert row.sales == 800
    assert row.deductions == ((BASIC, 1), (FUNCTION, 3), (OTHER, 44))
    assert row.deducted == 48
    assert (row.base, row.tax, row.gross) == (752, 75, 827)


def test_with_inclusive_prices_sales_and_deductions_are_gross_and_the_base_is_net():
    (row,) = sums([(STANDARD, 11000)], INCLUSIVE, deductions=[(STANDARD, ITEM, 1100)]).rates
    assert (row.sales, row.deducted, row.gross) == (11000, 1100, 9900)
    assert (row.base, row.tax) == (9000, 900)


def test_the_exact_tax_stays_exact_where_the_tax_is_that_of_the_lines():
    (row,) = sums([(STANDARD, 105)] * 3, unit=TaxUnit.LINE).rates
    assert (row.tax, row.exact_tax) == (30, Fraction(315, 10))
    assert not row.differs


def test_differences_that_cancel_out_between_rates_are_still_differences():
    # 0.96 against 2 × 0 at one rate, 0.5 + 0.5 = 1 against 2 × 1 at the other.
    result = sums([(REDUCED, 6)] * 2 + [(STANDARD, 5)] * 2, rounding=HALF_UP)
    assert by_rate(result) == {"reduced8": (12, 1, 0), "standard10": (10, 1, 2)}
    assert result.line_tax == result.tax == 2
    assert result.differs


@pytest.mark.parametrize(
    ("quantity", "unit_price", "rounding", "expected"),
    [
        ("60", "27", FLOOR, 1620),
        ("2.5", "27.5", FLOOR, 68),  # 68.75
        ("2.5", "27.5", HALF_UP, 69),
        ("2.5", "27.5", CEIL, 69),
        ("1.005", "100", FLOOR, 100),  # 100.5
        ("1.005", "100", HALF_UP, 101),
        ("-1.005", "100", HALF_UP, -101),
        ("1.0049", "100", HALF_UP, 100),  # 100.49
        ("3.3333", "0.3", FLOOR, 0),  # 0.99999
        ("3.3333", "0.3", HALF_UP, 1),
        ("1234.5678", "8765.4321", FLOOR, 10_821_520),  # 1234.5678 × 8765.4321 = 10,821,520.22…
        ("1234.5678", "8765.4321", CEIL, 10_821_521),
        ("1", "0.5", HALF_UP, 1),
        ("-60", "27", FLOOR, -1620),
        ("60", "-27", FLOOR, -1620),
        ("-60", "-27", FLOOR, 1620),
        ("-2.5", "27.5", FLOOR, -68),
        ("-2.5", "27.5", CEIL, -69),
        ("0.0001", "0.0001", CEIL, 1),
        ("0.0001", "0.0001", FLOOR, 0),
        ("0", "1620", CEIL, 0),
        ("-0", "1620", CEIL, 0),
        ("1E+3", "2.50", FLOOR, 2500),
        # 0.1 + 0.2 as floats would not be 0.3.
        ("0.3", "10", FLOOR, 3),
        ("9999999999.9999", "1", FLOOR, 9_999_999_999),
        # More digits than a Decimal product of 28 would keep: 9,999,999,999.9999² is 10²⁰ − 2 × 10⁶ + 10⁻⁸.
        ("9999999999.9999", "9999999999.9999", FLOOR, 10**20 - 2 * 10**6),
        ("9999999999.9999", "9999999999.9999", CEIL, 10**20 - 2 * 10**6 + 1),
    ],
)
def test_a_line_is_quantity_times_unit_price_in_whole_yen(quantity, unit_price, rounding, expected):
    amount = line_amount(Decimal(quantity), Decimal(unit_price), rounding)
    assert amount == expected
    assert type(amount) is int


@pytest.mark.parametrize(
    ("entries", "price_mode", "rounding", "amounts", "base", "tax"),
    [
        # 2.5 × 27.5 = 68.75 twice: 136, whose tax is 13.6.
        ([("2.5", "27.5")] * 2, EXCLUSIVE, FLOOR, [68, 68], 136, 13),
        ([("2.5", "27.5")] * 2, EXCLUSIVE, HALF_UP, [69, 69], 138, 14),  # 13.8
        # 1.5 × 33.33 = 49.995, less 0.5 × 33.33 = 16.665: 33, and 33/11 of it.
        ([("1.5", "33.33"), ("-0.5", "33.33")], INCLUSIVE, FLOOR, [49, -16], 30, 3),
        ([("1.5", "33.33"), ("-0.5", "33.33")], INCLUSIVE, CEIL, [50, -17], 30, 3),
    ],
)
def test_decimals_are_rounded_away_on_the_line_before_tax_is_reckoned(
    entries, price_mode, rounding, amounts, base, tax
):
    found = [line_amount(Decimal(quantity), Decimal(price), rounding) for quantity, price in entries]
    assert found == amounts
    (row,) = sums([(STANDARD, amount) for amount in found], price_mode, rounding).rates
    assert (row.base, row.tax) == (base, tax)


@pytest.mark.parametrize(
    ("amount", "rate", "price_mode", "rounding", "expected"),
    [
        (105, STANDARD, EXCLUSIVE, FLOOR, 10),
        (105, STANDARD, EXCLUSIVE, HALF_UP, 11),
        (-105, STANDARD, EXCLUSIVE, CEIL, -11),
        (13582, STANDARD, INCLUSIVE, FLOOR, 1234),
        (1000, REDUCED, INCLUSIVE, CEIL, 75),
        (999, EXEMPT, INCLUSIVE, CEIL, 0),
    ],
)
def test_the_tax_of_one_line_by_itself(amount, rate, price_mode, rounding, expected):
    assert line_tax(amount, rate, price_mode, rounding) == expected


@pytest.mark.parametrize(
    "careless",
    [
        pytest.param(lambda: totals([LineAmount(STANDARD, 100.5)], EXCLUSIVE, FLOOR), id="line"),
        pytest.param(lambda: totals([LineAmount(STANDARD, 100.0)], INCLUSIVE, FLOOR), id="whole-line"),
        pytest.param(
            lambda: totals([], EXCLUSIVE, FLOOR, deductions=[Deduction(STANDARD, BASIC, 1.0)]), id="deduction"
        ),
        pytest.param(lambda: totals([LineAmount(STANDARD, Decimal("1.5"))], EXCLUSIVE, FLOOR), id="part-of-a-yen"),
        pytest.param(lambda: totals([LineAmount(STANDARD, Fraction(201, 2))], EXCLUSIVE, FLOOR), id="half-a-yen"),
        pytest.param(lambda: line_tax(100.5, STANDARD, EXCLUSIVE, FLOOR), id="line-tax"),
        pytest.param(lambda: line_amount(1.5, Decimal(1), FLOOR), id="quantity"),
        pytest.param(lambda: line_amount(Decimal(1), 1.5, FLOOR), id="unit-price"),
        pytest.param(lambda: sums([(replace(STANDARD, percent=10.0), 100)]), id="percent"),
    ],
)
def test_a_float_or_a_part_of_a_yen_is_refused_before_it_can_cost_one(careless):
    with pytest.raises(TypeError):
        careless()
