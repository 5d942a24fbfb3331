import time
from contextlib import suppress

import pytest

from portal.lib.errors import InputError
from portal.lib.telephones import normalise_phone


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0994-43-2111", "0994-43-2111"),
        ("０９９４−４３−２１１１", "0994-43-2111"),
        ("0994ー43ー2111", "0994-43-2111"),
        ("(0994)43-2111", "0994-43-2111"),
        ("0994(43)2111", "0994-43-2111"),
        ("0994 43 2111", "0994-43-2111"),
        ("0994432111", "0994432111"),
        ("03-1234-5678", "03-1234-5678"),
        ("090-1234-5678", "090-1234-5678"),
        ("050-1234-5678", "050-1234-5678"),
        ("0120-123-456", "0120-123-456"),
        ("0800-123-4567", "0800-123-4567"),
        ("+81 994-43-2111", "0994-43-2111"),
        ("+81-90-1234-5678", "090-1234-5678"),
        ("+81 (0)994-43-2111", "0994-43-2111"),
        ("TEL:0994-43-2111", "0994-43-2111"),
        ("℡ 0994−43−2111", "0994-43-2111"),
        ("\u200b0994-43-2111\u200e", "0994-43-2111"),
        ("0994-43-2111(代)", "0994-43-2111(代)"),
        ("０９９４－４３－２１１１（代表）", "0994-43-2111(代表)"),
        ("0994-43-2111㈹", "0994-43-2111(代)"),
        ("(0994)43-2111(代)", "0994-43-2111(代)"),
        ("0994-43-2111 内線3", "0994-43-2111 内線3"),
        ("0994-43-2111(内線 12)", "0994-43-2111(内線 12)"),
        ("0994-43-2111（内線１２）", "0994-43-2111(内線12)"),
        ("0994432111 ext. 12", "0994432111 ext. 12"),
        ("+1 212-555-0123", "+1-212-555-0123"),
        ("+1 (212) 555-0123", "+1-212-555-0123"),
        ("＋84 24 3825 1234", "+84-24-3825-1234"),
    ],
)
def test_a_telephone_number_is_read_as_people_type_it(text, number):
    assert normalise_phone(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "43-2111",
        "994-43-2111",
        "0994-43-211",
        "0994-43-21111",
        "090-1234-567",
        "00-1234-5678",
        "0994-43-2111(本社)",
        "+1-212",
        "+0-212-555-0123",
        "内線12",
        "0" * 61,
        "1-800-123-4567",
        "0-9-9-4-4-3-2-1-1-1",
        "٠٩٩٤٤٣٢١١١",
    ],
)
def test_what_is_no_telephone_number_is_refused(text):
    with pytest.raises(InputError, match="0から始まる10桁か11桁の数字で入力してください") as raised:
        normalise_phone(text)
    assert raised.value.code == "invalid_phone"


def test_a_number_with_a_note_that_is_too_long_to_be_stored_is_told():
    with pytest.raises(InputError, match=r"20文字以内.*いまは22文字") as raised:
        normalise_phone("0994-43-2111(内線 12345)")
    assert raised.value.code == "too_long"


def test_reading_a_number_takes_time_in_proportion_to_it():
    begun = time.perf_counter()
    for text in ("0" * 60, "(" * 60, "0 " * 30, "0-" * 30, "代" * 60, "0" + "内線1" * 19):
        with suppress(InputError):
            normalise_phone(text)
    assert time.perf_counter() - begun < 0.5
