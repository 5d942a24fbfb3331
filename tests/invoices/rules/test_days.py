"""The day of a transaction, the end of a month's claims, and the time of a reservation."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from invoices.enums import InvoiceKind, Status
from invoices.models import Content, Invoice, InvoiceLine
from invoices.rules import Level, check_schedule, dates, register_days, transaction_day
from invoices.rules.days import REGISTER_DAYS_MAX, moment_of_issue

DAYS = {
    "transaction_date": date(2026, 10, 1),
    "period_from": date(2026, 10, 2),
    "period_to": date(2026, 10, 3),
    "issue_date": date(2026, 10, 9),
}
LINES = [InvoiceLine(date=date(2026, 10, 5)), InvoiceLine(date=date(2026, 10, 6)), InvoiceLine(date=None)]


@pytest.mark.parametrize(
    ("given", "lines", "day"),
    [
        (["transaction_date", "period_from", "period_to", "issue_date"], LINES, date(2026, 10, 1)),
        (["period_from", "period_to", "issue_date"], LINES, date(2026, 10, 3)),
        (["period_from", "issue_date"], LINES, date(2026, 10, 6)),
        (["issue_date"], LINES[2:], date(2026, 10, 9)),
        (["issue_date"], [], date(2026, 10, 9)),
        (["period_from"], [], None),
    ],
)
def test_the_day_of_the_transaction_is_the_best_that_the_draft_knows(given, lines, day):
    invoice = Invoice(**{name: DAYS[name] for name in given})
    assert transaction_day(invoice, Content(lines=lines)) == day


def lines_on(*days: date) -> Content:
    return Content(lines=[InvoiceLine(date=day) for day in days])


@pytest.mark.parametrize(
    ("head", "lines", "asked"),
    [
        ({"transaction_date": date(2026, 10, 1)}, [], [date(2026, 10, 1)]),
        (
            {"period_from": date(2026, 10, 1), "period_to": date(2026, 10, 31)},
            [date(2026, 10, 15), date(2026, 10, 15), date(2026, 10, 31), date(2026, 10, 8)],
            [date(2026, 10, 1), date(2026, 10, 8), date(2026, 10, 15), date(2026, 10, 31)],
        ),
        ({"issue_date": date(2026, 10, 9)}, [], [date(2026, 10, 9)]),
        ({"issue_date": date(2026, 10, 9)}, [date(2026, 10, 1)], [date(2026, 10, 1)]),
        ({}, [], []),
        # Nobody was registered before the first day of the system.
        ({"transaction_date": date(2023, 9, 30)}, [date(2022, 6, 1)], []),
        (
            {"period_from": date(2023, 9, 16), "period_to": date(2023, 10, 15)},
            [date(2023, 9, 20)],
            [date(2023, 10, 1), date(2023, 10, 15)],
        ),
    ],
)
def test_the_register_is_asked_about_the_first_day_the_last_and_those_of_the_lines(head, lines, asked):
    assert register_days(Invoice(**head), lines_on(*lines)) == asked


def test_the_register_is_asked_about_the_days_on_which_was_sold_what_is_refunded():
    sold = InvoiceLine(date=date(2026, 10, 31), original_date=date(2026, 8, 3), original_until=date(2026, 8, 9))
    refund = Invoice(kind=InvoiceKind.CREDIT_NOTE, issue_date=date(2026, 11, 5), transaction_date=date(2026, 10, 31))
    assert register_days(refund, Content(lines=[sold])) == [date(2026, 8, 3), date(2026, 8, 9)]
    claimed = InvoiceLine(date=date(2026, 10, 2))
    asked = [date(2026, 8, 3), date(2026, 8, 9), date(2026, 10, 2), date(2026, 10, 31)]
    assert register_days(Invoice(transaction_date=date(2026, 10, 31)), Content(lines=[claimed, sold])) == asked


def test_of_very_many_days_the_first_the_last_and_some_between_are_asked():
    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(365)]
    asked = register_days(Invoice(), lines_on(*days))
    assert len(asked) == len(set(asked)) == REGISTER_DAYS_MAX
    assert (asked[0], asked[-1]) == (days[0], days[-1])
    assert max((later - day).days for day, later in pairwise(asked)) <= 6
    assert register_days(Invoice(), lines_on(*days[:REGISTER_DAYS_MAX])) == days[:REGISTER_DAYS_MAX]


@pytest.mark.parametrize(
    ("status", "ahead", "moved"),
    [
        (Status.SCHEDULED, timedelta(days=40), True),
        (Status.SCHEDULED, timedelta(minutes=-5), False),
        (Status.SCHEDULED, None, False),
        (Status.DRAFT, timedelta(days=40), False),
    ],
)
def test_a_draft_goes_out_now_or_at_the_time_that_is_still_reserved_for_it(status, ahead, moved):
    before = timezone.now()
    reserved = None if ahead is None else before + ahead
    at = moment_of_issue(Invoice(status=status, scheduled_for=reserved))
    assert at == reserved if moved else before <= at <= timezone.now()


def test_an_issued_invoice_went_out_when_it_reached_the_city():
    issued = Invoice(status=Status.SENT, number="2026-00001", issued_at=NOW)
    assert moment_of_issue(issued) == NOW
    issued.delivered_at = NOW + timedelta(days=1)
    assert moment_of_issue(issued) == NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "cut_off_day", "end"),
    [
        (date(2026, 10, 1), 10, date(2026, 11, 10)),
        (date(2026, 10, 31), 10, date(2026, 11, 10)),
        (date(2026, 12, 5), 10, date(2027, 1, 10)),
        (date(2026, 1, 31), 31, date(2026, 2, 28)),
        (date(2024, 1, 15), 30, date(2024, 2, 29)),
        (date(2026, 2, 28), 31, date(2026, 3, 31)),
    ],
)
def test_claims_for_a_month_end_on_a_day_of_the_next(day, cut_off_day, end):
    assert dates._in_next_month(day, cut_off_day) == end


NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        (timedelta(seconds=-1), "schedule-not-future"),
        (timedelta(), "schedule-not-future"),
        (timedelta(seconds=1), None),
        (timedelta(days=366), None),
        (timedelta(days=366, seconds=1), "schedule-far"),
    ],
)
def test_a_time_is_reserved_in_the_next_year(ahead, code):
    findings = check_schedule(NOW + ahead, NOW)
    assert [(finding.code, finding.level, finding.field) for finding in findings] == (
        [(code, Level.ERROR, "day")] if code else []
    )
