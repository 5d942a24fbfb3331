"""A day, a month or a longer period, typed in one text field."""

from datetime import date

import pytest

from portal.lib.calendar import DateInputError
from portal.lib.periods import Period, parse_period, period_text

DAY = Period(date(2026, 9, 30), None)
SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
HALF_YEAR = Period(date(2026, 4, 1), date(2026, 9, 30))
WINTER = Period(date(2026, 10, 1), date(2027, 3, 31))


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2026-09-30", DAY),
        ("２０２６/９/３０", DAY),
        ("R8.9.30", DAY),
        ("令和8年9月30日", DAY),
        ("2026–09–30", DAY),
        ("2026年9月", SEPTEMBER),
        ("2026年9月分", SEPTEMBER),
        ("2026-09", SEPTEMBER),
        ("2026/9", SEPTEMBER),
        ("2026年 9月 分", SEPTEMBER),
        ("2019.10", Period(date(2019, 10, 1), date(2019, 10, 31))),
        ("令和8年10月", OCTOBER),
        ("Ｒ８．１０", OCTOBER),
        ("2024年2月", Period(date(2024, 2, 1), date(2024, 2, 29))),
        ("2026/4–9月", HALF_YEAR),
        ("2026/4-9月", HALF_YEAR),
        ("2026年4月〜9月", HALF_YEAR),
        ("2026年4～9月分", HALF_YEAR),
        ("2026-04~2026-09", HALF_YEAR),
        ("2026年4月から9月まで", HALF_YEAR),
        ("令和8年4月1日〜9月30日", HALF_YEAR),
        ("2026/4/1-9/30", HALF_YEAR),
        ("2026-04-01〜2026-09-30", HALF_YEAR),
        ("2026年10月〜2027年3月", WINTER),
        ("令和8年10月〜令和9年3月", WINTER),
        ("2026年4月3日〜5日", Period(date(2026, 4, 3), date(2026, 4, 5))),
        ("2026-09-30〜2026-09-30", DAY),
        ("令和元年5月", Period(date(2019, 5, 1), date(2019, 5, 31))),
    ],
)
def test_what_people_type_is_read(text, period):
    assert parse_period(text) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9月",
        "2026",
        "2026年13月",
        "2026年9月〜4月",
        "先月",
        "2026-02-30",
        "平成31年5月",
        "2026年4月〜",
        "9" * 50,
        "〜",
    ],
)
def test_what_is_no_period_is_refused_with_the_way_to_write_one(text):
    with pytest.raises(DateInputError) as refused:
        parse_period(text)
    assert refused.value.message


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (DAY, "2026-09-30"),
        (SEPTEMBER, "2026年9月分"),
        (HALF_YEAR, "2026年4月〜9月分"),
        (WINTER, "2026年10月〜2027年3月分"),
        (Period(date(2026, 4, 2), date(2026, 9, 30)), "2026-04-02〜2026-09-30"),
        (Period(date(2026, 4, 1), date(2026, 9, 29)), "2026-04-01〜2026-09-29"),
    ],
)
def test_it_is_shown_as_it_is_said_and_read_again_as_the_same(period, text):
    assert period_text(period) == text
    assert parse_period(text) == period
