"""Whether two names are written for the same thing: 自由ヶ丘 and 自由ケ丘, 霞が関 and 霞ヶ関, 四ッ谷 and 四つ谷."""

import re

from portal.lib.japan import to_large_katakana
from portal.lib.text import with_hyphens

_KANJI = "々〆\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BETWEEN_KANJI = re.compile(f"(?<=[{_KANJI}])[ケガカ](?=[{_KANJI}])")


def name_key(name: str) -> str:
    """What names have in common that people take for the same.

    Widths, hiragana or katakana, small letters, spaces, signs and selectors of a kanji's form do not count; nor whether
    a ヶ between two kanji is written ヶ, ケ, が, カ or ヵ. Different kanji stay different, also 高 and 髙.
    """
    plain = with_hyphens(to_large_katakana(name).upper())
    return "".join(filter(str.isalnum, _BETWEEN_KANJI.sub("ケ", plain)))
