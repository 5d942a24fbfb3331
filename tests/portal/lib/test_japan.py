from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.errors import InputError
from portal.lib.japan import (
    Address,
    check_digit_ok,
    find_address,
    kana_heading,
    normalise_phone,
    normalise_postcode,
    normalise_registration_number,
    registration_number_form_ok,
    sort_key_kana,
    to_hiragana,
    to_katakana,
)


@pytest.mark.parametrize(
    "text",
    [
        "T7123456789012",
        "t7123456789012",
        "Ｔ７１２３４５６７８９０１２",
        "T7-1234-5678-9012",
        "T 7123 4567 8901 2",
        "T７ー１２３４−5678‐9012",
        "7123456789012",
        "7-1234-5678-9012\u3000",
    ],
)
def test_a_registration_number_is_read_as_people_type_it(text):
    assert normalise_registration_number(text) == "T7123456789012"


@pytest.mark.parametrize(
    "text", ["", "T", "T712345678901", "T71234567890123", "X7123456789012", "TT7123456789012", "T712345678901٢"]
)
def test_what_is_not_t_and_13_digits_is_refused(text):
    with pytest.raises(InputError, match="「T」と13桁の数字で入力してください") as raised:
        normalise_registration_number(text)
    assert raised.value.code == "invalid_registration_number"


@pytest.mark.parametrize(
    ("number", "ok"),
    [
        ("T7123456789012", True),
        ("T1234567890123", True),
        ("7123456789012", False),
        ("t7123456789012", False),
        ("T７123456789012", False),
        ("T7123456789012\n", False),
        ("", False),
    ],
)
def test_the_form_is_that_of_a_stored_number(number, ok):
    assert registration_number_form_ok(number) is ok


@pytest.mark.parametrize(
    ("digits", "valid"),
    [
        ("7123456789012", True),
        ("4011001098993", True),
        ("7000012050002", True),
        ("7010705000725", True),
        ("9234567890123", True),
        ("1234567890123", False),
        ("8123456789012", False),
        ("0123456789012", False),
    ],
)
def test_the_first_digit_checks_the_other_twelve(digits, valid):
    assert check_digit_ok(f"T{digits}") is valid


@pytest.mark.parametrize("number", ["", "T", "7123456789012", "T7-1234-5678-9012"])
def test_the_check_digit_of_an_unread_number_is_never_right(number):
    assert check_digit_ok(number) is False


def test_a_swap_of_0_and_9_goes_unseen():
    assert check_digit_ok("T7123456789012")
    assert check_digit_ok("T7123456780912")


@given(st.from_regex(r"[0-9]{12}", fullmatch=True).filter(str.isascii))
def test_one_digit_fits_the_other_twelve_and_no_other_does(base):
    assert sum(check_digit_ok(f"T{digit}{base}") for digit in "0123456789") == 1


@pytest.mark.parametrize(
    ("kana", "heading"),
    [
        ("アサヒ", "あ"),
        ("ヴィラ", "あ"),
        ("ォ", "あ"),
        ("ガス", "か"),
        ("ｶﾞｽ", "か"),
        ("が", "か"),
        ("ヶ", "か"),
        ("ザ", "さ"),
        ("っ", "た"),
        ("ヌ", "な"),
        ("ぱん", "は"),
        ("ﾎﾞ", "は"),
        ("ム", "ま"),
        ("ゃ", "や"),
        ("ロ", "ら"),
        ("ワ", "わ"),
        ("ヲ", "わ"),
        ("ん", "わ"),
        ("\u3000イ", "あ"),
        ("ABC", "他"),
        ("鹿屋", "他"),
        ("ー", "他"),
        ("1", "他"),
        ("", "他"),
    ],
)
def test_a_reading_is_filed_under_the_row_of_its_first_letter(kana, heading):
    assert kana_heading(kana) == heading


@pytest.mark.parametrize(
    ("katakana", "hiragana"),
    [("カノヤシ", "かのやし"), ("ヴァー", "ゔぁー"), ("ヶ", "ゖ"), ("鹿屋ガス123", "鹿屋がす123")],
)
def test_kana_change_into_each_other(katakana, hiragana):
    assert to_katakana(hiragana) == katakana
    assert to_hiragana(katakana) == hiragana


def test_half_width_kana_are_widened():
    assert to_katakana("ｶﾞｽ") == "ガス"
    assert to_hiragana("ｶﾞｽ") == "がす"


def test_readings_sort_as_in_a_dictionary():
    in_order = [
        "あい",
        "アウ",
        "カキ",
        "かぎ",
        "ガキ",
        "キャク",
        "きやす",
        "さとうや",
        "サトー",
        "さとおや",
        "スーパー",
        "すうり",
        "ハン",
        "バン",
        "パン",
        "はんこ",
    ]
    keys = [sort_key_kana(reading) for reading in in_order]
    assert all(earlier < later for earlier, later in pairwise(keys))


@pytest.mark.parametrize("text", ["8930014", "893-0014", "〒893-0014", "８９３−００１４", "893ー0014", " 893 0014"])
def test_a_postcode_is_read_as_people_type_it(text):
    assert normalise_postcode(text) == "893-0014"


@pytest.mark.parametrize("text", ["", "893", "89300145", "893-00l4", "٨٩٣٠٠١٤"])
def test_what_is_no_postcode_is_refused(text):
    with pytest.raises(InputError, match="7桁の数字で入力してください") as raised:
        normalise_postcode(text)
    assert raised.value.code == "invalid_postcode"


@pytest.mark.parametrize(
    ("postcode", "address"),
    [
        ("８９３−００１４", Address("893-0014", "鹿児島県", "鹿屋市", "寿")),
        ("8938501", Address("893-8501", "鹿児島県", "鹿屋市", "共栄町20-1", "鹿屋市役所")),
        ("0600000", Address("060-0000", "北海道", "札幌市中央区", "")),
        ("4520961", Address("452-0961", "愛知県", "清須市", "")),
        ("2060000", Address("206-0000", "東京都", "", "")),
        ("4980000", Address("498-0000", "", "", "")),
        ("0295503", Address("029-5503", "岩手県", "和賀郡西和賀町", "")),
    ],
)
def test_a_postcode_gives_what_it_settles_of_an_address(postcode, address):
    assert find_address(postcode) == address


def test_an_unused_postcode_has_no_address():
    assert find_address("000-0000") is None


def test_addresses_can_be_looked_up_from_many_threads():
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(find_address, ["893-0014", "060-0000", "000-0000"] * 40))
    assert [address.city if address else None for address in found[:3]] == ["鹿屋市", "札幌市中央区", None]
    assert found == found[:3] * 40


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
        ("+1 (650) 253-0000", "+1-650-253-0000"),
        ("＋４４ ２０ ７９４６ ０９５８", "+44-20-7946-0958"),
        ("+16502530000", "+16502530000"),
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
        "0994-43-2111 内線3",
        "1-800-123-4567",
        "+81 43-2111",
        "+0 650 253 0000",
        "+1 650",
        "+1 650 253 0000 ext. 3",
        "+1234567890123456",
        "+1-2-3-4-5-6-7-8",
        "0-9-9-4-4-3-2-1-1-1",
        "٠٩٩٤٤٣٢١١١",
    ],
)
def test_what_is_no_telephone_number_is_refused(text):
    with pytest.raises(InputError, match="0から始まる10桁か11桁の数字で入力してください") as raised:
        normalise_phone(text)
    assert raised.value.code == "invalid_phone"
