"""Business dates: Japan's days, eras and fiscal years."""

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from portal.lib.errors import InputError
from portal.lib.text import fault_of_cell, mended, with_hyphens

JST = ZoneInfo("Asia/Tokyo")

_TEXT_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Era:
    """An era (元号), with its first and last day."""

    name: str
    letter: str
    start: date
    end: date

    @property
    def year_zero(self) -> int:
        """The Western year before the first year of the era: year_zero + 8 is the year 8 of the era."""
        return self.start.year - 1


REIWA = Era("令和", "R", date(2019, 5, 1), date.max)
HEISEI = Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30))
SHOWA = Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7))
ERAS = (REIWA, HEISEI, SHOWA)

EARLIEST_DATE = SHOWA.start
LATEST_DATE = date(2099, 12, 31)
"""A business date before EARLIEST_DATE or after LATEST_DATE is taken for a typing mistake."""

_BY_MARK = {mark: era for era in ERAS for mark in (era.name, era.letter, era.name[0])}
_MARKS = "|".join(sorted(_BY_MARK, key=len, reverse=True))
_DAY = r"(?P<month>[0-9]{1,2})(?P=separator)(?P<day>[0-9]{1,2})"
_DAY_IN_WORDS = "(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日?"
_WESTERN = (
    re.compile(rf"(?P<year>[0-9]{{4}})(?P<separator>[-/.]){_DAY}"),
    re.compile(rf"(?P<year>[0-9]{{4}})年{_DAY_IN_WORDS}"),
    re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
)
_ERA_YEAR = rf"(?P<era>{_MARKS})\.?(?P<year>[0-9]{{1,4}}|元)"
_JAPANESE = (
    re.compile(rf"{_ERA_YEAR}(?P<separator>[-/.]){_DAY}"),
    re.compile(rf"{_ERA_YEAR}年{_DAY_IN_WORDS}"),
)
_WITHOUT_YEAR = (
    re.compile("(?P<month>[0-9]{1,2})(?P<separator>[-/.])(?P<day>[0-9]{1,2})"),
    re.compile(_DAY_IN_WORDS),
)
_WEEKDAYS = ("月", "火", "水", "木", "金", "土", "日")
_ENGLISH_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
# Without brackets 日 alone is the end of a date and not a Sunday.
_WEEKDAY = re.compile(
    rf"\((?P<short>[{''.join(_WEEKDAYS)}])(?:曜日?)?(?:/?祝日?)?\)|(?P<long>[{''.join(_WEEKDAYS)}])曜日?"
    rf"|\((?P<english>{'|'.join(_ENGLISH_WEEKDAYS)})\)"
)
# The time of a cell that a spreadsheet keeps as a moment, or of one that a program wrote (ISO 8601). In another zone
# than Japan's it may be another day.
_TIME = re.compile(
    r"(?:\s|(?<=[0-9])T)(?:午前|午後|AM|PM)?\s?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"\s?(?:AM|PM|\+09:?00)?\Z"
)
# Whatever input methods write for a full stop or a slash (the slash key gives ・ while kana is on).
_SEPARATORS = str.maketrans({**dict.fromkeys("。·‧∙•", "."), **dict.fromkeys("・∕⁄⧸╱", "/")})


class DateInputError(InputError):
    """Text that is not a date. Codes: `invalid_date`, `no_such_date`, `outside_era`, `no_year`, `wrong_weekday`."""


def today_jst() -> date:
    """The date in Japan now."""
    return datetime.now(JST).date()


def jst_date(moment: datetime) -> date:
    """The date in Japan at a point in time.

    Raises:
        ValueError: it has no time zone, so its date in Japan is unknown.
    """
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone before it has a date")
    return moment.astimezone(JST).date()


def to_wareki(day: date) -> str:
    """A date in its era: `令和8年10月31日`. The first year is written `元年`.

    Days before 昭和 are not business dates here; they are written in the Western calendar.
    """
    _require_date(day)
    for era in ERAS:
        if era.start <= day <= era.end:
            year = day.year - era.year_zero
            return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}年{day.month}月{day.day}日"


def parse_date(text: str) -> date:
    """Read a date as people type it.

    `2026-10-31`, `2026/10/31`, `2026.10.31`, `20261031`, `2026年10月31日`, `R8.10.31`, `令和8年10月31日`, `令8.10.31`,
    `H元.1.8`; also in full-width characters, with spaces and with any dash, stop or slash. A weekday behind it has to
    fit; a time of Japan behind it, as in a cell of a spreadsheet, is ignored. A date outside its era is refused
    (平成31年5月1日), because either the era or the day must be wrong. A date without a year is refused too: the message
    proposes one, and nobody else may choose it.

    Raises:
        DateInputError: the text is not a date; the message says how to write one.
        InputError: it is a fault of a spreadsheet's cell (`fault_of_cell`).
    """
    if fault := fault_of_cell(text):
        raise fault
    folded = unicodedata.normalize("NFKC", mended(text)).upper().strip() if len(text) <= _TEXT_LIMIT else ""
    folded = "".join(with_hyphens(_TIME.sub("", folded)).translate(_SEPARATORS).split())
    weekday = _WEEKDAY.search(folded)
    if weekday is None or weekday.end() != len(folded):
        return _parse_day(folded, text)
    day = _parse_day(folded[: weekday.start()], text)
    wanted = weekday["short"] or weekday["long"] or _WEEKDAYS[_ENGLISH_WEEKDAYS.index(weekday["english"])]
    if wanted != _WEEKDAYS[day.weekday()]:
        raise DateInputError(
            _("%(date)sは%(weekday)s曜日です。日付か曜日を確かめて入力してください"),
            "wrong_weekday",
            {"date": to_wareki(day), "weekday": _WEEKDAYS[day.weekday()]},
        )
    return day


def _parse_day(folded: str, text: str) -> date:
    """A date alone, without spaces. `text` is what was typed."""
    for pattern in _WESTERN:
        if match := pattern.fullmatch(folded):
            return _date(int(match["year"]), int(match["month"]), int(match["day"]), text)
    for pattern in _JAPANESE:
        if match := pattern.fullmatch(folded):
            era = _BY_MARK[match["era"]]
            era_year = 1 if match["year"] == "元" else int(match["year"])
            if era_year == 0:
                break
            day = _date(era.year_zero + era_year, int(match["month"]), int(match["day"]), text)
            if not era.start <= day <= era.end:
                raise _outside(era)
            return day
    for pattern in _WITHOUT_YEAR:
        if (match := pattern.fullmatch(folded)) and (proposed := _nearest(int(match["month"]), int(match["day"]))):
            raise DateInputError(
                _("「%(text)s」には年がありません。%(year)d年なら「%(date)s」のように、年から入力してください"),
                "no_year",
                {"text": mended(text).strip(), "year": proposed.year, "date": proposed.isoformat()},
            )
    raise DateInputError(
        _("日付を「2026-10-31」または「令和8年10月31日」の形で入力してください"),
        "invalid_date",
    )


def _nearest(month: int, day: int) -> date | None:
    """The day with this month and day that is nearest to today; None where no year has it."""
    today, found = today_jst(), []
    for year in range(today.year - 4, today.year + 5):  # 29 February comes every four years
        with suppress(ValueError):
            found.append(date(year, month, day))
    return min(found, key=lambda each: abs(each - today), default=None)


def fiscal_year(day: date) -> int:
    """The fiscal year (April to March) of a day: the number of the year in which it begins."""
    _require_date(day)
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_text(year: int) -> str:
    """What a fiscal year is called: `令和7年度`. One in which the era changed is called by the new one (令和元年度)."""
    return f"{to_wareki(date(year, 5, 1)).split('年')[0]}年度"


def years_later(day: date, years: int) -> date:
    """The same day so many years later; of 29 February the last day of that month (民法143条②)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def closing_period(fiscal_year: int) -> tuple[date, date]:
    """First and last day of 出納整理期間, when a city still pays for work of a fiscal year that has ended."""
    return date(fiscal_year + 1, 4, 1), date(fiscal_year + 1, 5, 31)


def is_closed(fiscal_year: int, day: date) -> bool:
    """Whether the accounts of a fiscal year are closed on a day: after its closing period (地方自治法235条の5)."""
    return day > closing_period(fiscal_year)[1]


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateInputError(
            _("「%(text)s」という日付はありません。年月日を確かめて入力してください"),
            "no_such_date",
            {"text": mended(text).strip()},
        ) from None


def _outside(era: Era) -> DateInputError:
    if era.end == date.max:
        return DateInputError(
            _("%(era)sは%(start)sからです。元号と年月日を確かめて入力してください"),
            "outside_era",
            {"era": era.name, "start": to_wareki(era.start)},
        )
    following = to_wareki(era.end + timedelta(days=1))
    return DateInputError(
        _("%(era)sは%(start)sから%(end)sまでです(翌日は%(following)s)。元号と年月日を確かめて入力してください"),
        "outside_era",
        {"era": era.name, "start": to_wareki(era.start), "end": to_wareki(era.end), "following": following},
    )


def _require_date(day: date) -> None:
    # A datetime is a date to Python, but its day depends on the zone: 20:00 UTC is already tomorrow in Japan.
    if isinstance(day, datetime):
        raise TypeError("a business date is needed, not a moment; see jst_date")
