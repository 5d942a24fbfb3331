"""Checks of the issue date, the transaction date and period, and the time limits of the city."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from invoices.enums import LineKind, Prepayment
from invoices.models import Invoice
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level
from invoices.rules.sources import CLOSING, PAID_AHEAD, PAYMENT_TERM, QUALIFIED
from portal.lib.calendar import closing_period, fiscal_year, is_closed, to_wareki

FAR_DAYS = 366
"""Days. A date that is farther away from the day of issue is taken for a typing mistake."""
PAST_DAYS = 31
"""Days. Claims of the month before are sent in the first days of the next one; an older date may be mistyped."""


def issue_date(case: Case) -> Iterator[Finding]:
    """There is an issue date, near the day of issue, and not before the transactions."""
    issued, called = case.invoice.issue_date, case.words
    if issued is None:
        message = _("%(date)sを入力してください。") % {"date": called.issue_date}
        yield Finding("issue-date-missing", Level.ERROR, message, "issue_date")
        return
    if abs((issued - case.effective_day).days) > FAR_DAYS:
        yield Finding(
            "issue-date-far",
            Level.ERROR,
            _("%(date)sが発行の日から1年以上離れています。日付を確かめてください。") % {"date": called.issue_date},
            "issue_date",
        )
    elif case.policy.issue_date_is_sending_day and issued != case.sending_day:
        yield Finding(
            "issue-date-not-sending-day",
            Level.ERROR,
            _(
                "この市では、%(date)sを発行する日(%(day)s)と同じにします。"
                "%(date)sを直すか、%(date)sと同じ日に発行してください(発行予約もできます)。"
            )
            % {"date": called.issue_date, "day": to_wareki(case.sending_day)},
            "issue_date",
            source=case.policy_source("issue_date_is_sending_day"),
        )
    elif issued > case.effective_day:
        yield Finding(
            "issue-date-in-future",
            Level.WARNING,
            _(
                "%(date)sが発行の日(%(day)s)より後です。%(number)sの年度は%(date)sで決まります。"
                "%(date)sを直すか、発行をその日に予約してください。"
            )
            % {"date": called.issue_date, "number": called.number, "day": to_wareki(case.effective_day)},
            "issue_date",
        )
    elif case.invoice.replaces is None and (case.effective_day - issued).days > PAST_DAYS:
        yield _long_ago(case, issued)
    yield from _before_what_it_claims(case, issued)


def _long_ago(case: Case, issued: date) -> Finding:
    """An earlier date on a claim brings no earlier payment; of a credit note nothing is paid."""
    term = _("市が支払の期限を数え始めるのは、請求書を受け取った日です。")
    message = _(
        "%(date)s(%(typed)s)が発行の日より%(days)d日前です。%(term)s月や年の入力間違いでないか、"
        "%(date)sを確かめてください。"
    ) % {
        "date": case.words.issue_date,
        "typed": to_wareki(issued),
        "days": (case.effective_day - issued).days,
        "term": "" if case.is_credit_note else term,
    }
    source = "" if case.is_credit_note else PAYMENT_TERM
    return Finding("issue-date-in-past", Level.WARNING, message, "issue_date", source=source)


def _before_what_it_claims(case: Case, issued: date) -> Iterator[Finding]:
    invoice, tolerated = case.invoice, case.policy.issue_date_tolerance_days
    if prepaid(case):
        return
    last = max((line.date for line in case.content.lines if line.date), default=issued)
    later: list[tuple[StrOrPromise, date, str]] = [(_("明細の最後の日付"), last, "issue_date")]
    day = invoice.transaction_date or invoice.period_to
    if day is not None and day > last:
        # When the lines reach as far, the first has said it.
        single = invoice.transaction_date is not None
        words = case.words
        later.append(
            (words.transaction_date, day, "transaction_date") if single else (words.period_to, day, "period_to")
        )
    later = [each for each in later if (each[1] - issued).days > tolerated]
    limit = _("この市で認められるのは%(days)d日前までです。") % {"days": tolerated} if tolerated else ""
    if later and case.policy.prepayments and not case.is_credit_note:
        what, day, _field = later[-1]
        yield Finding(
            "issue-date-before-lines",
            Level.WARNING,
            _(
                "請求日が%(what)s(%(day)s)より前です。%(limit)s納品や提供より前に請求するときは、"
                "前払の理由を選んでください。そうでなければ、日付を直してください。"
            )
            % {"what": what, "day": to_wareki(day), "limit": limit},
            "prepayment",
            source=case.policy_source("prepayments"),
        )
        return
    for what, day, field in later:
        yield Finding(
            "issue-date-before-lines",
            Level.ERROR,
            _("%(date)sが%(what)s(%(day)s)より前です。%(limit)sどちらかの日付を直してください。")
            % {"date": case.words.issue_date, "what": what, "day": to_wareki(day), "limit": limit},
            field,
            source=case.policy_source("issue_date_tolerance_days"),
        )


def prepaid(case: Case) -> bool:
    """Whether it is claimed before the supply for a reason that the city accepts."""
    return bool(case.invoice.prepayment) and case.invoice.prepayment in case.policy.prepayments


def prepayment(case: Case) -> Iterator[Finding]:
    """A prepayment has a reason that the city accepts, and something is supplied after the issue date, within a year.

    How long the period may be is another matter: a subscription of a year ends more than a year after its claim.
    """
    invoice, issued = case.invoice, case.invoice.issue_date
    if not invoice.prepayment:
        return
    if not prepaid(case):
        yield Finding(
            "prepayment-not-offered",
            Level.ERROR,
            _("この市は、この理由の%(ahead)sを認めていません。別の理由を選ぶか、納品や提供の後に請求してください。")
            % {"ahead": Prepayment(invoice.prepayment).payment},
            "prepayment",
            source=case.policy_source("prepayments"),
        )
        return
    days = sorted(day for day in (*_days_of_head(case), *_days_of_lines(case)) if day)
    if issued is None or not days:
        return
    if days[-1] <= issued:
        yield Finding(
            "prepayment-of-past",
            Level.WARNING,
            _(
                "%(ahead)sの理由がありますが、取引はすべて請求日までに終わっています。これから納品や提供をする日か期間"
                "(工事なら工期)を入力してください。もう終わった取引なら、「前払ではない」を選んでください。"
            )
            % {"ahead": Prepayment(invoice.prepayment).payment},
            "prepayment",
            source=_source(invoice),
        )
    elif (days[0] - issued).days > FAR_DAYS:
        yield Finding(
            "prepayment-far",
            Level.ERROR,
            _("取引の始まり(%(day)s)が請求日から1年以上先です。日付を確かめてください。") % {"day": to_wareki(days[0])},
            "transaction_date" if invoice.transaction_date else "period_from",
            source=_source(invoice),
        )


def _source(invoice: Invoice) -> str:
    """The law that allows to pay this ahead."""
    return f"{PAID_AHEAD}, {Prepayment(invoice.prepayment).article}"


def _days_of_head(case: Case) -> tuple[date | None, ...]:
    return case.invoice.transaction_date, case.invoice.period_from, case.invoice.period_to


def _days_of_lines(case: Case) -> tuple[date | None, ...]:
    return tuple(line.date for line in case.content.lines)


def transaction_date(case: Case) -> Iterator[Finding]:
    """There is either a transaction date, or both days of a period, and not both."""
    invoice = case.invoice
    period = (invoice.period_from, invoice.period_to)
    if invoice.transaction_date is None and None in period:
        field = "transaction_date" if period == (None, None) else "period_to" if period[0] else "period_from"
        yield Finding(
            "transaction-date-missing",
            Level.ERROR,
            _("%(day)sか、%(period)sの初日と末日を入力してください。")
            % {"day": case.words.transaction_date, "period": case.words.period},
            field,
            source=QUALIFIED,
        )
    elif invoice.transaction_date is not None and period != (None, None):
        yield Finding(
            "transaction-date-and-period",
            Level.ERROR,
            _("%(day)sと%(period)sは、どちらか一方だけを入力してください。")
            % {"day": case.words.transaction_date, "period": case.words.period},
            "transaction_date",
            source=QUALIFIED,
        )


def period(case: Case) -> Iterator[Finding]:
    """The dates of the lines are inside the period. A transaction date is a period of one day."""
    invoice = case.invoice
    start, end = invoice.period_from, invoice.period_to
    message = _("日付(%(date)s)が%(period)sの外です。日付か%(period)sを確かめてください。")
    if start is None and end is None:
        start = end = invoice.transaction_date
        message = _(
            "日付(%(date)s)が%(day)sと違います。日付か%(day)sを直すか、%(day)sの代わりに%(period)sを入力してください。"
        )
    if start is None or end is None:
        return
    for index, line in enumerate(case.content.lines):
        if line.date is not None and not start <= line.date <= end:
            yield Finding(
                "line-date-outside-period",
                Level.WARNING,
                message
                % {"date": to_wareki(line.date), "day": case.words.transaction_date, "period": case.words.period},
                "date",
                index,
                QUALIFIED,
            )


def fiscal_year_of_work(case: Case) -> Iterator[Finding]:
    """A city pays for a fiscal year until its accounts close; later only from another year's budget (過年度支出).

    Of lines of two years the earlier one is closed first.
    """
    claimed = _claimed(case)
    if case.is_credit_note or claimed is None or case.day is None:
        return
    day = min([case.day, *(line.date for line in case.content.lines if line.date and line.kind == LineKind.ITEM)])
    year = fiscal_year(day)
    start, end = closing_period(year)
    about = {"day": to_wareki(day), "end": to_wareki(end)}
    if is_closed(year, claimed):
        yield Finding(
            "fiscal-year-closed",
            Level.WARNING,
            _(
                "取引(%(day)s)のあった年度の会計は%(end)sに閉鎖されています。支払えるかどうかを、発行する前に課に"
                "確かめてください。"
            )
            % about,
            "issue_date",
            source=CLOSING,
        )
    elif claimed >= start:
        yield Finding(
            "closing-period",
            Level.INFO,
            _(
                "%(day)sの取引は前の年度のものです。その年度の予算から支払えるのは%(end)sまでなので、"
                "早めに発行してください。"
            )
            % about,
            "issue_date",
            source=CLOSING,
        )


def cut_off(case: Case) -> Iterator[Finding]:
    """Invoices for a month are issued by a certain day of the next month, if the city has such a limit."""
    claimed, last_day = _claimed(case), case.policy.cut_off_day
    if case.is_credit_note or last_day is None or claimed is None or case.day is None:
        return
    end = _in_next_month(case.day, last_day)
    if claimed > end:
        yield Finding(
            "past-cut-off",
            Level.WARNING,
            _("この市の締切(%(end)s)を過ぎています。受け取ってもらえるかどうかを、発行する前に課に確かめてください。")
            % {"end": to_wareki(end)},
            "issue_date",
            source=case.policy_source("cut_off_day"),
        )


def _claimed(case: Case) -> date | None:
    """The day that counts for time limits: the issue date, but not before the day on which it is really issued."""
    issued = case.invoice.issue_date
    return None if issued is None else max(issued, case.effective_day)


def _in_next_month(day: date, number: int) -> date:
    """Day `number` of the month after `day`; the last day when that month is shorter."""
    first = day.replace(day=1) + timedelta(days=monthrange(day.year, day.month)[1])
    return first.replace(day=min(number, monthrange(first.year, first.month)[1]))
