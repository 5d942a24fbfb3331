"""Comparing names that are written differently. In doubt they are the same, because people ignore false alarms."""

import re
import unicodedata

from portal.lib.japan import to_katakana
from portal.lib.spelling import name_key

# Before sound marks are removed: ヂ and ジ have the same sound and must become one letter.
_ALIKE = str.maketrans("ヂヅヲヰヱ", "ジズオイエ")
_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", "ー")
# カ)…, …(カ, …(カ)…: what banks write for 株式会社 and the like, also in the middle for branches: (エイ).
_ABBREVIATED_FORM = re.compile(r"^[ァ-ヺ]{1,4}\)|\([ァ-ヺ]{1,4}(?:\)|\s|$)")
_LATIN = re.compile("[0-9A-Z]+")


def _letters(text: str) -> str:
    """Only large katakana, Latin letters and digits: no sound marks, spaces, signs, or ー (which banks write as -)."""
    spread = unicodedata.normalize("NFD", to_katakana(text).upper().translate(_ALIKE))
    return "".join(letter for letter in spread.translate(_LARGE) if letter.isalnum())


_FORMS = [
    _letters(form)
    for form in (
        "かぶしきがいしゃ",
        "かぶしきかいしゃ",
        "ゆうげんがいしゃ",
        "ごうどうがいしゃ",
        "ごうめいがいしゃ",
        "ごうしがいしゃ",
        "いっぱんしゃだんほうじん",
        "いっぱんざいだんほうじん",
        "こうえきしゃだんほうじん",
        "こうえきざいだんほうじん",
        "しゃかいふくしほうじん",
        "いりょうほうじんしゃだん",
        "いりょうほうじんざいだん",
        "いりょうほうじん",
        "がっこうほうじん",
        "しゅうきょうほうじん",
        "とくていひえいりかつどうほうじん",
        "えぬぴーおーほうじん",
    )
]
# Abbreviations of the Zengin system that are written without a bracket.
_SHORTENED = {
    _letters(long): _letters(short)
    for long, short in (
        ("のうぎょうきょうどうくみあい", "のうきょう"),
        ("ぎょぎょうきょうどうくみあい", "ぎょきょう"),
        ("せいかつきょうどうくみあい", "せいきょう"),
        ("きょうどうくみあい", "きょうくみ"),
        ("ろうどうくみあい", "ろうくみ"),
        ("しゃかいふくしきょうぎかい", "しゃきょう"),
        ("れんごうかい", "れん"),
    )
}


def _reading(text: str) -> str:
    letters = _letters(_ABBREVIATED_FORM.sub(" ", to_katakana(text).strip()))
    for form in _FORMS:
        letters = letters.removeprefix(form).removesuffix(form)
    for long, short in _SHORTENED.items():
        letters = letters.replace(long, short)
    return letters


def same_holder(holder: str, kana: str) -> bool:
    """Whether the holder of a bank account may be the supplier.

    One name may be a part of the other: banks cut names after 30 characters, and add branches and persons. Latin
    letters are not compared, because the other name may write them in kana.

    Args:
        holder: The account holder in kana of the Zengin system.
        kana: The reading of the supplier's name.
    """
    theirs, own = _reading(holder), _reading(kana)
    return all(part in own for part in _LATIN.split(theirs)) or all(part in theirs for part in _LATIN.split(own))


_COMPANY = re.compile(
    r"\((株|有|同|資|名)\)|株式会社|有限会社|合同会社|合資会社|合名会社|(一般|公益)(社団|財団)法人|"
    r"社会福祉法人|医療法人(社団|財団)?|学校法人|宗教法人|特定非営利活動法人|NPO法人"
)
_OLD_FORMS = str.maketrans(
    "髙﨑濵濱邊邉齋齊澤廣惠國德櫻瀧龍嶋嶌槇壽榮眞靜豐圓學會縣條礒冨𠮷桒曾舘檜萬寶濟兒關鐵區藏淺",
    "高崎浜浜辺辺斎斉沢広恵国徳桜滝竜島島槙寿栄真静豊円学会県条磯富吉桑曽館桧万宝済児関鉄区蔵浅",
)


def same_company(registered: str, name: str) -> bool:
    """Whether the name in the public register may be the supplier's. Legal forms and old characters are ignored."""
    theirs, own = _company(registered), _company(name)
    return theirs in own or own in theirs


def _company(name: str) -> str:
    return name_key(_COMPANY.sub("", unicodedata.normalize("NFKC", name).upper()).translate(_OLD_FORMS))
