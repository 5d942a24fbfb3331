"""Texts in one spelling, and the registration numbers in them, however they are written.

Whoever wants to hide a number from a rule writes it with other signs that people read alike. So signs are put into one
form first, and one pattern reads that form. Both take time that grows with the length of the text alone.
"""

import re
import unicodedata
from functools import lru_cache

_UNSEEN = frozenset({"Mn", "Me", "Cf"})
"""Marks upon a letter, rings around it, the forms of a kanji, and what has no width: none of them parts a word."""
_GAP = re.compile(r"(?:[\s\-‐-―−・･·.,,、_/:;'\"()\[\]「」『』【】〔〕<>*~|+]|(?<![ァ-ヺー])ー)+")
"""What may stand between the digits of one number. The long vowel of a word in katakana is no hyphen."""
_LIKE_T = frozenset("TtТтΤτᴛꓔᎢ丅⊤┬┳ㄒ⟙🆃🅣🇹Ŧŧ")
"""Latin, Cyrillic, Greek and other letters and signs that people read as a T."""
_KANJI = dict(zip("〇零一二三四五六七八九", "00123456789", strict=True)) | dict(zip("壱弐参", "123", strict=True))
_LIKE_DIGITS = _KANJI | dict(zip("○◯OoIl", "000011", strict=True))

_DIGIT = f"[0-9{''.join(_LIKE_DIGITS)}]"
_FIRST = f"[1-9{''.join(sign for sign, digit in _LIKE_DIGITS.items() if digit != '0')}]"
"""A number begins with its check digit, which is 1 to 9; a telephone number begins with 0."""
_CALLED = r"(?: ?(?:N ?[oO]|ナンバー|番 ?号|第|#|=|は|が|(?:法 ?人|個 ?人)(?! ?番)))*"
_THIRTEEN = rf"{_CALLED} ?({_FIRST}(?: ?{_DIGIT}){{12}})(?![0-9])"
_WITH_T = re.compile(rf"(?:(?<![0-9A-Za-z])T|(?<![ァ-ヺー])(?:ト|ティ)ー?|(?<![ぁ-ゖー])てぃー?){_THIRTEEN}")
_T_BEHIND = re.compile(rf"(?<![0-9A-Za-z])({_FIRST}{_DIGIT}{{12}}) ?T(?![0-9A-Za-z])")
_BY_NAME = re.compile(rf"登 ?録 ?(?:番 ?号|N ?[oO]|ナンバー){_THIRTEEN}")
_TONS = re.compile(r"(?<=[0-9])\s?t(?=\s(?![0-9]{13}(?![0-9])))")
"""3 t of gravel, with a date and a price behind them."""


def plain(text: str) -> str:
    """The text in the form NFKC, without the marks that part no word."""
    normal = unicodedata.normalize("NFKC", text)
    return normal if normal.isascii() else "".join(sign for sign in normal if _is_seen(sign))


def registration_numbers(text: str) -> list[str]:
    """The registration numbers in a text, as T and 13 digits.

    The number of a corporation alone, without a T or the word 登録番号, is none.
    """
    signs = _GAP.sub(" ", "".join(map(_sign, _TONS.sub("噸", plain(text)))))
    found = [match[1] for pattern in (_WITH_T, _BY_NAME, _T_BEHIND) for match in pattern.finditer(signs)]
    return ["T" + "".join(_LIKE_DIGITS.get(sign, sign) for sign in digits if sign != " ") for digits in found]


@lru_cache(maxsize=4096)
def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign) not in _UNSEEN


@lru_cache(maxsize=4096)
def _sign(sign: str) -> str:
    """One sign as the patterns know it: digits of every script as 0 to 9, and all that looks like a T as one."""
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    base = unicodedata.normalize("NFD", sign)[0]
    return "T" if sign in _LIKE_T or base in "Tt" else sign
