import re
from decimal import Decimal
from fractions import Fraction

import pytest
from django.conf import settings
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.errors import InputError
from portal.lib.yen import Rounding, format_yen, parse_decimal, parse_yen, round_yen, yen_as_typed

amounts = st.one_of(
    st.integers(-(10**15), 10**15),
    st.fractions(-(10**9), 10**9),
    st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=4),
)


@pytest.mark.parametrize(
    ("value", "floor", "half_up", "ceil"),
    [
        (Fraction(9480 * 8, 100), 758, 758, 759),
        (Fraction(12828 * 10, 100), 1282, 1283, 1283),
        (Fraction(12345 * 10, 100), 1234, 1235, 1235),
        (Fraction(315 * 10, 100), 31, 32, 32),
        (Fraction(27164 * 10, 110), 2469, 2469, 2470),
        (Decimal("-12.3"), -12, -12, -13),
        (Decimal("-12.5"), -12, -13, -13),
        (Decimal("-12.8"), -12, -13, -13),
        (Decimal("0.5"), 0, 1, 1),
        (Decimal("-0.5"), 0, -1, -1),
        (Decimal("0.0001"), 0, 0, 1),
        (Decimal("0.49999999999999999999999999999999"), 0, 0, 1),
        (0, 0, 0, 0),
        (-7, -7, -7, -7),
    ],
)
def test_each_mode_rounds_the_magnitude_and_puts_the_sign_back(value, floor, half_up, ceil):
    assert round_yen(value, Rounding.FLOOR) == floor
    assert round_yen(value, Rounding.HALF_UP) == half_up
    assert round_yen(value, Rounding.CEIL) == ceil


@given(amounts, st.sampled_from(Rounding))
def test_a_return_cancels_exactly_what_its_sale_came_to(value, rounding):
    assert round_yen(-value, rounding) == -round_yen(value, rounding)


@given(amounts, st.sampled_from(Rounding))
def test_rounding_never_moves_an_amount_by_a_whole_yen(value, rounding):
    assert abs(round_yen(value, rounding) - Fraction(value)) < 1


@given(amounts)
def test_half_up_is_never_further_from_the_truth_than_the_other_modes(value):
    def error(rounding):
        return abs(round_yen(value, rounding) - Fraction(value))

    assert error(Rounding.HALF_UP) == min(error(Rounding.FLOOR), error(Rounding.CEIL))


@given(amounts)
def test_floor_shrinks_and_ceil_grows_the_magnitude(value):
    magnitude = abs(Fraction(value))
    assert abs(round_yen(value, Rounding.FLOOR)) <= magnitude <= abs(round_yen(value, Rounding.CEIL))


@given(st.integers(), st.sampled_from(Rounding))
def test_whole_yen_stay_as_they_are(value, rounding):
    assert round_yen(value, rounding) == value


def test_a_stored_mode_is_understood():
    assert round_yen(Decimal("1.5"), "ceil") == 2


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="bankers"):
        round_yen(Decimal("1.5"), "bankers")


@pytest.mark.parametrize("value", [1.5, "1.5", None])
def test_only_exact_numbers_are_rounded(value):
    with pytest.raises(TypeError):
        round_yen(value, Rounding.FLOOR)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity")])
def test_what_is_not_a_finite_amount_is_refused(value):
    with pytest.raises(ValueError, match="not an amount"):
        round_yen(value, Rounding.FLOOR)


@pytest.mark.parametrize(
    ("amount", "read", "typed"),
    [(24348, "24,348", "24,348"), (-1620, "△1,620", "-1,620"), (0, "0", "0"), (-999, "△999", "-999")],
)
def test_people_read_a_triangle_below_zero_and_type_a_minus_sign(amount, read, typed):
    assert format_yen(amount) == read
    assert yen_as_typed(amount) == typed
    assert parse_yen(read) == parse_yen(typed) == amount


def test_a_template_prints_an_amount_like_everything_else():
    shown = Template("{{ minus|yen }} {{ plus|yen }} {{ none|yen }}").render(
        Context({"minus": -1620, "plus": 24348, "none": None})
    )
    assert shown == "△1,620 24,348 "


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(r"\|\s*(?:intcomma|floatformat)", id="an amount by another filter"),
        pytest.param(r"date:.(?!Y)[^c]", id="a date without its year"),
    ],
)
def test_no_template_writes_it_in_another_way(other):
    templates = [path for path in (settings.BASE_DIR / "templates").rglob("*") if path.suffix in (".html", ".txt")]
    assert len(templates) > 100
    assert [path.name for path in templates if re.search(other, path.read_text(encoding="utf-8"))] == []


def test_a_float_is_not_printed_as_money():
    with pytest.raises(ValueError, match="format code"):
        format_yen(1.5)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1620", 1620),
        ("1,620", 1620),
        ("１，６２０", 1620),
        ("￥1,620", 1620),
        ("¥1,620", 1620),
        ("\\1,620", 1620),
        ("1,620円", 1620),
        ("△1,620", -1620),
        ("▲１６２０", -1620),
        ("−1620", -1620),
        ("－１６２０", -1620),
        ("ー1620", -1620),
        ("-¥1,620", -1620),
        ("¥-1,620", -1620),
        ("+5", 5),
        ("\u30001,620 ", 1620),
        ("1620.00", 1620),
        ("-0", 0),
        ("007", 7),
        ("(1,620)", -1620),
        ("（１，６２０）", -1620),
        ("(¥1,620)", -1620),
        ("¥(1,620)", -1620),
        ("( 1,620円 )", -1620),
        ("△ 1,620", -1620),
        ("―1,620", -1620),
        ("－1,620円", -1620),
        ("¥1,620-", 1620),
        ("￥１，６２０－", 1620),
        ("¥1,620ー", 1620),
        ("¥1,620.-", 1620),
        ("△¥1,620-", -1620),
        ("1,620円也", 1620),
        ("1、620", 1620),
        ("\u200b1,620\ufeff", 1620),
    ],
)
def test_an_amount_is_read_as_people_type_it(text, number):
    assert parse_yen(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "¥",
        "円",
        ".",
        "abc",
        "1,5",
        "12,34",
        "1,2345",
        ",123",
        "1 2",
        "--5",
        "-¥-5",
        "10²",
        "½",
        "1e5",
        "NaN",
        "٣",
        "9" * 41,
        "1,620-",
        "(-1,620)",
        "-(1,620)",
        "((1))",
        "()",
        "(1,620",
        "¥-",
    ],
)
def test_what_is_not_a_number_is_refused_with_an_example(text):
    with pytest.raises(InputError, match="数字で入力してください") as raised:
        parse_yen(text)
    assert raised.value.code == "invalid_number"


def test_a_fraction_of_a_yen_is_refused():
    with pytest.raises(InputError, match="整数で入力してください") as raised:
        parse_yen("1,620.5")
    assert raised.value.code == "too_many_decimals"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.25", "1.25"),
        ("１．２５", "1.25"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("1.50000", "1.5"),
        ("2", "2"),
        ("0.0001", "0.0001"),
    ],
)
def test_a_decimal_is_read_to_four_places(text, number):
    assert parse_decimal(text, max_decimals=4) == Decimal(number)


def test_a_fifth_decimal_is_refused_with_the_number_allowed():
    with pytest.raises(InputError, match="小数点以下は4桁まで"):
        parse_decimal("1.00001", max_decimals=4)


@given(st.integers(-(10**12), 10**12))
def test_every_printed_amount_can_be_typed_back(amount):
    assert parse_yen(format_yen(amount)) == amount
    assert parse_yen(yen_as_typed(amount)) == amount


@given(st.text(max_size=60))
def test_any_text_gives_a_number_or_a_message(text):
    try:
        outcome: object = parse_decimal(text, max_decimals=4)
    except InputError as error:
        outcome = str(error)
    assert isinstance(outcome, Decimal) or "入力してください" in str(outcome)
