"""How long an invoice's arithmetic takes: the amounts of its lines, and its totals with the taxes line by line.

    python bench/tax.py

Prints the median of CPU time for invoices of 10, 100 and 1,000 lines, and what one line costs. The aim is under 10 ms
for 1,000 lines, so that totals can be worked out anew while somebody types. Needs no server and no database.
"""

import statistics
import sys
import time
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from invoices.enums import DeductionKind, PriceMode, Rounding, TaxCategory
from invoices.tax.calculation import Deduction, LineAmount, Rate, Totals, line_amount, totals

SIZES = (10, 100, 1000)
SAMPLES = 51
LINES_PER_SAMPLE = 2000
AIM_MS = 10

Line = tuple[Decimal, Decimal, Rate]


def rates() -> tuple[Rate, ...]:
    """New objects on every call, as each line of an invoice brings its own."""
    return (
        Rate(10, "reduced8", "8%(軽減)", Decimal("8.00"), TaxCategory.TAXABLE, True),
        Rate(20, "standard10", "10%", Decimal("10.00"), TaxCategory.TAXABLE, False),
        Rate(30, "old8", "8%(旧)", Decimal("8.00"), TaxCategory.TAXABLE, False),
        Rate(40, "exempt", "非課税", Decimal("0.00"), TaxCategory.EXEMPT, False),
    )


def lines(count: int) -> list[Line]:
    """Four decimals in quantity and price, four rates, and a refund in every tenth line."""
    return [
        (
            Decimal(number + 1) * (-1 if number % 10 == 9 else 1) + Decimal(number % 10_000) / 10_000,
            Decimal(137 + number) + Decimal(number * 7 % 10_000) / 10_000,
            rates()[number % 4],
        )
        for number in range(count)
    ]


def calculate(given: list[Line], price_mode: PriceMode, rounding: Rounding) -> Totals:
    amounts = [LineAmount(rate, line_amount(quantity, price, rounding)) for quantity, price, rate in given]
    deductions = [Deduction(rate, kind, 105) for rate in rates() for kind in DeductionKind]
    return totals(amounts, price_mode, rounding, deductions=deductions)


def median_ms(given: list[Line], price_mode: PriceMode, rounding: Rounding) -> float:
    """CPU milliseconds of one calculation; small invoices are calculated many times in a row, for the clock's sake."""
    repeats = max(1, LINES_PER_SAMPLE // len(given))
    samples = []
    for _sample in range(SAMPLES):
        started = time.process_time_ns()
        for _repeat in range(repeats):
            calculate(given, price_mode, rounding)
        samples.append((time.process_time_ns() - started) / repeats / 1e6)
    return statistics.median(samples)


def main() -> int:
    slowest: dict[int, float] = {}
    print(f"{'lines':>6} {'prices':<10} {'rounding':<9} {'CPU ms':>9} {'µs a line':>10}")
    for price_mode in PriceMode:
        for rounding in Rounding:
            for size in SIZES:
                median = median_ms(lines(size), price_mode, rounding)
                slowest[size] = max(median, slowest.get(size, 0))
                print(f"{size:>6} {price_mode:<10} {rounding:<9} {median:>9.3f} {1000 * median / size:>10.2f}")
    per_line = {size: slowest[size] / size for size in SIZES}
    print()
    for size in SIZES:
        ratio = per_line[size] / per_line[SIZES[0]]
        print(f"{size:>6} lines: at most {slowest[size]:.3f} ms, {ratio:.2f} × the cost of a line among {SIZES[0]}")
    reached = slowest[SIZES[-1]] < AIM_MS
    print(f"aim: under {AIM_MS} ms for {SIZES[-1]:,} lines: {'reached' if reached else 'MISSED'}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
