"""Text from outside, made safe to store and print.

What nobody sees or can tell apart is mended here, once for all fields, so that nobody has to be asked about it.
"""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from portal.lib.errors import InputError

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls; soft hyphen; joiners, direction marks, byte order mark and other formats; letters that are only blank;
# selectors of Mongolian and emoji. A selector of a kanji's form (below) is none of them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]+"
)
_KANJI = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# A selector says which form of the kanji before it is meant, as in names; more than one says nothing.
_LOST_SELECTORS = re.compile("(?<![" + _KANJI + "])[\ufe00-\ufe0f\U000e0100-\U000e01ef]+|[\ufe03-\ufe0f]+")
# Letters with marks of their own, as Macs and some converters write them. Kanji of the compatibility block are not
# touched, because composing would replace the forms of names (神, 﨑). Nobody writes more than a few marks.
_MARKED = re.compile(
    "[^\uf900-\ufaff\U0002f800-\U0002fa1f\u0300-\u036f\u3099\u309a][\u0300-\u036f\u3099\u309a]{1,4}|[\u1100-\u11ff]{2,3}"
)
# Radicals, which some PDF files hold in place of the kanji that look the same. Those of the Kangxi block are defined
# by Unicode as equal to a kanji; of the supplement only the ones that are whole kanji of Japanese and Chinese words.
_KANGXI = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_SUPPLEMENT = str.maketrans(
    "⺒⺜⺝⺟⺠⺧⺩⺬⺶⺼⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
    "巳日月母民牛王示羊月虎西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
)
_RADICALS = re.compile("[\u2e80-\u2fd5]")

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u207b\u208b\u2212\u2500\u2501\u2796\u30fc\ufe58\ufe63\uff0d\uff70"
"""Whatever a keyboard, an input method or a word processor writes for a hyphen or a minus; ー while kana is on."""
_TO_HYPHEN: dict[int, int | str] = dict.fromkeys(map(ord, DASHES), "-")

LINE_TYPED_MAX = 2_000
TEXT_TYPED_MAX = 20_000
"""Of a line and of a longer text that somebody typed, so many characters are read; no field takes a tenth of it."""

_TOO_NARROW = re.compile(r"[#＃]{2,}")
_NOT_CALCULATED = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)")


def cut(text: str, length: int) -> str:
    """The beginning of a text. What somebody sends is cut before it is read, so that nobody waits for nonsense."""
    return text if len(text) <= length else text[:length]


def one_line(text: str) -> str:
    """The text on one line: runs of control characters and spaces become one space, and none at the ends."""
    return " ".join(_CONTROL_CHARACTERS.sub(" ", text).split())


def mended(text: str) -> str:
    """The text as its reader sees it: nothing invisible, each letter as one character, kanji in place of radicals.

    Characters without width or with a direction only, soft hyphens and controls are left out; any end of line but
    CR and LF becomes LF. か and ゛ become が. Kangxi and CJK radicals become kanji. Spaces, widths and all forms of
    kanji that people can tell apart (﨑 髙 神, 葛 with a selector) stay. Mending twice changes nothing.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_ENDS.sub(lambda end: end[0] if end[0][0] == "\r" else "\n", text)
    text = visible(text)
    if text.isascii():
        return text
    text = _RADICALS.sub(lambda radical: radical[0].translate(_KANGXI).translate(_SUPPLEMENT), text)
    return _LOST_SELECTORS.sub("", composed(text))


def typed_on_one_line(text: str) -> str:
    """The text mended, and on one line: each run of line ends, tabs and blanks beside them becomes one space.

    Blanks between words stay as they were typed, also wide ones.
    """
    text = mended(text)
    if text.isprintable():
        return text
    return " ".join(filter(None, map(str.strip, _CONTROL_CHARACTERS.split(text))))


def half_width(text: str) -> str:
    """The beginning of a line mended, in the form NFKC: Latin letters and digits of half width, kana of full width.

    It is cut because a pile of accents takes time in proportion to the square of its height.
    """
    return unicodedata.normalize("NFKC", mended(cut(text, LINE_TYPED_MAX)))


def visible(text: str) -> str:
    """The text without characters that nobody sees; only the selectors of a character's form stay."""
    return _INVISIBLE.sub("", text)


def composed(text: str) -> str:
    """The text with each letter and its accent or sound mark as one character, where Unicode has one for both."""
    return _MARKED.sub(lambda marked: unicodedata.normalize("NFC", marked[0]), text)


def with_hyphens(text: str) -> str:
    """The text with a plain hyphen for every dash and minus sign, and for ー."""
    return text.translate(_TO_HYPHEN)


def with_line_feeds(text: str) -> str:
    """The text with LF as the end of each line, in place of CRLF or CR."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def fault_of_cell(text: str) -> InputError | None:
    """What is wrong with a text that a spreadsheet shows, and copies, in place of the value of a cell.

    Codes: `too_narrow_cell` (####), `not_calculated_cell` (#REF!).
    """
    text = text.strip()
    if _TOO_NARROW.fullmatch(text):
        message = _(
            "表計算ソフトの列の幅が足りず「####」になっています。列の幅を広げてからコピーし直すか、値を入力してください"
        )
        return InputError(message, "too_narrow_cell")
    if _NOT_CALCULATED.fullmatch(text):
        message = _("表計算ソフトで計算できなかったセルです。もとの表を直してコピーし直すか、値を入力してください")
        return InputError(message, "not_calculated_cell")
    return None
