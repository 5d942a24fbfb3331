"""Whether words are denied where they stand: 適格請求書ではありません.

Judged with caution: a clause denies if it has exactly one of the words that deny, and none that may turn them. So what
is denied twice (適格請求書でないわけではありません), doubted or asked counts as claimed, although some of it is meant
honestly; whoever writes it can say it more simply.
"""

import re

_NEAR = 40
"""Signs within which the denial has to follow."""
_REACH = 200
"""Signs within which something may turn it."""

_DONE = "発行|交付|作成|提供|対応|該当|登録|申請|取得|使用|利用"
_NOT = "(?:ません|ない|かねます)"
_DENIES = (
    "(?:では?|じゃ)(?:ない|なく|あり(?:ませ|え)ん|ございません)"
    "|(?<!異)な(?:りません|らない)"
    rf"|(?:\A|(?<!再)(?:{_DONE}))(?:は|も|を|が|に)?(?:いた|致)?(?:でき|し|してお?い?り?){_NOT}"
    rf"|(?:\A|(?<!再)(?:{_DONE}))(?:する(?:こと)?(?:は|も|が)?でき|(?:は|も|を)?行(?:い|わ|ってお?い?り?)){_NOT}"
    rf"|要件[をは]満た(?:さ|し|してお?い?り?){_NOT}"
    f"|受けて(?:おり|い){_NOT}|(?:当た|あた)(?:りません|らない)|出(?:せ|し|してい|しており){_NOT}"
    rf"|としては?(?:(?:お?使|扱)[^な]{{0,8}}?|ご?利用(?:になれ|いただけ|でき)){_NOT}"
    "|異な(?:る|ります)|違(?:う|います)"
    "|未登録|未取得|未対応|未発行|非対応|(?:対象外|不可)(?=$|です|でござい|と|もの|の?ため|の書類)|以外|を除く"
)
"""The words that deny."""
_NOTHING = r"(?:あり|ござい)ません|[はが]ない|なし|無し|無い|(?<=:)無(?!\w)"
_MATTER = (
    "等|など|の|は|も|が|を|に|で|と|ご|こと|もの|書類|である|する|した|として|代わる|[:、)」』]"
    "|[当弊貴][店社会方所院]|現在|現時点|まだ|一切"
    "|発行|交付|作成|提供|対応|登録|取得|番号|事業者|資格|該当|申請|予定|制度"
)
_OF_THE_MATTER = re.compile(f"(?:{_MATTER})*")
"""What may stand before the word that denies, so that nothing else is denied (手数料はありません, 返品不可)."""
_TURNS = re.compile(
    "(?:では?|じゃ)(?:ない|ありません|ございません)(?:です)?か(?!ら)"
    "|(?:ほか|他)(?:なり|なら)|でください"
    "|相違|間違|まちがい|違い(?!ます)|偽|うそ|嘘|冗談|誤り|誤記|無効|疑|否定|問題|不備|不足|支障|差し?支え"
    "|しか|かも|でしょう|だろう|わけ|限ら|はず|何物"
)
"""With one of these the clause says that it is true, or leaves it open: 適格請求書に相違ありません."""
_NEGATION = "ません|ない|なく|なけれ|なかっ|かねます"
"""Of something that is not known to deny: 適格請求書として保存しなければなりません."""
_WORDS = re.compile(f"(?P<turns>{_TURNS.pattern})|(?P<denies>{_DENIES})|(?P<nothing>{_NOTHING})|(?P<other>{_NEGATION})")
_NOT_YET = re.compile(rf"(?:{_MATTER}|(?:令和|平成)?[\d元]+[年月日]|から|より|頃)*?(?P<yet>申請中|予定)(?!日)")
_PLANNED = re.compile("登録|取得|申請|対応|発行|交付")
"""What is planned, where the papers themselves are not: 登録予定, but no 適格請求書の予定."""
_NONE = "(?:該当|登録|取得)?(?:なし|無し?|ありません)|非該当|未登録|未取得|未対応|(?:登録)?申請中|取得予定"
_NONE_ENTERED = re.compile(
    rf"(?:登録)?(?:番号)?[\s:]{{0,5}}"
    rf"(?:\((?:{_NONE})\)|(?:[□☐]\s?(?:あり|有り?|該当|登録済み?)\s{{0,3}})?[■☑☒✓✔レ]\s?(?:{_NONE}))(?!\w)"
)
"""A form filled in: 登録番号(無し), □あり ■なし."""
_DENIED_BEFORE = re.compile(r"(?:非|未登録の?|不)[\s「『]*$")
_BEFORE = 12

_GOES_ON = r"(?!\s{0,20}(?:では|でも|に|と|わけ|もの|こと|なんて|って|うそ|嘘|そう|そんな|それは))"
"""What follows still speaks of the same."""
_NEW_SENTENCE = r"(?!\s{0,20}(?:と|わけ|なんて|って|うそ|嘘|そんな|それは|そうで|上記|上の|前記|前述|以上))"
_ENDS = re.compile(
    rf"\({_GOES_ON}(?P<aside>[^()]*)\)"
    rf"|[。!?;]{_NEW_SENTENCE}|(?<!ない)\n{_GOES_ON}|(?<!は)(?<!現在)[、,]{_GOES_ON}"
    rf"|(?:(?<=ません)|(?<=です)|(?<=ます)|(?<=なし))\s{_GOES_ON}"
    r"|ため(?!\s{0,20}で)|ので(?!\s{0,20}は)"
)
"""Where a clause ends, or something in brackets stands aside."""


def is_denied(text: str, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` are denied, before or behind them."""
    clause, asides = _clause(text, end)
    if any(_TURNS.search(aside) for aside in asides):
        return False
    entered = _NONE_ENTERED.match(text, end)
    if entered:
        return _TURNS.search(text[entered.end() :].partition("。")[0][:_REACH]) is None
    found = list(_WORDS.finditer(clause))
    if _DENIED_BEFORE.search(text[max(0, start - _BEFORE) : start]):
        return not found
    if not found:
        return _is_to_come(text[start:end], clause[:_NEAR])
    return len(found) == 1 and _denies(clause, found[0])


def _is_to_come(words: str, clause: str) -> bool:
    """Whether it is only applied for or planned: nothing that is used as such already (適格請求書として申請中)."""
    found = _NOT_YET.match(clause)
    if found is None or "として" in found[0]:
        return False
    return found["yet"] == "申請中" or _PLANNED.search(words + found[0]) is not None


def _denies(clause: str, word: re.Match[str]) -> bool:
    """Whether the word denies the matter itself, with nothing else between the two."""
    denies = word["nothing"] is not None or (word["denies"] is not None and word.start() < _NEAR)
    return denies and _OF_THE_MATTER.fullmatch(clause, 0, word.start()) is not None


def clause_behind(text: str, end: int) -> str:
    """What follows in the same clause, without blanks and without what stands aside in brackets."""
    return _clause(text, end)[0]


def _clause(text: str, end: int) -> tuple[str, list[str]]:
    """What follows in the same clause, without blanks, and what stands in brackets beside it."""
    rest = text[end : end + _REACH]
    said, asides, at = [], [], 0
    for part in _ENDS.finditer(rest):
        said.append(rest[at : part.start()])
        at = part.end()
        if part["aside"] is None:
            break
        asides.append(part["aside"])
    else:
        said.append(rest[at:])
    return "".join("".join(said).split()), asides
