import pytest

from portal.lib.text import one_line


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
