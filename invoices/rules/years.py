"""Checks of what runs over fiscal years, or longer than one, and of what is claimed years later."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from invoices.enums import LineKind, Status
from invoices.rules.case import Case
from invoices.rules.findings import Finding, FindingAction, Level
from invoices.rules.sources import FISCAL_YEARS, LIMITATION
from portal.lib.calendar import fiscal_year, fiscal_year_text, to_wareki, years_later

LIMITATION_YEARS = 5


def fiscal_years(case: Case) -> Iterator[Finding]:
    """A city pays for each fiscal year out of its own budget, so what belongs to two is claimed apart.

    By the order (地方自治法施行令143条①) works, purchases and transport belong to the year in which they were
    performed, and rent, electricity, water and telephone to that of the time for which they are due, or to that of
    the payment where this time lies in two. Only the supplier knows what its lines are, so their dates are a reason to
    ask and no more. A prepayment (前払) over a period is one payment of the year in which it is due, as for a year of a
    newspaper; its lines of two years may be two payments all the same, as the rent of March and that of April.
    """
    invoice = case.invoice
    if case.is_credit_note:
        return
    years = sorted({fiscal_year(line.date) for line in case.content.lines if line.date and line.kind == LineKind.ITEM})
    if len(years) > 1:
        splits = not invoice.is_issued and invoice.replaces is None
        what = _("%(first)sと%(last)sの明細があります。") % {
            "first": fiscal_year_text(years[0]),
            "last": fiscal_year_text(years[-1]),
        }
        yield _in_two_years(what, "lines", FindingAction.SPLIT_BY_YEAR if splits else None)
    elif not invoice.prepayment and _crosses(invoice.period_from, invoice.period_to):
        yield _in_two_years(_("取引期間が年度(4月〜翌3月)をまたいでいます。"), "period_to", None)


def _in_two_years(what: StrOrPromise, field: str, action: FindingAction | None) -> Finding:
    of_which = _(
        "工事・物の購入・運送などは、納品や完了が確かめられた日の年度の予算から払われます。"
        "賃借料・光熱水費・電信電話料は、使った期間の年度の予算から払われます(1つの料金の期間が2つの年度にわたるときは、"
        "支払期限の年度)。年度が分かれるときは、書類を年度で分けてください。"
        "同じ年度の予算から払われるものだけなら、このまま発行できます。"
    )
    message = f"{what}{of_which}"
    return Finding("two-fiscal-years", Level.WARNING, message, field, source=FISCAL_YEARS, action=action)


def _crosses(first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and fiscal_year(first) != fiscal_year(last)


def limitation(case: Case) -> Iterator[Finding]:
    """A claim against a city lapses five years after it could be made, without anybody having to plead it.

    When it could be made is a matter of the contract, so the day of the oldest supply stands in for it. The correction
    of a claim that the city accepted is no new one.
    """
    invoice = case.invoice
    answered = invoice.replaces is not None and invoice.replaces.status in (Status.ACCEPTED, Status.PAID)
    if case.is_credit_note or answered or invoice.issue_date is None:
        return
    dated = [line.date for line in case.content.lines if line.date and line.kind == LineKind.ITEM]
    oldest = min(dated, default=invoice.transaction_date or invoice.period_to)
    if oldest is None or max(invoice.issue_date, case.effective_day) <= years_later(oldest, LIMITATION_YEARS):
        return
    yield Finding(
        "claim-past-limitation",
        Level.WARNING,
        _(
            "5年より前の取引(%(day)s)があります。市への請求権は5年で時効により消滅することがあるので、"
            "支払えるかどうかを、発行する前に課に確かめてください。"
        )
        % {"day": to_wareki(oldest)},
        "issue_date",
        source=LIMITATION,
    )


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
