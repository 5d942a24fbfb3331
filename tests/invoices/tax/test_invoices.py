"""Whole invoices with more than one entry per rate: base, tax, and the tax line by line, worked by hand.

The comment of a case shows the exact tax of the rate and then the taxes of its lines and deductions, each rounded.
"""

from typing import NamedTuple

import pytest

from dev.sample_rates import EXEMPT, EXPORT, OLD_5, OLD_8, OUTSIDE, REDUCED, STANDARD
from invoices.enums import PriceMode, Rounding, TaxUnit
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
    Deductions,
    Lines,
    by_rate,
    sums,
)

INVOICE, LINE = TaxUnit.INVOICE, TaxUnit.LINE

SAMPLE_LINES = [
    *[(REDUCED, 1620), (REDUCED, 3120)] * 3,
    *[(STANDARD, 2304), (STANDARD, 4110)] * 3,
    (REDUCED, -1620),
    (STANDARD, -2304),
    (REDUCED, -3120),
    (STANDARD, -4110),
]


class Case(NamedTuple):
    name: str
    price_mode: PriceMode
    rounding: Rounding
    lines: Lines
    deductions: Deductions
    unit: TaxUnit
    expected: dict[str, tuple[int, int, int]]


def exclusive(name, rounding, lines, expected, *, deductions=(), unit=INVOICE) -> Case:
    return Case(name, EXCLUSIVE, rounding, lines, deductions, unit, expected)


def inclusive(name, rounding, lines, expected, *, deductions=(), unit=INVOICE) -> Case:
    return Case(name, INCLUSIVE, rounding, lines, deductions, unit, expected)


SEVERAL_LINES = [
    # 31.5 | 3 × 10.5
    exclusive("thrice-105-floor", FLOOR, [(STANDARD, 105)] * 3, {"standard10": (315, 31, 30)}),
    exclusive("thrice-105-half-up", HALF_UP, [(STANDARD, 105)] * 3, {"standard10": (315, 32, 33)}),
    exclusive("thrice-105-ceil", CEIL, [(STANDARD, 105)] * 3, {"standard10": (315, 32, 33)}),
    exclusive("thrice-105-returned", FLOOR, [(STANDARD, -105)] * 3, {"standard10": (-315, -31, -30)}),
    # 27,164 / 11 = 2,469.45… | 2 × 1,234.72…
    inclusive("twice-13582-floor", FLOOR, [(STANDARD, 13582)] * 2, {"standard10": (24695, 2469, 2468)}),
    inclusive("twice-13582-half-up", HALF_UP, [(STANDARD, 13582)] * 2, {"standard10": (24695, 2469, 2470)}),
    inclusive("twice-13582-ceil", CEIL, [(STANDARD, 13582)] * 2, {"standard10": (24694, 2470, 2470)}),
    # 9.9 | 20 − 10.1: here the taxes line by line come to more
    exclusive("a-return-among-sales", FLOOR, [(STANDARD, 200), (STANDARD, -101)], {"standard10": (99, 9, 10)}),
    # 0.5 | 10.1 − 9.6
    exclusive("almost-all-returned", CEIL, [(STANDARD, 101), (STANDARD, -96)], {"standard10": (5, 1, 1)}),
    # −0.5 | 9.6 − 10.1
    exclusive("more-returned-than-sold", CEIL, [(STANDARD, 96), (STANDARD, -101)], {"standard10": (-5, -1, -1)}),
    exclusive("all-returned", CEIL, [(STANDARD, 500), (STANDARD, -500)], {"standard10": (0, 0, 0)}),
    # −1,000 × 2/27 = −74.07… | 37.03… − 111.1…
    inclusive("inclusive-returns", CEIL, [(REDUCED, 500), (REDUCED, -1500)], {"reduced8": (-925, -75, -74)}),
    # 758.4 | 3 × (129 + 249) − (129 + 249); 1,282.8 | 3 × (230 + 411) − (230 + 411)
    exclusive("worked-sample", FLOOR, SAMPLE_LINES, {"reduced8": (9480, 758, 756), "standard10": (12828, 1282, 1282)}),
]

SEVERAL_RATES = [
    # 7.6 each; together they would be 15.2
    exclusive(
        "both-rates-of-8-floor", FLOOR, [(REDUCED, 95), (OLD_8, 95)], {"reduced8": (95, 7, 7), "old8": (95, 7, 7)}
    ),
    # 0.48 each; together they would be 0.96
    exclusive(
        "both-rates-of-8-half-up", HALF_UP, [(OLD_8, 6), (REDUCED, 6)], {"reduced8": (6, 0, 0), "old8": (6, 0, 0)}
    ),
    # 7.04 each; together they would be 14.08
    exclusive("both-rates-of-8-ceil", CEIL, [(OLD_8, 88), (REDUCED, 88)], {"reduced8": (88, 8, 8), "old8": (88, 8, 8)}),
    # 74.07…, 90.9…, 74.07…, 47.6…
    inclusive(
        "new-and-old-inclusive",
        FLOOR,
        [(OLD_5, 1000), (OLD_8, 1000), (STANDARD, 1000), (REDUCED, 1000)],
        {"reduced8": (926, 74, 74), "standard10": (910, 90, 90), "old8": (926, 74, 74), "old5": (953, 47, 47)},
    ),
    # 0.96 | 2 × 0.48; 0.9 | 2 × 0.45
    exclusive(
        "new-and-old-twice",
        HALF_UP,
        [(REDUCED, 6), (OLD_5, 9), (REDUCED, 6), (OLD_5, 9)],
        {"reduced8": (12, 1, 0), "old5": (18, 1, 0)},
    ),
    # 99.9
    exclusive(
        "every-category",
        FLOOR,
        [(OUTSIDE, 300), (STANDARD, 999), (EXEMPT, 100), (EXPORT, 200)],
        {"standard10": (999, 99, 99), "exempt": (100, 0, 0), "export": (200, 0, 0), "outside": (300, 0, 0)},
    ),
    inclusive(
        "categories-without-a-rate",
        CEIL,
        [(OUTSIDE, -300), (EXEMPT, 101), (EXEMPT, 101), (EXPORT, 7)],
        {"exempt": (202, 0, 0), "export": (7, 0, 0), "outside": (-300, 0, 0)},
    ),
]

DEDUCTIONS = [
    # 89.5 | 100 − 10.5
    exclusive(
        "basic-floor", FLOOR, [(STANDARD, 1000)], {"standard10": (895, 89, 90)}, deductions=[(STANDARD, BASIC, 105)]
    ),
    exclusive(
        "item-half-up", HALF_UP, [(STANDARD, 1000)], {"standard10": (895, 90, 89)}, deductions=[(STANDARD, ITEM, 105)]
    ),
    exclusive(
        "function-ceil", CEIL, [(STANDARD, 1000)], {"standard10": (895, 90, 89)}, deductions=[(STANDARD, FUNCTION, 105)]
    ),
    # 8,990 / 10 | 1,000 − 10.1 − 20.2 − 30.3 − 40.4
    exclusive(
        "all-four-kinds",
        FLOOR,
        [(STANDARD, 10000)],
        {"standard10": (8990, 899, 900)},
        deductions=[
            (STANDARD, OTHER, 404),
            (STANDARD, BASIC, 101),
            (STANDARD, FUNCTION, 303),
            (STANDARD, ITEM, 202),
        ],
    ),
    # 93.3 | 100 − 3.3 − 3.4
    exclusive(
        "two-of-a-kind",
        FLOOR,
        [(STANDARD, 1000)],
        {"standard10": (933, 93, 94)},
        deductions=[(STANDARD, ITEM, 33), (STANDARD, ITEM, 34)],
    ),
    # 10,000 / 11 = 909.09… | 1,000 − 90.9…
    inclusive(
        "gross-floor",
        FLOOR,
        [(STANDARD, 11000)],
        {"standard10": (9091, 909, 910)},
        deductions=[(STANDARD, BASIC, 1000)],
    ),
    inclusive(
        "gross-ceil", CEIL, [(STANDARD, 11000)], {"standard10": (9090, 910, 909)}, deductions=[(STANDARD, OTHER, 1000)]
    ),
    # −10.5 at a rate that no line has
    exclusive(
        "a-rate-of-deductions-only",
        FLOOR,
        [(REDUCED, 1000)],
        {"reduced8": (1000, 80, 80), "standard10": (-105, -10, -10)},
        deductions=[(STANDARD, OTHER, 105)],
    ),
    # −10 | 5 − 15
    exclusive(
        "more-deducted-than-sold", CEIL, [(OLD_5, 100)], {"old5": (-200, -10, -10)}, deductions=[(OLD_5, FUNCTION, 300)]
    ),
    exclusive("without-a-rate", CEIL, [(EXEMPT, 1000)], {"exempt": (900, 0, 0)}, deductions=[(EXEMPT, BASIC, 100)]),
    # 720 | 758.4 − 38.4; 1,200 | 1,282.8 − 82.8
    exclusive(
        "at-two-rates",
        CEIL,
        [(REDUCED, 9480), (STANDARD, 12828)],
        {"reduced8": (9000, 720, 720), "standard10": (12000, 1200, 1200)},
        deductions=[(STANDARD, BASIC, 828), (REDUCED, BASIC, 480)],
    ),
    # 7.2 and 7.2, not 14.4 | 8 − 0.8 each
    exclusive(
        "at-both-rates-of-8",
        FLOOR,
        [(REDUCED, 100), (OLD_8, 100)],
        {"reduced8": (90, 7, 8), "old8": (90, 7, 8)},
        deductions=[(REDUCED, ITEM, 10), (OLD_8, ITEM, 10)],
    ),
    exclusive(
        "a-deduction-taken-back",
        FLOOR,
        [(STANDARD, 1000)],
        {"standard10": (1050, 105, 105)},
        deductions=[(STANDARD, BASIC, -50)],
    ),
    exclusive(
        "everything-deducted", CEIL, [(STANDARD, 777)], {"standard10": (0, 0, 0)}, deductions=[(STANDARD, OTHER, 777)]
    ),
    # 164.5 | 200 − 30 − 5.5
    exclusive(
        "beside-a-return-floor",
        FLOOR,
        [(STANDARD, 2000), (STANDARD, -300)],
        {"standard10": (1645, 164, 165)},
        deductions=[(STANDARD, BASIC, 55)],
    ),
    exclusive(
        "beside-a-return-half-up",
        HALF_UP,
        [(STANDARD, 2000), (STANDARD, -300)],
        {"standard10": (1645, 165, 164)},
        deductions=[(STANDARD, BASIC, 55)],
    ),
]

PER_LINE = [
    exclusive("unit-line-floor", FLOOR, [(STANDARD, 105)] * 3, {"standard10": (315, 30, 30)}, unit=LINE),
    exclusive("unit-line-half-up", HALF_UP, [(STANDARD, 105)] * 3, {"standard10": (315, 33, 33)}, unit=LINE),
    exclusive("unit-line-returns", FLOOR, [(STANDARD, -105)] * 3, {"standard10": (-315, -30, -30)}, unit=LINE),
    # 2 × 1,234.72… out of 27,164
    inclusive("unit-line-gross-floor", FLOOR, [(STANDARD, 13582)] * 2, {"standard10": (24696, 2468, 2468)}, unit=LINE),
    inclusive("unit-line-gross-ceil", CEIL, [(STANDARD, 13582)] * 2, {"standard10": (24694, 2470, 2470)}, unit=LINE),
    # 100 − 10.5
    exclusive(
        "unit-line-deduction",
        FLOOR,
        [(STANDARD, 1000)],
        {"standard10": (895, 90, 90)},
        deductions=[(STANDARD, BASIC, 105)],
        unit=LINE,
    ),
    # 1,000 − 90.9… out of 10,000
    inclusive(
        "unit-line-gross-deduction",
        FLOOR,
        [(STANDARD, 11000)],
        {"standard10": (9090, 910, 910)},
        deductions=[(STANDARD, BASIC, 1000)],
        unit=LINE,
    ),
    # 2 × 7.92 each
    exclusive(
        "unit-line-many-rates",
        FLOOR,
        [(OLD_8, 99), (REDUCED, 99), (EXEMPT, 50), (REDUCED, 99), (OLD_8, 99)],
        {"reduced8": (198, 14, 14), "old8": (198, 14, 14), "exempt": (50, 0, 0)},
        unit=LINE,
    ),
    # 4 × 0.48
    exclusive("unit-line-ceil", CEIL, [(REDUCED, 6)] * 4, {"reduced8": (24, 4, 4)}, unit=LINE),
    exclusive("unit-line-cancelled", CEIL, [(OLD_5, 33), (OLD_5, -33)], {"old5": (0, 0, 0)}, unit=LINE),
]


@pytest.mark.parametrize(
    "case", [*SEVERAL_LINES, *SEVERAL_RATES, *DEDUCTIONS, *PER_LINE], ids=lambda case: f"{case.price_mode}-{case.name}"
)
def test_base_tax_and_tax_line_by_line(case):
    result = sums(case.lines, case.price_mode, case.rounding, deductions=case.deductions, unit=case.unit)
    assert by_rate(result) == case.expected
    assert result.net == sum(base for base, _tax, _line_tax in case.expected.values())
    assert result.tax == sum(tax for _base, tax, _line_tax in case.expected.values())
    assert result.line_tax == sum(line_tax for _base, _tax, line_tax in case.expected.values())
    assert result.differs == any(tax != line_tax for _base, tax, line_tax in case.expected.values())


@pytest.mark.parametrize(("rounding", "total"), [(FLOOR, 24348), (HALF_UP, 24349), (CEIL, 24350)])
def test_only_the_rounding_tells_the_three_totals_of_the_sample_apart(rounding, total):
    assert sums(SAMPLE_LINES, rounding=rounding).total == total
