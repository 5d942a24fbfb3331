"""One amount of one rate in every way of rounding, against an exact tax worked by hand.

A row gives the exact tax as the fraction that stands in the law's formula, and the three whole taxes beside it:
10/100, 8/100 and 5/100 of a net amount; 10/110, 8/108 and 5/105 of a gross one, which are 1/11, 2/27 and 1/21.
"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from dev.sample_rates import EXEMPT, EXPORT, OLD_5, OLD_8, OUTSIDE, REDUCED, STANDARD
from tests.invoices.tax.shorthand import CEIL, EXCLUSIVE, FLOOR, HALF_UP, INCLUSIVE, sums

TWELVE_AND_A_HALF = replace(STANDARD, code="future", percent=Decimal("12.5"))
FOOD_AT_ZERO = replace(REDUCED, code="food0", percent=Decimal("0.00"))
STORED = replace(STANDARD, percent=Decimal("10.00"))

ROWS = [
    # rate, price mode, amount, exact tax, floor, half up, ceil
    (STANDARD, EXCLUSIVE, 105, Fraction(105, 10), 10, 11, 11),  # 10.5
    (STANDARD, EXCLUSIVE, -105, Fraction(-105, 10), -10, -11, -11),
    (STANDARD, EXCLUSIVE, 315, Fraction(315, 10), 31, 32, 32),  # 31.5
    (STANDARD, EXCLUSIVE, 12345, Fraction(12345, 10), 1234, 1235, 1235),  # 1,234.5
    (STANDARD, EXCLUSIVE, 101, Fraction(101, 10), 10, 10, 11),  # 10.1
    (STANDARD, EXCLUSIVE, -101, Fraction(-101, 10), -10, -10, -11),
    (STANDARD, EXCLUSIVE, 109, Fraction(109, 10), 10, 11, 11),  # 10.9
    (STANDARD, EXCLUSIVE, -109, Fraction(-109, 10), -10, -11, -11),
    (STANDARD, EXCLUSIVE, 4, Fraction(4, 10), 0, 0, 1),
    (STANDARD, EXCLUSIVE, -4, Fraction(-4, 10), 0, 0, -1),
    (STANDARD, EXCLUSIVE, 5, Fraction(1, 2), 0, 1, 1),
    (STANDARD, EXCLUSIVE, 1, Fraction(1, 10), 0, 0, 1),
    (STANDARD, EXCLUSIVE, 0, Fraction(0), 0, 0, 0),
    (STANDARD, EXCLUSIVE, 1000, Fraction(100), 100, 100, 100),
    (STANDARD, EXCLUSIVE, 12828, Fraction(12828, 10), 1282, 1283, 1283),  # 1,282.8
    (STANDARD, EXCLUSIVE, 10**12 - 1, Fraction(10**12 - 1, 10), 99_999_999_999, 10**11, 10**11),
    (STORED, EXCLUSIVE, 105, Fraction(105, 10), 10, 11, 11),
    (REDUCED, EXCLUSIVE, 9480, Fraction(9480 * 8, 100), 758, 758, 759),  # 758.4
    (REDUCED, EXCLUSIVE, -9480, Fraction(-9480 * 8, 100), -758, -758, -759),
    (REDUCED, EXCLUSIVE, 99, Fraction(792, 100), 7, 8, 8),  # 7.92
    (REDUCED, EXCLUSIVE, 6, Fraction(48, 100), 0, 0, 1),
    (REDUCED, EXCLUSIVE, 7, Fraction(56, 100), 0, 1, 1),
    (REDUCED, EXCLUSIVE, 125, Fraction(10), 10, 10, 10),
    (OLD_8, EXCLUSIVE, 131, Fraction(1048, 100), 10, 10, 11),  # 10.48
    (OLD_8, EXCLUSIVE, -131, Fraction(-1048, 100), -10, -10, -11),
    (OLD_5, EXCLUSIVE, 10, Fraction(1, 2), 0, 1, 1),
    (OLD_5, EXCLUSIVE, -30, Fraction(-3, 2), -1, -2, -2),
    (OLD_5, EXCLUSIVE, 999, Fraction(4995, 100), 49, 50, 50),  # 49.95
    (EXEMPT, EXCLUSIVE, 999, Fraction(0), 0, 0, 0),
    (EXPORT, EXCLUSIVE, -999, Fraction(0), 0, 0, 0),
    (OUTSIDE, EXCLUSIVE, 1, Fraction(0), 0, 0, 0),
    (FOOD_AT_ZERO, EXCLUSIVE, 999, Fraction(0), 0, 0, 0),
    (TWELVE_AND_A_HALF, EXCLUSIVE, 1004, Fraction(1004, 8), 125, 126, 126),  # an eighth: 125.5
    (STANDARD, INCLUSIVE, 27164, Fraction(27164, 11), 2469, 2469, 2470),  # 2,469.45…
    (STANDARD, INCLUSIVE, -27164, Fraction(-27164, 11), -2469, -2469, -2470),
    (STANDARD, INCLUSIVE, 1000, Fraction(1000, 11), 90, 91, 91),  # 90.9…
    (STANDARD, INCLUSIVE, -1000, Fraction(-1000, 11), -90, -91, -91),
    (STANDARD, INCLUSIVE, 1100, Fraction(100), 100, 100, 100),
    (STANDARD, INCLUSIVE, 5, Fraction(5, 11), 0, 0, 1),  # 0.45…
    (STANDARD, INCLUSIVE, 6, Fraction(6, 11), 0, 1, 1),  # 0.54…
    (STANDARD, INCLUSIVE, 10, Fraction(10, 11), 0, 1, 1),
    (STANDARD, INCLUSIVE, 0, Fraction(0), 0, 0, 0),
    (STORED, INCLUSIVE, 1000, Fraction(1000, 11), 90, 91, 91),
    (REDUCED, INCLUSIVE, 1000, Fraction(2000, 27), 74, 74, 75),  # 74.07…
    (REDUCED, INCLUSIVE, -1000, Fraction(-2000, 27), -74, -74, -75),
    (REDUCED, INCLUSIVE, 1080, Fraction(80), 80, 80, 80),
    (REDUCED, INCLUSIVE, 7, Fraction(14, 27), 0, 1, 1),  # 0.51…
    (OLD_8, INCLUSIVE, 500, Fraction(1000, 27), 37, 37, 38),  # 37.03…
    (OLD_5, INCLUSIVE, 27, Fraction(27, 21), 1, 1, 2),  # 1.28…
    (OLD_5, INCLUSIVE, 1050, Fraction(50), 50, 50, 50),
    (OLD_5, INCLUSIVE, -1000, Fraction(-1000, 21), -47, -48, -48),  # -47.6…
    (EXEMPT, INCLUSIVE, 999, Fraction(0), 0, 0, 0),
    (EXPORT, INCLUSIVE, 999, Fraction(0), 0, 0, 0),
    (OUTSIDE, INCLUSIVE, -999, Fraction(0), 0, 0, 0),
    (TWELVE_AND_A_HALF, INCLUSIVE, 901, Fraction(901, 9), 100, 100, 101),  # 12.5/112.5 is a ninth: 100.1…
]
CASES = [
    pytest.param(rate, mode, amount, exact, rounding, tax, id=f"{rate.code}-{mode}-{amount}-{rounding}")
    for rate, mode, amount, exact, *taxes in ROWS
    for rounding, tax in zip((FLOOR, HALF_UP, CEIL), taxes, strict=True)
]


@pytest.mark.parametrize(("rate", "price_mode", "amount", "exact", "rounding", "tax"), CASES)
def test_the_exact_tax_is_rounded_in_magnitude_and_the_base_follows(rate, price_mode, amount, exact, rounding, tax):
    (row,) = sums([(rate, amount)], price_mode, rounding).rates
    base, gross = (amount - tax, amount) if price_mode == INCLUSIVE else (amount, amount + tax)
    assert (row.exact_tax, row.tax, row.base, row.gross) == (exact, tax, base, gross)
    # Of a single line there is nothing that rounding line by line could change.
    assert row.line_tax == tax
    assert not row.differs
