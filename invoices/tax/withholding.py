"""Withholding (源泉徴収): income tax that the payer subtracts from certain fees and pays to the state.

Of which taxes it consists, and by which laws, changes with the time: `PERIODS` is the table. It was taken from
summaries and not from the laws themselves. Check them there before using it anew.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from invoices.enums import WithholdingKind
from invoices.tax.explanation import format_exact
from portal.lib.yen import Rounding, Yen, format_yen, round_yen

LIMIT: Yen = 1_000_000
"""Of a usual fee, the part above bears twice the percentage (所得税法205条一)."""
SCRIVENER_FREE: Yen = 10_000
"""So much of each payment to a scrivener is free (所得税法205条二, 所得税法施行令322条)."""


@dataclass(frozen=True, slots=True)
class Period:
    """The taxes that are withheld together for a time.

    Attributes:
        valid_from: The first day of payment to which it applies.
        surtaxes: The taxes on top of the income tax, each with its percentage of the income tax.
        taxes: All of them, in the words of the law.
        source: The laws.
    """

    valid_from: date
    surtaxes: tuple[tuple[str, Decimal], ...]
    taxes: str
    source: str

    def __str__(self) -> str:
        return self.valid_from.isoformat()

    @property
    def percent(self) -> Decimal:
        """Income tax of 10 % with the taxes on top of it."""
        return 10 * (1 + sum((share for _name, share in self.surtaxes), Decimal(0)) / 100)

    @property
    def percent_above_limit(self) -> Decimal:
        return 2 * self.percent


PERIODS = (
    Period(
        valid_from=date(2013, 1, 1),
        surtaxes=(("復興特別所得税", Decimal("2.1")),),
        taxes="所得税及び復興特別所得税",
        source="所得税法204条・205条, 復興財確法28条",
    ),
    Period(
        valid_from=date(2027, 1, 1),
        surtaxes=(("復興特別所得税", Decimal("1.1")), ("防衛特別所得税", Decimal(1))),
        taxes="所得税、復興特別所得税及び防衛特別所得税",
        source="所得税法204条・205条, 復興財確法28条, 防衛財確法",
    ),
)
"""In the order of their days. A new law is a new row; rows stay, because issued invoices are explained by them."""


def period_of(day: date) -> Period:
    """The taxes of a day of payment; of days before the table, those of its first row."""
    return next((period for period in reversed(PERIODS) if period.valid_from <= day), PERIODS[0])


def withholding_tax(base: Yen, kind: WithholdingKind = WithholdingKind.FEE, day: date | None = None) -> Yen:
    """What the payer subtracts, rounded down to whole yen.

    A negative base (a credit note) gives the same amount with a minus sign. Consumption tax is not affected.

    Args:
        base: The amount that is subject to withholding, in yen.
        day: The day of payment, as far as it is known; None for the newest law.
    """
    return round_yen(_exact(_parts(base, kind, _period(day))), Rounding.FLOOR)


@dataclass(frozen=True, slots=True)
class Withholding:
    """The withholding of an invoice, shown with △ after the total. It never lowers the base of consumption tax.

    Attributes:
        base: The amount that is subject to withholding, in yen.
        amount: The tax that the payer subtracts, in yen.
        taxes: Of which taxes it consists.
        explanation: `1,000,000 × 10.21 % + 234,567 × 20.42 % = 149,998.5814 → 切捨て 149,998`.
    """

    kind: WithholdingKind
    base: Yen
    amount: Yen
    taxes: str
    explanation: str

    @classmethod
    def of(cls, base: Yen, kind: WithholdingKind = WithholdingKind.FEE, *, day: date | None) -> "Withholding":
        """The withholding for a base in yen; for the arguments see `withholding_tax`."""
        amount, period = withholding_tax(base, kind, day), _period(day)
        return cls(kind, base, amount, period.taxes, _explanation(_parts(base, kind, period), amount))

    @classmethod
    def of_refund(cls, base: Yen, before: Yen, tax: Yen, kind: WithholdingKind, *, day: date | None) -> "Withholding":
        """The withholding that a refund takes back: what is withheld, less what is to be withheld of the rest.

        So all refunds of a fee together give back just what was withheld of it, where some of it was free or bore twice
        the percentage too (所得税法205条), and in whatever order they came and were corrected.

        Args:
            base: The amount that is refunded, in yen, with a minus sign.
            before: The amount that is subject to withholding until now, in yen; not less than is refunded.
            tax: What is withheld of it until now, in yen.
        """
        period, rest = _period(day), before + base
        was = withholding_tax(before, kind, day)
        if was == tax and not rest:
            return cls.of(base, kind, day=day)
        stays = withholding_tax(rest, kind, day)
        explanation = _("%(was)s、残る額 %(stays)s、差 %(difference)s") % {
            "was": _("もとの額 %(tax)s") % {"tax": _explanation(_parts(before, kind, period), was)}
            if was == tax
            else _("これまでの源泉徴収税額 %(tax)s") % {"tax": format_yen(tax)},
            "stays": _explanation(_parts(rest, kind, period), stays) if rest else "0",
            "difference": f"{format_yen(stays)} − {format_yen(tax)} = {format_yen(stays - tax)}",
        }
        return cls(kind, base, stays - tax, period.taxes, explanation)

    def payable(self, total: Yen) -> Yen:
        """差引支払額 in yen: the total of the invoice minus the withholding."""
        return total - self.amount


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the base, with its percentage.

    Attributes:
        free: So much of it bears no tax; None where no such rule applies. Its sign is that of the amount.
    """

    amount: Yen
    percent: Decimal
    free: Yen | None = None

    @property
    def is_free(self) -> bool:
        return self.free is not None and abs(self.amount) <= SCRIVENER_FREE

    @property
    def exact(self) -> Fraction:
        return (self.amount - (self.free or 0)) * Fraction(self.percent) / 100

    def __str__(self) -> str:
        amount = format_yen(self.amount)
        if self.is_free:
            return f"{format_yen(abs(self.amount))} ≦ {format_yen(SCRIVENER_FREE)}"
        if self.free is not None:
            amount = f"({amount} {'+' if self.free < 0 else '−'} {format_yen(abs(self.free))})"
        return f"{amount} × {self.percent.normalize():f} %"


def _period(day: date | None) -> Period:
    return PERIODS[-1] if day is None else period_of(day)


def _parts(base: Yen, kind: WithholdingKind, period: Period) -> list[_Part]:
    """The base as its rule divides it: a usual fee at the limit."""
    sign = -1 if base < 0 else 1
    if kind == WithholdingKind.SCRIVENER:
        return [_Part(base, period.percent, sign * min(SCRIVENER_FREE, abs(base)))]
    if abs(base) <= LIMIT:
        return [_Part(base, period.percent)]
    limit = sign * LIMIT
    return [_Part(limit, period.percent), _Part(base - limit, period.percent_above_limit)]


def _exact(parts: list[_Part]) -> Fraction:
    return sum((part.exact for part in parts), Fraction(0))


def _explanation(parts: list[_Part], amount: Yen) -> str:
    formula, exact = " + ".join(map(str, parts)), _exact(parts)
    if any(part.is_free for part in parts):
        return f"{formula} → 0"
    if exact.denominator == 1:
        return f"{formula} = {format_yen(amount)}"
    return f"{formula} = {format_exact(exact)} → {_('切捨て')} {format_yen(amount)}"
