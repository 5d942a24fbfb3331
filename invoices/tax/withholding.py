"""Withholding (源泉徴収): income tax that the payer subtracts from certain fees and pays to the state.

The rates and their limit are the constants of this module. They were taken from a summary and not from the law itself
(所得税法204条・205条 and the special income tax for reconstruction). Check them there before using them anew.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from invoices.tax.explanation import format_exact
from portal.lib.yen import Rounding, Yen, format_yen, round_yen

LIMIT: Yen = 1_000_000
PERCENT = Decimal("10.21")
PERCENT_ABOVE_LIMIT = Decimal("20.42")


def withholding_tax(base: Yen) -> Yen:
    """10.21 % of the base up to 1,000,000 yen, and 20.42 % of the part above, rounded down to whole yen.

    A negative base (a credit note) gives the same amount with a minus sign. For the source of the rates see the module.

    Args:
        base: The amount that is subject to withholding, in yen. Consumption tax is not affected.
    """
    return round_yen(_exact(base), Rounding.FLOOR)


@dataclass(frozen=True, slots=True)
class Withholding:
    """The withholding of an invoice, shown with △ after the total. It never lowers the base of consumption tax.

    Attributes:
        base: The amount that is subject to withholding, in yen.
        amount: The tax that the payer subtracts, in yen.
    """

    base: Yen
    amount: Yen

    @classmethod
    def of(cls, base: Yen) -> "Withholding":
        """The withholding for a base in yen."""
        return cls(base, withholding_tax(base))

    def payable(self, total: Yen) -> Yen:
        """差引支払額 in yen: the total of the invoice minus the withholding."""
        return total - self.amount

    @property
    def explanation(self) -> str:
        """`1,000,000 × 10.21 % + 234,567 × 20.42 % = 149,998.5814 → 切捨て 149,998`."""
        formula = " + ".join(f"{format_yen(part)} × {percent} %" for part, percent in _parts(self.base))
        exact = _exact(self.base)
        if exact.denominator == 1:
            return f"{formula} = {format_yen(self.amount)}"
        return f"{formula} = {format_exact(exact)} → {_('切捨て')} {format_yen(self.amount)}"


def _parts(base: Yen) -> list[tuple[Yen, Decimal]]:
    """The base divided at the limit, each part with its percentage."""
    limit = LIMIT if base > 0 else -LIMIT
    if abs(base) <= LIMIT:
        return [(base, PERCENT)]
    return [(limit, PERCENT), (base - limit, PERCENT_ABOVE_LIMIT)]


def _exact(base: Yen) -> Fraction:
    return sum((part * Fraction(percent) / 100 for part, percent in _parts(base)), Fraction(0))
