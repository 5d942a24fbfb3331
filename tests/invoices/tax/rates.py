"""The rates that the tests of tax use, and short ways to write an invoice down and to read its totals."""

from collections.abc import Iterable
from decimal import Decimal

from invoices.enums import DeductionKind, PriceMode, Rounding, TaxCategory, TaxUnit
from invoices.tax.calculation import Deduction, LineAmount, Rate, Totals, totals

REDUCED = Rate(10, "reduced8", "課税 8%(軽減)", Decimal(8), TaxCategory.TAXABLE, True)
STANDARD = Rate(20, "standard10", "課税 10%", Decimal(10), TaxCategory.TAXABLE, False)
OLD_8 = Rate(30, "old8", "課税 8%(旧税率)", Decimal(8), TaxCategory.TAXABLE, False)
OLD_5 = Rate(31, "old5", "課税 5%(旧税率)", Decimal(5), TaxCategory.TAXABLE, False)
EXEMPT = Rate(40, "exempt", "非課税", Decimal(0), TaxCategory.EXEMPT, False)
EXPORT = Rate(50, "export", "免税", Decimal(0), TaxCategory.EXPORT, False)
OUTSIDE = Rate(60, "outside", "不課税", Decimal(0), TaxCategory.OUTSIDE, False)
ALL_RATES = (REDUCED, STANDARD, OLD_8, OLD_5, EXEMPT, EXPORT, OUTSIDE)
BY_CODE = {rate.code: rate for rate in ALL_RATES}

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
