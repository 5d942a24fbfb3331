"""The next document like an earlier one (前と同じ内容で作成), as most claims are made: each month the same."""

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed
from invoices.enums import InvoiceKind
from invoices.lifecycle import drafting
from invoices.lifecycle.draft_input import DraftInput, LineInput, without
from invoices.models import Invoice
from portal.lib.calendar import EARLIEST_DATE, LATEST_DATE, REIWA, fiscal_year, today_jst
from portal.lib.ids import uuid7

_MONTH = re.compile(r"(?:(?P<era>令和|R)?(?P<year>\d{1,4}|元)年 ?)?(?P<month>\d{1,2})月(?!曜)(?:(?P<day>\d{1,2})日)?")
_PERIOD_MAX = 24
"""Months; longer periods are taken for mistyped, and name nothing between."""
_OF_ITS_TIME = ("issue_date", "carry_over_billed", "carry_over_received", "own_reference")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def begin_copy(*, invoice_id: UUID, actor: ActingFor) -> Invoice:
    """Begin a draft with what an invoice of the supplier says, in whatever state that is; returns the draft.

    What belongs to its time moves on by the months since its issue date: the transaction date or period, the dates of
    lines, and the months that the title and the lines name. What was carried over from before is left out, and so are
    the files and the supplier's own reference. What cannot be chosen any more, as a closed department, is left empty.

    Raises:
        Invoice.DoesNotExist: it is another supplier's.
        NotAllowed: it is a credit note, which names a sale of its own, or there are too many drafts.
    """
    invoice = Invoice.objects.visible_to(actor).get(pk=invoice_id)
    if invoice.kind != InvoiceKind.INVOICE:
        raise NotAllowed(_("返還請求書は、減額する請求書のページから作成してください。"))
    data = moved_on(drafting.input_of(invoice), today_jst())
    return drafting.save(draft_id=uuid7(), data=data, actor=actor, version=0)


def moved_on(data: DraftInput, day: date) -> DraftInput:
    """The input for a document of this day, from that of an earlier one."""
    before = data.issue_date or day
    months = (day.year - before.year) * 12 + day.month - before.month
    named = _months(data, before)
    return replace(
        data,
        issue_date=day,
        title=_text(data.title, months, before, named, most=Invoice.column("title").max_length),
        transaction_date=_day(data.transaction_date, months),
        period_from=_day(data.period_from, months),
        period_to=_day(data.period_to, months),
        carry_over_billed=None,
        carry_over_received=None,
        own_reference="",
        unread=without(data.unread, *_OF_ITS_TIME),
        lines=tuple(_line(line, months, before, named) for line in data.lines),
    )


def _months(data: DraftInput, before: date) -> set[tuple[int, int]]:
    """The months of a document, each with its year: of its dates, of its lines, and all of its period."""
    days = [before, data.transaction_date, data.period_from, data.period_to, *(line.date for line in data.lines)]
    named = {(day.year, day.month) for day in days if day}
    if data.period_from and data.period_to:
        first, last = (day.year * 12 + day.month - 1 for day in (data.period_from, data.period_to))
        named |= {(month // 12, month % 12 + 1) for month in range(first, min(last, first + _PERIOD_MAX) + 1)}
    return named


def _line(line: LineInput, months: int, before: date, named: set[tuple[int, int]]) -> LineInput:
    return replace(line, date=_day(line.date, months), description=_text(line.description, months, before, named))


def _day(day: date | None, months: int) -> date | None:
    return None if day is None else _moved(day, months)


def _moved(day: date, months: int) -> date:
    """The same day so many months later; the last day of a month stays the last, and no day leaves the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not EARLIEST_DATE.year <= year <= LATEST_DATE.year:
        return day
    is_last = day.day == monthrange(day.year, day.month)[1]
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, last if is_last else min(day.day, last))


def _text(text: str, months: int, before: date, named: set[tuple[int, int]], *, most: int | None = None) -> str:
    """A text whose months are moved on that are those of its document; others (3月定例会, the date of a contract) stay.

    It stays as it is where it would not fit any more, and where it names a fiscal year and the next one begins.
    """
    if "年度" in text and fiscal_year(_moved(before, months)) != fiscal_year(before):
        return text
    of_any_year = {month for _year, month in named}

    def later(found: re.Match[str]) -> str:
        try:
            day = date(_year(found, before), int(found["month"]), int(found["day"] or 1))
        except ValueError:
            return found[0]
        is_its = (day.year, day.month) in named if found["year"] else day.month in of_any_year
        return _written_like(found, _moved(day, months)) if is_its else found[0]

    moved_text = _MONTH.sub(later, text)
    return moved_text if most is None or len(moved_text) <= most else text


def _year(found: re.Match[str], before: date) -> int:
    """The Western year of a month in a text: that of the document where none is written.

    Raises:
        ValueError: what is written is no year of a document.
    """
    written = found["year"]
    if written is None:
        return before.year
    number = 1 if written == "元" else int(written)
    year = number + REIWA.year_zero if found["era"] else number
    if not REIWA.start.year < year < LATEST_DATE.year:
        raise ValueError(written)
    return year


def _written_like(found: re.Match[str], day: date) -> str:
    """A date in the form and the width of digits of the one that it takes the place of."""
    year = ""
    if found["year"]:
        number = day.year - REIWA.year_zero if found["era"] else day.year
        year = f"{found['era'] or ''}{number}年"
    text = f"{year}{day.month}月" + (f"{day.day}日" if found["day"] else "")
    return text if found["month"].isascii() else text.translate(_FULL_WIDTH)
