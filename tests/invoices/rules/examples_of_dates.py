"""Examples of the rules about issue date, transaction date, period and time limits."""

from datetime import date, timedelta

from invoices.enums import Prepayment
from invoices.rules import Level
from portal.lib.calendar import fiscal_year, today_jst
from tests.invoices.rules.examples import Example
from tests.invoices.rules.scene import Scene, day


def closing(scene: Scene, month: int, number: int) -> Scene:
    """Work of 31 March, dated as claimed on that day or a month ago, going out on a day of the months after it."""
    year = fiscal_year(today_jst())
    work, out = date(year, 3, 31), date(year, month, number)
    return scene.dated(work, max(work, out - timedelta(days=31))).going_out(out)


def month_after(scene: Scene, number: int) -> Scene:
    """Work of the last month, dated then, going out on a day of this one, in a city that sets the 10th."""
    work = (today_jst().replace(day=1) - timedelta(days=1)).replace(day=15)
    return scene.city(cut_off_day=10).dated(work, work).going_out(today_jst().replace(day=number))


def long_after(scene: Scene, days: int) -> Scene:
    """Work of 1 April, dated then, going out so many days later: for a year the city can still pay for it."""
    work = date(today_jst().year, 4, 1)
    return scene.dated(work, work).going_out(work + timedelta(days=days))


def paid_afterwards(scene: Scene) -> Scene:
    """In a city that accepts no prepayment."""
    return scene.city(prepayments=[])


def a_month_ahead(scene: Scene) -> Scene:
    """The rent of the coming month."""
    return scene.only_line(date=day(10)).head(transaction_date=None, period_from=day(10), period_to=day(40))


def of_a_year_from(scene: Scene, first: int) -> Scene:
    """A subscription that begins in so many days."""
    period = {"transaction_date": None, "period_from": day(first), "period_to": day(first + 364)}
    return scene.only_line(date=day(first)).head(prepayment=Prepayment.SUBSCRIPTION, **period)


def of_two_days(scene: Scene, first: date, last: date) -> Scene:
    """A line of each, claimed on the last."""
    scene.lines = [scene.written(date=first), scene.written(date=last)]
    return scene.head(issue_date=last).going_out(last)


def in_period(scene: Scene, first: date, last: date) -> Scene:
    """Lines without dates, for a period that is claimed on its last day."""
    scene.only_line(date=None)
    return scene.head(transaction_date=None, period_from=first, period_to=last, issue_date=last).going_out(last)


EXAMPLES = [
    Example(
        "two-fiscal-years",
        "lines",
        lambda s: of_two_days(s, date(2026, 3, 20), date(2026, 4, 5)),
        lambda s: of_two_days(s, date(2026, 4, 1), date(2026, 4, 5)),
        level=Level.WARNING,
    ),
    Example(
        "two-fiscal-years",
        "period_to",
        lambda s: in_period(s, date(2026, 3, 20), date(2026, 4, 5)),
        lambda s: in_period(s, date(2026, 4, 1), date(2026, 4, 5)),
        level=Level.WARNING,
    ),
    Example(
        "claim-past-limitation",
        "issue_date",
        lambda s: s.dated(day(-1830), day(0)),
        lambda s: s,
        level=Level.WARNING,
        also=("fiscal-year-closed",),
    ),
    Example(
        "period-longer-than-year",
        "period_to",
        lambda s: in_period(s, date(2025, 4, 5), date(2026, 4, 6)),
        lambda s: in_period(s, date(2026, 4, 1), date(2027, 3, 31)),
        level=Level.WARNING,
        also=("two-fiscal-years",),
    ),
    Example("issue-date-missing", "issue_date", lambda s: s.head(issue_date=None), lambda s: s),
    Example("issue-date-far", "issue_date", lambda s: long_after(s, 367), lambda s: long_after(s, 31)),
    Example("issue-date-far", "issue_date", lambda s: s.dated(day(367), day(367)), lambda s: s),
    Example(
        "issue-date-in-future",
        "issue_date",
        lambda s: s.dated(day(0), day(1)),
        lambda s: s.dated(day(0), day(1)).going_out(day(1)),
        level=Level.WARNING,
    ),
    Example(
        "issue-date-in-past",
        "issue_date",
        lambda s: long_after(s, 32),
        lambda s: long_after(s, 31),
        level=Level.WARNING,
    ),
    Example(
        "issue-date-before-lines",
        "issue_date",
        lambda s: paid_afterwards(s).head(issue_date=day(-1)).only_line(date=day(0)),
        lambda s: s.head(issue_date=day(-1), transaction_date=day(-1)).only_line(date=day(-1)),
        policy="issue_date_tolerance_days",
    ),
    Example(
        "issue-date-before-lines",
        "issue_date",
        lambda s: paid_afterwards(s).city(issue_date_tolerance_days=5).head(issue_date=day(-6)),
        lambda s: paid_afterwards(s).city(issue_date_tolerance_days=5).head(issue_date=day(-5)),
        policy="issue_date_tolerance_days",
    ),
    Example(
        "issue-date-before-lines",
        "transaction_date",
        lambda s: paid_afterwards(s).head(issue_date=day(-1), transaction_date=day(0)).only_line(date=day(-1)),
        lambda s: s.head(issue_date=day(-1), transaction_date=day(-1)).only_line(date=day(-1)),
        also=("line-date-outside-period",),
        policy="issue_date_tolerance_days",
    ),
    Example(
        "issue-date-before-lines",
        "period_to",
        lambda s: (
            paid_afterwards(s)
            .dated(day(-1), day(-1))
            .head(transaction_date=None, period_from=day(-9), period_to=day(0))
        ),
        lambda s: (
            s.city(issue_date_tolerance_days=1)
            .dated(day(-1), day(-1))
            .head(transaction_date=None, period_from=day(-9), period_to=day(0))
        ),
        policy="issue_date_tolerance_days",
    ),
    Example(
        "issue-date-before-lines",
        "prepayment",
        lambda s: s.head(issue_date=day(-1)).only_line(date=day(0)),
        lambda s: s.head(issue_date=day(-1), prepayment=Prepayment.RENT).only_line(date=day(0)),
        level=Level.WARNING,
        policy="prepayments",
    ),
    Example(
        "issue-date-before-lines",
        "prepayment",
        a_month_ahead,
        lambda s: a_month_ahead(s).head(prepayment=Prepayment.ATTENDANCE),
        level=Level.WARNING,
        policy="prepayments",
    ),
    Example(
        "prepayment-not-offered",
        "prepayment",
        lambda s: s.dated(day(1), day(0)).head(prepayment=Prepayment.OTHER),
        lambda s: s.city(prepayments=[Prepayment.OTHER.value]).dated(day(1), day(0)).head(prepayment=Prepayment.OTHER),
        also=("issue-date-before-lines",),
        policy="prepayments",
    ),
    Example(
        "prepayment-of-past",
        "prepayment",
        lambda s: s.head(prepayment=Prepayment.FARE),
        lambda s: s.dated(day(1), day(0)).head(prepayment=Prepayment.FARE),
        level=Level.WARNING,
    ),
    Example(
        "prepayment-far",
        "transaction_date",
        lambda s: s.dated(day(367), day(0)).head(prepayment=Prepayment.RENT),
        lambda s: s.dated(day(366), day(0)).head(prepayment=Prepayment.RENT),
    ),
    Example(
        "prepayment-far",
        "period_from",
        lambda s: of_a_year_from(s, 367),
        lambda s: of_a_year_from(s, 366),
    ),
    Example(
        "transaction-date-missing",
        "transaction_date",
        lambda s: s.head(transaction_date=None),
        lambda s: s.head(transaction_date=None, period_from=day(-30), period_to=day(0)),
    ),
    Example(
        "transaction-date-missing",
        "period_to",
        lambda s: s.head(transaction_date=None, period_from=day(-30)),
        lambda s: s.head(transaction_date=None, period_from=day(0), period_to=day(0)),
    ),
    Example(
        "transaction-date-missing",
        "period_from",
        lambda s: s.head(transaction_date=None, period_to=day(0)),
        lambda s: s,
    ),
    Example(
        "transaction-date-and-period",
        "transaction_date",
        lambda s: s.head(period_from=day(-30), period_to=day(0)),
        lambda s: s.head(period_from=None, period_to=None),
    ),
    Example("transaction-date-and-period", "transaction_date", lambda s: s.head(period_to=day(0)), lambda s: s),
    *(
        Example(
            "line-date-outside-period",
            "date",
            lambda s, out=out: (
                s.head(transaction_date=None, period_from=day(-9), period_to=day(0), issue_date=day(1))
                .line(date=day(out))
                .going_out(day(1))
            ),
            lambda s, at=at: (
                s.head(transaction_date=None, period_from=day(-9), period_to=day(0), issue_date=day(1))
                .line(date=day(at))
                .going_out(day(1))
            ),
            level=Level.WARNING,
            line=1,
        )
        for out, at in ((-10, -9), (1, 0))
    ),
    Example(
        "line-date-outside-period",
        "date",
        lambda s: s.head(transaction_date=day(0)).line(date=day(-1)),
        lambda s: s.head(transaction_date=day(0)).line(date=day(0)),
        level=Level.WARNING,
        line=1,
    ),
    Example(
        "fiscal-year-closed",
        "issue_date",
        lambda s: closing(s, 6, 1),
        lambda s: closing(s, 5, 31),
        level=Level.WARNING,
    ),
    Example("closing-period", "issue_date", lambda s: closing(s, 4, 1), lambda s: closing(s, 3, 31), level=Level.INFO),
    Example("closing-period", "issue_date", lambda s: closing(s, 5, 31), lambda s: s, level=Level.INFO),
    Example(
        "past-cut-off",
        "issue_date",
        lambda s: month_after(s, 11),
        lambda s: month_after(s, 10),
        level=Level.WARNING,
        policy="cut_off_day",
    ),
]
