"""Short ways to write an invoice down and to read its totals."""

from collections.abc import Iterable

from invoices.enums import DeductionKind, PriceMode, Rounding, TaxUnit
from invoices.tax.calculation import Deduction, LineAmount, Rate, Totals, totals

EXCLUSIVE, INCLUSIVE = PriceMode.EXCLUSIVE, PriceMode.INCLUSIVE
FLOOR, HALF_UP, CEIL = Rounding.FLOOR, Rounding.HALF_UP, Rounding.CEIL
BASIC, ITEM, FUNCTION, OTHER = DeductionKind.BASIC, DeductionKind.ITEM, DeductionKind.FUNCTION, DeductionKind.OTHER

Lines = Iterable[tuple[Rate, int]]
Deductions = Iterable[tuple[Rate, DeductionKind, int]]


def sums(
    lines: Lines,
    price_mode: PriceMode = EXCLUSIVE,
    rounding: Rounding = FLOOR,
    *,
    deductions: Deductions = (),
    unit: TaxUnit = TaxUnit.INVOICE,
) -> Totals:
    return totals(
        [LineAmount(rate, amount) for rate, amount in lines],
        price_mode,
        rounding,
        deductions=[Deduction(*deduction) for deduction in deductions],
        unit=unit,
    )


def by_rate(result: Totals) -> dict[str, tuple[int, int, int]]:
    """Base, tax, and the tax line by line."""
    return {row.rate.code: (row.base, row.tax, row.line_tax) for row in result.rates}
