"""Tax once per invoice and rate, against figures worked by hand and published ones."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.enums import PriceMode, Rounding, TaxCategory
from invoices.tax.calculation import LineAmount, Rate, Totals, line_amount, totals

REDUCED = Rate(10, "reduced8", "課税 8%(軽減)", Decimal(8), TaxCategory.TAXABLE, True)
STANDARD = Rate(20, "standard10", "課税 10%", Decimal(10), TaxCategory.TAXABLE, False)
OLD_8 = Rate(30, "old8", "課税 8%(旧税率)", Decimal(8), TaxCategory.TAXABLE, False)
OLD_5 = Rate(31, "old5", "課税 5%(旧税率)", Decimal(5), TaxCategory.TAXABLE, False)
EXEMPT = Rate(40, "exempt", "非課税", Decimal(0), TaxCategory.EXEMPT, False)
EXPORT = Rate(50, "export", "免税", Decimal(0), TaxCategory.EXPORT, False)
OUTSIDE = Rate(60, "outside", "不課税", Decimal(0), TaxCategory.OUTSIDE, False)
ALL_RATES = (REDUCED, STANDARD, OLD_8, OLD_5, EXEMPT, EXPORT, OUTSIDE)

EXCLUSIVE, INCLUSIVE = PriceMode.EXCLUSIVE, PriceMode.INCLUSIVE
FLOOR, HALF_UP, CEIL = Rounding.FLOOR, Rounding.HALF_UP, Rounding.CEIL

SAMPLE_LINES = [
    *[(REDUCED, 1620), (REDUCED, 3120)] * 3,
    *[(STANDARD, 2304), (STANDARD, 4110)] * 3,
    (REDUCED, -1620),
    (STANDARD, -2304),
    (REDUCED, -3120),
    (STANDARD, -4110),
]


def sums(lines, price_mode=EXCLUSIVE, rounding=FLOOR) -> Totals:
    return totals([LineAmount(rate, amount) for rate, amount in lines], price_mode, rounding)


def by_rate(result: Totals) -> dict[str, tuple[int, int, int]]:
    return {row.rate.code: (row.base, row.tax, row.gross) for row in result.rates}


def test_the_worked_sample_with_its_returns_gives_the_printed_figures():
    result = sums(SAMPLE_LINES)
    assert by_rate(result) == {"reduced8": (9480, 758, 10238), "standard10": (12828, 1282, 14110)}
    assert (result.net, result.tax, result.total) == (22308, 2040, 24348)


@pytest.mark.parametrize(("rounding", "total"), [(FLOOR, 24348), (HALF_UP, 24349), (CEIL, 24350)])
def test_only_the_rounding_tells_the_three_totals_of_the_sample_apart(rounding, total):
    assert sums(SAMPLE_LINES, rounding=rounding).total == total


@pytest.mark.parametrize(
    ("lines", "price_mode", "rounding", "expected"),
    [
        pytest.param([(STANDARD, 105)] * 3, EXCLUSIVE, FLOOR, (315, 31, 346), id="once-per-rate-not-per-line"),
        pytest.param([(STANDARD, 13582)] * 2, INCLUSIVE, FLOOR, (24695, 2469, 27164), id="inclusive-two-lines"),
        pytest.param([(STANDARD, 12345)], EXCLUSIVE, FLOOR, (12345, 1234, 13579), id="half-floor"),
        pytest.param([(STANDARD, 12345)], EXCLUSIVE, HALF_UP, (12345, 1235, 13580), id="half-half-up"),
        pytest.param([(STANDARD, 12345)], EXCLUSIVE, CEIL, (12345, 1235, 13580), id="half-ceil"),
        # Negative sums: the magnitude is rounded and the sign put back.
        pytest.param([(STANDARD, -105)], EXCLUSIVE, FLOOR, (-105, -10, -115), id="negative-floor"),
        pytest.param([(STANDARD, -105)], EXCLUSIVE, HALF_UP, (-105, -11, -116), id="negative-half-up"),
        pytest.param([(STANDARD, -101)], EXCLUSIVE, CEIL, (-101, -11, -112), id="negative-ceil"),
        pytest.param([(STANDARD, -101)], EXCLUSIVE, HALF_UP, (-101, -10, -111), id="negative-below-half"),
        pytest.param([(STANDARD, -1000)], INCLUSIVE, FLOOR, (-910, -90, -1000), id="negative-inclusive-floor"),
        pytest.param([(STANDARD, -1000)], INCLUSIVE, CEIL, (-909, -91, -1000), id="negative-inclusive-ceil"),
        # 1,000 yen with 8 % inside: 1000 × 8 / 108 = 74.07…
        pytest.param([(REDUCED, 1000)], INCLUSIVE, FLOOR, (926, 74, 1000), id="inclusive-8-floor"),
        pytest.param([(REDUCED, 1000)], INCLUSIVE, CEIL, (925, 75, 1000), id="inclusive-8-ceil"),
        # 27 × 5 / 105 = 1.2857…
        pytest.param([(OLD_5, 27)], INCLUSIVE, HALF_UP, (26, 1, 27), id="inclusive-5-half-up"),
        pytest.param([(STANDARD, 1100)], INCLUSIVE, CEIL, (1000, 100, 1100), id="exact-stays-exact"),
        pytest.param([(STANDARD, 500), (STANDARD, -500)], EXCLUSIVE, CEIL, (0, 0, 0), id="cancelling-lines"),
        pytest.param([(EXEMPT, 999)], EXCLUSIVE, CEIL, (999, 0, 999), id="exempt"),
        pytest.param([(OUTSIDE, 999)], INCLUSIVE, CEIL, (999, 0, 999), id="outside-inclusive"),
        pytest.param(
            [(STANDARD, 999_999_999_999)],
            EXCLUSIVE,
            FLOOR,
            (999_999_999_999, 99_999_999_999, 1_099_999_999_998),
            id="largest",
        ),
    ],
)
def test_base_tax_and_gross_of_one_rate(lines, price_mode, rounding, expected):
    (row,) = sums(lines, price_mode, rounding).rates
    assert (row.base, row.tax, row.gross) == expected


def test_rounding_per_line_would_have_given_another_tax():
    per_line = sum(sums([(STANDARD, 105)]).tax for _line in range(3))
    assert per_line == 30
    assert sums([(STANDARD, 105)] * 3).tax == 31


def test_reduced_8_and_old_8_are_never_added_together():
    # Together they would be 190 yen and 15 yen of tax.
    result = sums([(REDUCED, 95), (OLD_8, 95)])
    assert by_rate(result) == {"reduced8": (95, 7, 102), "old8": (95, 7, 102)}


def test_categories_without_a_rate_stay_apart_and_bear_no_tax():
    result = sums([(OUTSIDE, 300), (EXEMPT, 100), (EXPORT, 200)])
    assert by_rate(result) == {"exempt": (100, 0, 100), "export": (200, 0, 200), "outside": (300, 0, 300)}


def test_the_block_of_rates_stands_in_the_order_of_the_law():
    shuffled = [(rate, 100) for rate in (OUTSIDE, OLD_5, EXPORT, STANDARD, EXEMPT, OLD_8, REDUCED)]
    assert [row.rate for row in sums(shuffled).rates] == list(ALL_RATES)


def test_a_rate_that_no_line_uses_has_no_row():
    assert [row.label for row in sums([(STANDARD, 100)]).rates] == ["課税 10%"]


def test_an_invoice_without_lines_comes_to_nothing():
    result = sums([])
    assert (result.rates, result.net, result.tax, result.total) == ((), 0, 0, 0)


def test_a_rate_that_does_not_exist_yet_is_only_data():
    twelve_and_a_half = replace(STANDARD, code="future", percent=Decimal("12.5"))
    assert by_rate(sums([(twelve_and_a_half, 1004)])) == {"future": (1004, 125, 1129)}


@pytest.mark.parametrize(
    ("quantity", "unit_price", "rounding", "expected"),
    [
        ("60", "27", FLOOR, 1620),
        ("2.5", "27.5", FLOOR, 68),  # 68.75
        ("2.5", "27.5", HALF_UP, 69),
        ("2.5", "27.5", CEIL, 69),
        ("1", "0.5", HALF_UP, 1),
        ("-60", "27", FLOOR, -1620),
        ("-2.5", "27.5", FLOOR, -68),
        ("-2.5", "27.5", CEIL, -69),
        ("0.0001", "0.0001", CEIL, 1),
        ("0.0001", "0.0001", FLOOR, 0),
        ("0", "1620", CEIL, 0),
        # 0.1 + 0.2 as floats would not be 0.3.
        ("0.3", "10", FLOOR, 3),
        ("9999999999.9999", "1", FLOOR, 9_999_999_999),
    ],
)
def test_a_line_is_quantity_times_unit_price_in_whole_yen(quantity, unit_price, rounding, expected):
    assert line_amount(Decimal(quantity), Decimal(unit_price), rounding) == expected


def test_a_float_is_refused_before_it_can_cost_a_yen():
    with pytest.raises(TypeError):
        totals([LineAmount(STANDARD, 100.5)], EXCLUSIVE, FLOOR)  # type: ignore[arg-type]


lines = st.lists(st.tuples(st.sampled_from(ALL_RATES), st.integers(-(10**12), 10**12)), max_size=30)
modes = st.sampled_from(PriceMode)
roundings = st.sampled_from(Rounding)


@given(lines, modes, roundings, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_matter(given_lines, price_mode, rounding, order: random.Random):
    shuffled = list(given_lines)
    order.shuffle(shuffled)
    assert sums(shuffled, price_mode, rounding) == sums(given_lines, price_mode, rounding)


@given(lines, modes, roundings)
def test_rounded_tax_is_less_than_one_yen_from_the_exact_tax_and_everything_is_a_whole_number(
    given_lines, price_mode, rounding
):
    result = sums(given_lines, price_mode, rounding)
    for row in result.rates:
        amount = sum(amount for rate, amount in given_lines if rate == row.rate)
        percent = Fraction(row.rate.percent)
        divisor = 100 + percent if price_mode == INCLUSIVE else 100
        assert row.exact_tax == Fraction(amount) * percent / divisor
        assert abs(row.tax - row.exact_tax) < 1
        assert all(type(figure) is int for figure in (row.base, row.tax, row.gross))
    assert all(type(figure) is int for figure in (result.net, result.tax, result.total))


@given(lines, modes, roundings)
def test_net_and_tax_add_up_to_the_total_and_rows_to_the_sums(given_lines, price_mode, rounding):
    result = sums(given_lines, price_mode, rounding)
    assert result.total == result.net + result.tax == sum(row.gross for row in result.rates)
    if price_mode == INCLUSIVE:
        assert result.total == sum(amount for _rate, amount in given_lines)
    else:
        assert result.net == sum(amount for _rate, amount in given_lines)


@given(lines, modes, roundings)
def test_an_invoice_of_returns_mirrors_the_invoice_of_sales(given_lines, price_mode, rounding):
    returned = [(rate, -amount) for rate, amount in given_lines]
    assert sums(returned, price_mode, rounding).total == -sums(given_lines, price_mode, rounding).total


@given(lines, modes)
def test_floor_never_exceeds_half_up_and_half_up_never_exceeds_ceil_in_magnitude(given_lines, price_mode):
    for floor, half_up, ceil in zip(
        *(sums(given_lines, price_mode, mode).rates for mode in (FLOOR, HALF_UP, CEIL)), strict=True
    ):
        assert abs(floor.tax) <= abs(half_up.tax) <= abs(ceil.tax) <= abs(floor.tax) + 1
