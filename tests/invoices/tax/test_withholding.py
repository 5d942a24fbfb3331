"""Income tax kept back from fees, against figures worked by hand."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev.sample_rates import STANDARD
from invoices.enums import WithholdingKind
from invoices.tax.withholding import PERIODS, Withholding, period_of, withholding_tax
from tests.invoices.tax.shorthand import sums

SCRIVENER = WithholdingKind.SCRIVENER
BEFORE, AFTER = date(2026, 12, 31), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("base", "amount"),
    [
        (0, 0),
        (9, 0),  # 0.9189
        (10, 1),  # 1.021
        (10_000, 1_021),
        (50_000, 5_105),
        (55_555, 5_672),  # 5,672.1655
        (100_000, 10_210),
        (999_999, 102_099),  # 102,099.8979
        (1_000_000, 102_100),
        (1_000_001, 102_100),  # 102,100 + 0.2042
        (1_000_004, 102_100),  # 102,100 + 0.8168
        (1_000_005, 102_101),  # 102,100 + 1.021
        (1_234_567, 149_998),  # 102,100 + 47,898.5814
        (1_500_000, 204_200),  # 102,100 + 102,100
        (10_000_000, 1_939_900),  # 102,100 + 1,837,800
        (-50_000, -5_105),
        (-55_555, -5_672),
        (-1_000_000, -102_100),
        (-1_234_567, -149_998),
    ],
)
def test_the_part_above_a_million_yen_bears_twice_the_percentage(base, amount):
    assert withholding_tax(base) == amount
    assert Withholding.of(base, day=BEFORE).amount == Withholding.of(base, day=AFTER).amount == amount


@pytest.mark.parametrize(
    ("base", "text"),
    [
        (50_000, "50,000 × 10.21 % = 5,105"),
        (55_555, "55,555 × 10.21 % = 5,672.1655 → 切捨て 5,672"),
        (1_000_000, "1,000,000 × 10.21 % = 102,100"),
        (1_234_567, "1,000,000 × 10.21 % + 234,567 × 20.42 % = 149,998.5814 → 切捨て 149,998"),
        (-1_500_000, "△1,000,000 × 10.21 % + △500,000 × 20.42 % = △204,200"),
        (0, "0 × 10.21 % = 0"),
    ],
)
def test_it_shows_its_calculation(base, text):
    assert Withholding.of(base, day=BEFORE).explanation == text


def test_it_comes_off_what_is_paid_and_leaves_tax_as_it_is():
    result = sums([(STANDARD, 100_000)])
    withheld = Withholding.of(result.net, day=BEFORE)
    assert (result.tax, result.total) == (10_000, 110_000)
    assert withheld.payable(result.total) == 99_790


kinds = st.sampled_from(WithholdingKind)


@given(st.integers(-(10**10), 10**10), kinds)
def test_a_return_gives_back_what_was_withheld(base, kind):
    assert withholding_tax(-base, kind) == -withholding_tax(base, kind)


@given(st.integers(0, 10**10), kinds)
def test_more_is_never_withheld_from_less(base, kind):
    assert withholding_tax(base, kind) <= withholding_tax(base + 1, kind)
    assert type(withholding_tax(base, kind)) is int


@pytest.mark.parametrize(
    ("base", "amount", "text"),
    [
        (50_000, 4_084, "(50,000 − 10,000) × 10.21 % = 4,084"),
        (10_000, 0, "10,000 ≦ 10,000 → 0"),
        (9_999, 0, "9,999 ≦ 10,000 → 0"),
        (10_010, 1, "(10,010 − 10,000) × 10.21 % = 1.021 → 切捨て 1"),
        (1_500_000, 152_129, "(1,500,000 − 10,000) × 10.21 % = 152,129"),
        (-50_000, -4_084, "(△50,000 + 10,000) × 10.21 % = △4,084"),
        (0, 0, "0 ≦ 10,000 → 0"),
        (-8_000, 0, "8,000 ≦ 10,000 → 0"),
    ],
)
def test_of_a_scriveners_fee_ten_thousand_yen_are_free_and_there_is_no_second_step(base, amount, text):
    withheld = Withholding.of(base, SCRIVENER, day=BEFORE)
    assert (withholding_tax(base, SCRIVENER), withheld.amount) == (amount, amount)
    assert withheld.explanation == text


@pytest.mark.parametrize(
    ("day", "words", "law"),
    [
        (date(2013, 1, 1), "所得税及び復興特別所得税", "復興財確法"),
        (BEFORE, "所得税及び復興特別所得税", "復興財確法"),
        (AFTER, "所得税、復興特別所得税及び防衛特別所得税", "防衛財確法"),
        (date(2038, 1, 1), "所得税、復興特別所得税及び防衛特別所得税", "防衛財確法"),
    ],
)
def test_which_taxes_it_consists_of_goes_by_the_day(day, words, law):
    withheld = Withholding.of(50_000, day=day)
    assert withheld.taxes == words
    assert law in period_of(day).source


def test_a_day_before_the_table_takes_its_first_row():
    assert period_of(date(1999, 1, 1)) == PERIODS[0]


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_the_parts_come_to_the_same_percentage_in_every_period(period):
    assert (period.percent, period.percent_above_limit) == (Decimal("10.21"), Decimal("20.42"))


def test_a_float_is_refused():
    with pytest.raises(TypeError):
        withholding_tax(50_000.0)  # type: ignore[arg-type]
