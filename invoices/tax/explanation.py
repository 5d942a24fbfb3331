"""How a tax was calculated, in words, so that people can check it."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from invoices.enums import PriceMode, Rounding, TaxCategory, TaxUnit
from portal.lib.yen import Rounding as RoundingRule
from portal.lib.yen import Yen, format_yen, round_yen

_DECIMALS_SHOWN = 4
_DECIMALS_BEFORE_ELLIPSIS = 2


@dataclass(frozen=True, slots=True)
class Explanation:
    """The calculation of one rate's tax.

    Attributes:
        amount: The taxed amount in yen, in the price mode of the invoice: sales minus deductions.
        percent: 8 means 8 %.
        exact: The tax before rounding.
        tax: The tax of the rate.
        line_tax: The sum of the taxes rounded for each line. It is the tax when the unit is the line.
    """

    amount: Yen
    percent: Decimal
    price_mode: PriceMode
    rounding: Rounding
    exact: Fraction
    tax: Yen
    unit: TaxUnit
    category: TaxCategory
    line_tax: Yen

    @property
    def text(self) -> str:
        """`9,480 × 8 % = 758.4 → 切捨て 758`; a sentence when there is no tax or the tax is a sum of lines."""
        if self.percent == 0:
            return self._untaxed
        if self.unit == TaxUnit.LINE:
            return _("明細ごとに端数処理(%(rounding)s)した消費税の合計 %(tax)s") % {
                "rounding": self.rounding.label,
                "tax": format_yen(self.tax),
            }
        if self.exact.denominator == 1:
            return f"{self._formula} = {format_exact(self.exact)}"
        return f"{self._formula} = {format_exact(self.exact)} → {self.rounding.label} {format_yen(self.tax)}"

    def __str__(self) -> str:
        return self.text

    @property
    def difference(self) -> str:
        """A sentence about the tax that the other unit of rounding gives; empty when it is the same."""
        once = round_yen(self.exact, RoundingRule(self.rounding))
        if once == self.line_tax:
            return ""
        amounts = {"per_line": format_yen(self.line_tax), "per_invoice": format_yen(once)}
        if self.unit == TaxUnit.LINE:
            return (
                _(
                    "請求書単位で税率ごとに1回端数処理すると%(per_invoice)s円ですが、明細ごとの%(per_line)s円を使います。"
                )
                % amounts
            )
        return _("明細ごとに端数処理すると%(per_line)s円になりますが、正しくは%(per_invoice)s円です。") % amounts

    @property
    def _formula(self) -> str:
        percent = f"{self.percent.normalize():f}"
        if self.price_mode == PriceMode.INCLUSIVE:
            return f"{format_yen(self.amount)} × {percent} / {(100 + self.percent).normalize():f}"
        return f"{format_yen(self.amount)} × {percent} %"

    @property
    def _untaxed(self) -> str:
        match self.category:
            case TaxCategory.EXEMPT:
                return _("非課税のため、消費税はかかりません")
            case TaxCategory.EXPORT:
                return _("免税(輸出)のため、消費税はかかりません")
            case TaxCategory.OUTSIDE:
                return _("不課税のため、消費税はかかりません")
            case TaxCategory.TAXABLE:
                return _("税率が0 %のため、消費税はかかりません")


def format_exact(amount: Fraction) -> str:
    """An amount before rounding: `758.4`, `△10.5`. With more than four decimals it is cut: `2,469.45…`."""
    magnitude = abs(amount)
    scaled = magnitude * 10**_DECIMALS_SHOWN
    if scaled.denominator == 1:
        decimals, ellipsis = _DECIMALS_SHOWN, ""
    else:
        decimals, ellipsis = _DECIMALS_BEFORE_ELLIPSIS, "…"
    whole, part = divmod(int(magnitude * 10**decimals), 10**decimals)
    digits = f"{part:0{decimals}d}"
    fraction = digits if ellipsis else digits.rstrip("0")
    sign = "△" if amount < 0 else ""
    return f"{sign}{whole:,d}{'.' if fraction else ''}{fraction}{ellipsis}"
