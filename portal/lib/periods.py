"""A day, a month or a longer period, as people type it in one text field."""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from portal.lib.calendar import DateInputError, parse_date

_TEXT_LIMIT = 40
# The dashes and waves of word processors and input methods. ー is what the minus key gives while Japanese input is on.
_FOLDED = str.maketrans(dict.fromkeys("–—−‐‑―ー", "-") | {"〜": "~"})
_UNTIL = re.compile("~|-|から")
_MONTH = re.compile(r"(?P<year>.*[0-9元])(?:年|[-/.])(?P<month>[0-9]{1,2})月?")
_LATER_MONTH = re.compile(r"(?P<month>[0-9]{1,2})月?")
_LATER_DAY = re.compile(r"(?:(?P<month>[0-9]{1,2})(?:月|[-/.]))?(?P<day>[0-9]{1,2})日?")
_ENDINGS = ("分", "まで")


@dataclass(frozen=True, slots=True)
class Period:
    """A day, or the first and the last day of a month or another period.

    Attributes:
        until: None for a single day.
    """

    first: date
    until: date | None = None

    @property
    def last(self) -> date:
        return self.until or self.first


def parse_period(text: str) -> Period:
    """Read a day, a month or a period.

    Days as `parse_date` reads them; `2026年9月`, `2026-09`, `令和8年10月`, `2019.10`; `2026年4月〜9月`, `2026/4-9月`,
    `令和8年4月1日〜9月30日`, `2026-04-01〜2026-09-30`. A period that ends before it begins is refused.

    Raises:
        DateInputError: the text is none of these; the message says how to write one.
    """
    folded = unicodedata.normalize("NFKC", text).translate(_FOLDED) if len(text) <= _TEXT_LIMIT else ""
    folded = "".join(folded.split())
    for ending in _ENDINGS:
        folded = folded.removesuffix(ending)
    found = _single(folded)
    if found is None:
        found = next((period for mark in _UNTIL.finditer(folded) if (period := _between(folded, mark))), None)
    if found is None:
        raise DateInputError(
            _("「2026-09-30」「2026年9月」「2026年4月〜9月」のように入力してください"), "invalid_period"
        )
    return Period(found.first, None if found.until == found.first else found.until)


def period_text(period: Period) -> str:
    """A period as documents and forms show it, in a way that is read again: `2026-09-30`, `2026年9月分`."""
    first, until = period.first, period.until
    if until is None:
        return first.isoformat()
    if first.day == 1 and until == _last_of_month(until):
        begin = f"{first.year}年{first.month}月"
        if (first.year, first.month) == (until.year, until.month):
            return f"{begin}分"
        year = "" if first.year == until.year else f"{until.year}年"
        return f"{begin}〜{year}{until.month}月分"
    return f"{first.isoformat()}〜{until.isoformat()}"


def _single(text: str) -> Period | None:
    """A whole day or a whole month."""
    day = _day(text)
    if day is not None:
        return Period(day)
    match = _MONTH.fullmatch(text)
    return _month(match["year"], match["month"]) if match else None


def _between(text: str, mark: re.Match[str]) -> Period | None:
    """From what stands before the mark until what stands after it, which may leave out what is the same."""
    before, after = text[: mark.start()], text[mark.end() :]
    begin = _single(before) or _short_month(before)
    if begin is None:
        return None
    end = _single(after) or _later(begin, after)
    return Period(begin.first, end.last) if end is not None and end.last >= begin.first else None


def _short_month(text: str) -> Period | None:
    """The month before `〜9月`, which may lack its 月: `2026年4`."""
    return _single(f"{text}月") if text[-1:].isdigit() else None


def _later(begin: Period, text: str) -> Period | None:
    """An end of which only the month, or only the day, is written."""
    year, month = begin.first.year, begin.first.month
    if begin.until is not None:
        match = _LATER_MONTH.fullmatch(text)
        return _month(str(year), match["month"]) if match else None
    match = _LATER_DAY.fullmatch(text)
    day = _day(f"{year}-{match['month'] or month}-{match['day']}") if match else None
    return Period(day) if day else None


def _month(year: str, month: str) -> Period | None:
    """A month whose first or last day is a day of its era: 令和元年5月 and 平成31年4月."""
    for number in (1, 28):
        inside = _day(f"{year}年{month}月{number}日")
        if inside is not None:
            return Period(inside.replace(day=1), _last_of_month(inside))
    return None


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except DateInputError:
        return None
