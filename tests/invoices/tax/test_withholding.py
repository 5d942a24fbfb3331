"""Income tax kept back from fees, against figures worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev.sample_rates import STANDARD
from invoices.tax.withholding import Withholding, withholding_tax
from tests.invoices.tax.shorthand import sums


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
    assert Withholding.of(base) == Withholding(base, amount)


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
    assert Withholding.of(base).explanation == text


def test_it_comes_off_what_is_paid_and_leaves_tax_as_it_is():
    result = sums([(STANDARD, 100_000)])
    withheld = Withholding.of(result.net)
    assert (result.tax, result.total) == (10_000, 110_000)
    assert withheld.payable(result.total) == 99_790


@given(st.integers(-(10**10), 10**10))
def test_a_return_gives_back_what_was_withheld(base):
    assert withholding_tax(-base) == -withholding_tax(base)


@given(st.integers(0, 10**10))
def test_more_is_never_withheld_from_less(base):
    assert withholding_tax(base) <= withholding_tax(base + 1)
    assert type(withholding_tax(base)) is int


def test_a_float_is_refused():
    with pytest.raises(TypeError):
        withholding_tax(50_000.0)  # type: ignore[arg-type]
