"""Checks of what runs over fiscal years, or longer than one."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from invoices.enums import LineKind
from invoices.rules.case import Case
from invoices.rules.findings import Finding, FindingAction, Level
from invoices.rules.sources import FISCAL_YEARS
from portal.lib.calendar import fiscal_year, fiscal_year_text


def fiscal_years(case: Case) -> Iterator[Finding]:
    """A city pays for each fiscal year out of its own budget, so what was supplied in two is claimed apart.

    A prepayment (前払) of a period is one payment of the year in which it is due, as for a year of a newspaper. So are
    rent, electricity, water and telephone of a period in two years (地方自治法施行令143条①三), of which only the
    supplier knows whether it claims them.
    """
    invoice = case.invoice
    if case.is_credit_note:
        return
    years = sorted({fiscal_year(line.date) for line in case.content.lines if line.date and line.kind == LineKind.ITEM})
    if len(years) > 1:
        splits = not invoice.is_issued and invoice.replaces is None
        yield Finding(
            "two-fiscal-years",
            Level.WARNING,
            _("%(first)sと%(last)sの明細があります。市の予算は年度ごとなので、書類を年度で分けてください。")
            % {"first": fiscal_year_text(years[0]), "last": fiscal_year_text(years[-1])},
            "lines",
            source=FISCAL_YEARS,
            action=FindingAction.SPLIT_BY_YEAR if splits else None,
        )
    elif not invoice.prepayment and _crosses(invoice.period_from, invoice.period_to):
        yield Finding(
            "two-fiscal-years",
            Level.WARNING,
            _(
                "取引期間が年度(4月〜翌3月)をまたいでいます。市の予算は年度ごとです。"
                "賃借料・光熱水費・電信電話料は支払期限のある年度から払われるので、分けません。"
                "それ以外は年度ごとに別の書類にするか、このままでよいかを課に確かめてください。"
            ),
            "period_to",
            source=FISCAL_YEARS,
        )


def _crosses(first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and fiscal_year(first) != fiscal_year(last)


def long_period(case: Case) -> Iterator[Finding]:
    """A period is no longer than a year, or else its year is taken for mistyped."""
    first, last = case.invoice.period_from, case.invoice.period_to
    if first is None or last is None or last - first < timedelta(days=366):
        return
    yield Finding(
        "period-longer-than-year",
        Level.WARNING,
        _("取引期間が1年を超えています。初日と末日の年を確かめてください。"),
        "period_to",
    )
