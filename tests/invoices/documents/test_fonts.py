"""What can be printed."""

import pytest

from invoices.documents.pdf.fonts import columns, mark_variants, unprintable


@pytest.mark.parametrize(
    "text",
    [
        "請求書 ABC 123 ※△〒―",
        "ｶ)ﾐﾎﾝ",
        "𠮷 髙 﨑 槗 神",
        "葛\U000e0102 辻\U000e0102",
        "一行目\r\n二行目\t",
        "葛\U000e01ef",
        "Nguyễn Văn Đức Trần Thị Thu Hà Ẵ ỹ",
        "João Gonçalves Łukasz Żółć Dvořák Çağlar Şahin",
    ],
)
def test_what_names_and_invoices_hold_can_be_printed(text):
    assert unprintable(text) == set()


@pytest.mark.parametrize("char", ["😀", "\u202e", "\u200b", "\x00", "\ue000", "한", "א"])
def test_a_character_without_a_glyph_is_named(char):
    assert unprintable(f"鉛筆{char}削り") == {char}


@pytest.mark.parametrize("char", ["\u0301", "\u3099", "\u0336", "\u01cf", "\u2219", "\u2012", "\u00ad"])
def test_a_character_that_would_move_its_line_or_stand_over_another_is_named(char):
    assert unprintable(f"鉛筆{char}削り") == {char}


@pytest.mark.parametrize(
    ("text", "width"),
    [("a", 1), ("あ", 2), ("ｱ", 1), ("é", 1), ("ễ", 1), ("𠮷", 2), ("\u2002", 1), ("葛\U000e0102", 2)],
)
def test_widths_are_those_of_the_font(text, width):
    assert columns(text) == width


def test_a_variant_that_the_main_face_lacks_is_set_in_the_other():
    assert mark_variants("<p>葛\U000e0102飾</p>") == '<p><span class="variant">葛\U000e0102</span>飾</p>'


def test_a_selector_that_changes_nothing_is_dropped():
    assert mark_variants("<p>葛\U000e01ef飾 \ufe0f</p>") == "<p>葛飾 </p>"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("吉𠮷", '吉<span class="variant">𠮷</span>'),
        ("𠮷\U000e0100", '<span class="variant">𠮷</span>'),
        ("邉\U000e0110\U000e01ef", '<span class="variant">邉\U000e0110</span>'),
        ("\ufe0f\ufe0f一", "一"),
        ("&lt;𠮷&amp;", '&lt;<span class="variant">𠮷</span>&amp;'),
        ("Nguyễn", 'Nguy<span class="latin">ễ</span>n'),
        ("髙﨑 ABC é", "髙﨑 ABC é"),
    ],
)
def test_what_only_the_other_face_has_is_marked_and_nothing_else(text, marked):
    assert mark_variants(f"<p>{text}</p>") == f"<p>{marked}</p>"


def test_tags_and_title_are_left_alone():
    page = '<title>葛\U000e0102𠮷</title><meta content="葛\U000e0102𠮷">'
    assert mark_variants(page) == page
