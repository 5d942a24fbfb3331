"""What the person who writes an invoice reads about its tax."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from dev.sample_rates import EXEMPT, EXPORT, OLD_5, OUTSIDE, REDUCED, STANDARD
from invoices.enums import TaxUnit
from invoices.tax.explanation import format_exact
from tests.invoices.tax.shorthand import BASIC, CEIL, EXCLUSIVE, FLOOR, HALF_UP, INCLUSIVE, sums


@pytest.mark.parametrize(
    ("rate", "amount", "price_mode", "rounding", "text"),
    [
        (REDUCED, 9480, EXCLUSIVE, FLOOR, "9,480 × 8 % = 758.4 → 切捨て 758"),
        (STANDARD, 12828, EXCLUSIVE, FLOOR, "12,828 × 10 % = 1,282.8 → 切捨て 1,282"),
        (STANDARD, 12828, EXCLUSIVE, HALF_UP, "12,828 × 10 % = 1,282.8 → 四捨五入 1,283"),
        (REDUCED, 9480, EXCLUSIVE, CEIL, "9,480 × 8 % = 758.4 → 切上げ 759"),
        (STANDARD, 27164, INCLUSIVE, FLOOR, "27,164 × 10 / 110 = 2,469.45… → 切捨て 2,469"),
        (REDUCED, 1000, INCLUSIVE, CEIL, "1,000 × 8 / 108 = 74.07… → 切上げ 75"),
        (OLD_5, 999, EXCLUSIVE, FLOOR, "999 × 5 % = 49.95 → 切捨て 49"),
        (STANDARD, -105, EXCLUSIVE, FLOOR, "△105 × 10 % = △10.5 → 切捨て △10"),
        (STANDARD, -1000, INCLUSIVE, HALF_UP, "△1,000 × 10 / 110 = △90.90… → 四捨五入 △91"),
        (STANDARD, -4, EXCLUSIVE, FLOOR, "△4 × 10 % = △0.4 → 切捨て 0"),
        # Nothing was rounded.
        (STANDARD, 10000, EXCLUSIVE, CEIL, "10,000 × 10 % = 1,000"),
        (REDUCED, 1080, INCLUSIVE, FLOOR, "1,080 × 8 / 108 = 80"),
        (STANDARD, 0, EXCLUSIVE, FLOOR, "0 × 10 % = 0"),
        # As the database holds percentages.
        (replace(STANDARD, percent=Decimal("10.00")), 105, EXCLUSIVE, FLOOR, "105 × 10 % = 10.5 → 切捨て 10"),
        (replace(STANDARD, percent=Decimal("10.00")), 105, INCLUSIVE, FLOOR, "105 × 10 / 110 = 9.54… → 切捨て 9"),
        (
            replace(STANDARD, percent=Decimal("12.50")),
            901,
            INCLUSIVE,
            FLOOR,
            "901 × 12.5 / 112.5 = 100.11… → 切捨て 100",
        ),
        (replace(STANDARD, percent=Decimal("7.75")), 999, EXCLUSIVE, FLOOR, "999 × 7.75 % = 77.4225 → 切捨て 77"),
        (EXEMPT, 999, EXCLUSIVE, CEIL, "非課税のため、消費税はかかりません"),
        (EXPORT, 999, EXCLUSIVE, CEIL, "免税(輸出)のため、消費税はかかりません"),
        (OUTSIDE, 999, INCLUSIVE, CEIL, "不課税のため、消費税はかかりません"),
        (replace(REDUCED, percent=Decimal("0.00")), 999, EXCLUSIVE, CEIL, "税率が0 %のため、消費税はかかりません"),
    ],
)
def test_a_rate_shows_its_calculation(rate, amount, price_mode, rounding, text):
    (row,) = sums([(rate, amount)], price_mode, rounding).rates
    assert row.explanation.text == str(row.explanation) == text


def test_the_calculation_starts_from_the_sum_that_is_left_after_deductions():
    (row,) = sums([(STANDARD, 500), (STANDARD, 600)], deductions=[(STANDARD, BASIC, 105)]).rates
    assert str(row.explanation) == "995 × 10 % = 99.5 → 切捨て 99"


def test_a_sum_of_rounded_lines_is_called_one():
    (row,) = sums([(STANDARD, 105)] * 3, rounding=HALF_UP, unit=TaxUnit.LINE).rates
    assert str(row.explanation) == "明細ごとに端数処理(四捨五入)した消費税の合計 33"


def test_lines_without_tax_are_not_called_a_sum_of_rounded_ones():
    (row,) = sums([(EXEMPT, 105)], unit=TaxUnit.LINE).rates
    assert str(row.explanation) == "非課税のため、消費税はかかりません"


@pytest.mark.parametrize(
    ("lines", "unit", "sentence"),
    [
        (
            [(STANDARD, 105)] * 3,
            TaxUnit.INVOICE,
            "明細ごとに端数処理すると30円になりますが、正しくは31円です。",
        ),
        (
            [(STANDARD, 105)] * 3,
            TaxUnit.LINE,
            "請求書単位で税率ごとに1回端数処理すると31円ですが、明細ごとの30円を使います。",
        ),
        (
            [(STANDARD, -10105)] * 3,
            TaxUnit.INVOICE,
            "明細ごとに端数処理すると△3,030円になりますが、正しくは△3,031円です。",
        ),
        ([(STANDARD, 105)], TaxUnit.INVOICE, ""),
        ([(STANDARD, 105)], TaxUnit.LINE, ""),
        ([(EXEMPT, 105)] * 3, TaxUnit.INVOICE, ""),
    ],
)
def test_the_other_unit_of_rounding_is_mentioned_only_where_it_gives_another_tax(lines, unit, sentence):
    (row,) = sums(lines, unit=unit).rates
    assert row.explanation.difference == sentence


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Fraction(7584, 10), "758.4"),
        (Fraction(-105, 10), "△10.5"),
        (Fraction(1234567), "1,234,567"),
        (Fraction(1, 10000), "0.0001"),
        (Fraction(10203, 10000), "1.0203"),
        # Five decimals and more are cut off, not rounded: 0.99999 is not 1.
        (Fraction(99999, 100000), "0.99…"),
        (Fraction(-1, 3), "△0.33…"),
        (Fraction(1, 300), "0.00…"),
    ],
)
def test_decimals_are_shown_as_long_as_they_are_few(amount, text):
    assert format_exact(amount) == text
