from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from freezegun import freeze_time
from hypothesis import example, given
from hypothesis import strategies as st

from portal.lib.calendar import (
    ERAS,
    JST,
    SHOWA,
    DateInputError,
    closing_period,
    fiscal_year,
    fiscal_year_text,
    is_closed,
    jst_date,
    parse_date,
    to_wareki,
    today_jst,
    years_later,
)

WAREKI = [
    (date(2026, 10, 31), "令和8年10月31日"),
    (date(2019, 5, 1), "令和元年5月1日"),
    (date(2019, 12, 31), "令和元年12月31日"),
    (date(2020, 1, 1), "令和2年1月1日"),
    (date(2019, 4, 30), "平成31年4月30日"),
    (date(1989, 1, 8), "平成元年1月8日"),
    (date(1989, 1, 7), "昭和64年1月7日"),
    (date(1926, 12, 25), "昭和元年12月25日"),
    (date(1927, 1, 1), "昭和2年1月1日"),
]


@pytest.mark.parametrize(("day", "wareki"), WAREKI)
def test_a_day_is_written_in_its_era_and_read_back(day, wareki):
    assert to_wareki(day) == wareki
    assert parse_date(wareki) == day


def test_a_day_before_showa_is_written_in_the_western_calendar():
    assert to_wareki(date(1926, 12, 24)) == "1926年12月24日"


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-31",
        "2026/10/31",
        "2026.10.31",
        "20261031",
        "2026年10月31日",
        "２０２６年１０月３１日",
        "２０２６／１０／３１",
        " 2026-10-31 ",
        "R8.10.31",
        "r8.10.31",
        "Ｒ８．１０．３１",
        "R8/10/31",
        "R08-10-31",
        "令和8年10月31日",
        "令和 ８ 年 １０ 月 ３１ 日",
        "㋿8年10月31日",
        "2026−10−31",
        "2026ー10ー31",
        "2026‐10‐31",
        "2026–10–31",
        "2026―10―31",
        "2026。10。31",
        "2026・10・31",
        "2026·10·31",
        "2026∕10∕31",
        "令8.10.31",
        "令８．１０．３１",
        "令8年10月31日",
        "令和8.10.31",
        "R.8.10.31",
        "2026/10/31 0:00:00",
        "2026-10-31 00:00",
        "2026/10/31 0:00:00.000",
        "2026年10月31日 午前 0:00:00",
        "2026/10/31(土)",
        "2026/10/31（土）",
        "2026年10月31日(土曜日)",
        "2026年10月31日 土曜日",
        "令和8年10月31日(土) 13:30",
        "2026/10/31(Sat)",
        "2026年10⽉31⽇",
        "2026年10月31",
        "令和8年10月31(土)",
        "2026-10-31T00:00",
        "2026-10-31T09:15:00.000+09:00",
        "\u200b2026-10-31\u200e",
    ],
)
def test_every_usual_spelling_of_a_date_is_read(text):
    assert parse_date(text) == date(2026, 10, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("R1.5.1", date(2019, 5, 1)),
        ("R元.5.1", date(2019, 5, 1)),
        ("H31.4.30", date(2019, 4, 30)),
        ("H1.1.8", date(1989, 1, 8)),
        ("S64.1.7", date(1989, 1, 7)),
        ("S1.12.25", date(1926, 12, 25)),
        ("2026/1/5", date(2026, 1, 5)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_first_years_and_short_months_are_read(text, day):
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("R1.4.30", "令和は令和元年5月1日から"),
        ("令和元年4月30日", "令和は令和元年5月1日から"),
        ("平成31年5月1日", "翌日は令和元年5月1日"),
        ("H1.1.7", "平成は平成元年1月8日から"),
        ("H38.10.31", "平成31年4月30日まで"),
        ("S64.1.8", "翌日は平成元年1月8日"),
        ("S1.12.24", "昭和は昭和元年12月25日から"),
    ],
)
def test_an_era_is_refused_outside_its_days(text, says):
    with pytest.raises(DateInputError, match=says) as raised:
        parse_date(text)
    assert raised.value.code == "outside_era"
    assert "確かめて入力してください" in str(raised.value)


@pytest.mark.parametrize("text", ["2026-02-30", "2026/13/01", "20260431", "R8.2.29", "0000-01-01", "R9999.1.1"])
def test_a_day_that_does_not_exist_is_named(text):
    with pytest.raises(DateInputError, match=f"「{text}」という日付はありません") as raised:
        parse_date(text)
    assert raised.value.code == "no_such_date"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "きのう",
        "26-10-31",
        "2026-10/31",
        "2026-10",
        "13月45日",
        "日",
        "(土)",
        "2026/10/31 25時",
        "R0.1.1",
        "M45.7.30",
        "2026-10-31T15:00:00Z",
        "٢٠٢٦-١٠-٣١",
        "2" * 5000,
    ],
)
def test_what_is_not_a_date_is_refused_with_two_ways_to_write_one(text):
    with pytest.raises(ValueError, match="「2026-10-31」または「令和8年10月31日」") as raised:
        parse_date(text)
    assert raised.value.code == "invalid_date"


@pytest.mark.parametrize("text", ["10月31日", "10/31", "１０−３１", "10.31", "10月31日(土)"])
@pytest.mark.parametrize(
    ("today", "proposed"), [("2026-11-05", "2026-10-31"), ("2026-01-05", "2025-10-31"), ("2026-07-01", "2026-10-31")]
)
def test_a_date_without_a_year_is_asked_for_it_with_the_nearest_one(text, today, proposed):
    with freeze_time(today), pytest.raises(DateInputError, match="年がありません") as raised:
        parse_date(text)
    assert raised.value.code == "no_year"
    assert f"{proposed[:4]}年なら「{proposed}」" in str(raised.value)


def test_the_29th_of_february_is_proposed_in_a_leap_year():
    with freeze_time("2026-11-05"), pytest.raises(DateInputError, match="「2028-02-29」"):
        parse_date("2月29日")


@pytest.mark.parametrize("text", ["2026/10/31(日)", "令和8年10月31日 金曜日", "2026-10-31(Sun)"])
def test_a_weekday_that_does_not_fit_is_told(text):
    with pytest.raises(DateInputError, match="令和8年10月31日は土曜日です") as raised:
        parse_date(text)
    assert raised.value.code == "wrong_weekday"


@given(st.dates(min_value=SHOWA.start))
@example(date.max)
@example(date(1989, 1, 7))
@example(date(1989, 1, 8))
@example(date(2019, 4, 30))
@example(date(2019, 5, 1))
def test_writing_and_reading_a_day_gives_the_same_day(day):
    assert parse_date(to_wareki(day)) == day
    assert parse_date(day.isoformat()) == day


def test_eras_follow_each_other_without_a_gap():
    for later, earlier in pairwise(ERAS):
        assert earlier.end + timedelta(days=1) == later.start


@given(st.text(max_size=45))
def test_any_text_gives_a_date_or_a_message(text):
    try:
        outcome: object = parse_date(text)
    except DateInputError as error:
        outcome = str(error)
    assert isinstance(outcome, date) or "入力してください" in str(outcome)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC), date(2026, 3, 31)),
        (datetime(2026, 3, 31, 15, 0, tzinfo=UTC), date(2026, 4, 1)),
        (datetime(2026, 4, 1, 0, 0, tzinfo=JST), date(2026, 4, 1)),
    ],
)
def test_a_moment_has_the_date_that_it_is_in_japan(moment, day):
    assert jst_date(moment) == day


def test_a_moment_without_a_zone_has_no_date():
    with pytest.raises(ValueError, match="time zone"):
        jst_date(datetime(2026, 3, 31))  # noqa: DTZ001 (the fault under test)


def test_today_is_the_day_in_japan():
    before = jst_date(datetime.now(UTC))
    today = today_jst()
    assert before <= today <= jst_date(datetime.now(UTC))


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2026, 3, 31), 2025), (date(2026, 4, 1), 2026), (date(2026, 12, 31), 2026), (date(2027, 1, 1), 2026)],
)
def test_the_fiscal_year_begins_in_april(day, year):
    assert fiscal_year(day) == year


@pytest.mark.parametrize(
    ("year", "text"),
    [(2025, "令和7年度"), (2019, "令和元年度"), (2018, "平成30年度"), (1989, "平成元年度"), (1988, "昭和63年度")],
)
def test_a_fiscal_year_is_called_by_its_era(year, text):
    assert fiscal_year_text(year) == text


def test_a_fiscal_year_is_closed_in_the_two_months_after_it():
    assert closing_period(2025) == (date(2026, 4, 1), date(2026, 5, 31))


@pytest.mark.parametrize(
    ("day", "closed"), [(date(2026, 3, 31), False), (date(2026, 5, 31), False), (date(2026, 6, 1), True)]
)
def test_the_books_of_a_fiscal_year_close_at_the_end_of_may(day, closed):
    assert is_closed(2025, day) is closed


@pytest.mark.parametrize("function", [fiscal_year, to_wareki])
def test_a_moment_is_not_taken_for_a_business_date(function):
    with pytest.raises(TypeError):
        function(datetime(2026, 3, 31, 20, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2021, 6, 30), date(2026, 6, 30)),
        (date(2020, 2, 29), date(2025, 2, 28)),
        (date(2020, 2, 28), date(2025, 2, 28)),
    ],
)
def test_years_later_is_the_same_day_or_the_last_of_its_month(day, later):
    assert years_later(day, 5) == later
