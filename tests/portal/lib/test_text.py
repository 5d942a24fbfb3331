import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.calendar import parse_date
from portal.lib.errors import InputError
from portal.lib.text import mended, one_line
from portal.lib.yen import parse_yen


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("件名", "件名"),
        ("", ""),
        ("一行目\r\n二行目", "一行目 二行目"),
        ("  前\t後  ", "前 後"),
        ("a\x00b\x1b[0m\x85c", "a b [0m c"),
        ("全角　空白", "全角 空白"),
    ],
)
def test_a_text_becomes_one_line_without_control_characters(text, line):
    assert one_line(text) == line


@pytest.mark.parametrize(
    "hidden",
    list(
        "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\ufeff\u00ad\u034f\u061c\u180e\u3164\ufe0e\ufe0f"
        "\x00\x08\x7f\x9b\U000e0041"
    ),
)
def test_what_nobody_sees_is_left_out(hidden):
    assert mended(f"{hidden}小{hidden}日{hidden}a{hidden}") == "小日a"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("⼩⽇", "小日"),
        ("⼤⻑⽼⺟⻄⺠⻘⻩", "大長老母西民青黄"),
        ("か\u3099は\u309aか\u3099", "がぱが"),
        ("Nguye\u0302\u0303n Va\u0306n \u0110u\u031b\u0301c", "Nguyễn Văn Đức"),
        ("Ju\u0308rgen", "Jürgen"),
        ("\u1100\u1175\u11b7", "김"),
        ("一行目\u2028二行目\x0b三行目", "一行目\n二行目\n三行目"),
        ("一\r\n二\r三\n四\t五", "一\r\n二\r三\n四\t五"),
    ],
)
def test_what_looks_the_same_becomes_the_same(text, seen):
    assert mended(text) == seen
    assert mended(seen) == seen


@pytest.mark.parametrize(
    "text",
    [
        "﨑髙神\ufa19",
        "葛\U000e0100飾",
        "辻\U000e0101",
        "ｶﾞｽ　①㈱Ａ〜～ー−",
        "𠮷野家\U0002f81a",
        "ヴァイオリン\nか゛",
        "e-mail",
    ],
)
def test_what_people_can_tell_apart_stays(text):
    assert mended(text) == text


def test_a_selector_without_a_kanji_says_nothing():
    assert mended("あ\U000e0100い\ufe00\ufe0f葛\U000e0100") == "あい葛\U000e0100"


@given(st.text(max_size=60))
def test_mending_twice_changes_nothing(text):
    assert mended(mended(text)) == mended(text)


@pytest.mark.parametrize(
    "piece", ["\u200b", "e\u0301", "\u0301", "\u0316\u0301", "か\u3099", "⼩", "\U000e0100", "\u2028"]
)
def test_mending_takes_time_in_proportion_to_the_text(piece):
    def seconds(text):
        begun = time.thread_time()
        mended(text)
        return time.thread_time() - begun

    short, long = min(seconds(piece * 10_000) for _n in range(3)), min(seconds(piece * 80_000) for _n in range(3))
    assert long < 40 * short + 0.05


@pytest.mark.parametrize("read", [parse_yen, parse_date])
@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("####", "too_narrow_cell", "列の幅"),
        (" ＃＃＃＃＃＃ ", "too_narrow_cell", "列の幅"),
        ("#REF!", "not_calculated_cell", "計算できなかった"),
        ("#DIV/0!", "not_calculated_cell", "計算できなかった"),
    ],
)
def test_what_a_spreadsheet_shows_in_place_of_a_value_is_explained(text, code, says, read):
    with pytest.raises(InputError, match=says) as raised:
        read(text)
    assert raised.value.code == code
