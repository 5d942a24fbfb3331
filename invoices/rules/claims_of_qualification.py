"""Checks of texts in which an issuer claims to give a qualified invoice, or writes a registration number.

Nobody but a registered issuer may make out what can be taken for a qualified invoice (消費税法57条の5), and what is
written in a title or in the remarks is printed as well as what the portal prints by itself. So every text is read, in
whatever spelling.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from invoices.documents.invoice_system import QUALIFIED_SINCE
from invoices.enums import InvoiceSystem
from invoices.rules.case import Case
from invoices.rules.characters import PrintedText, printed_texts
from invoices.rules.denials import clause_behind, is_denied
from invoices.rules.findings import Finding, Level
from invoices.rules.sources import QUALIFIED, UNREGISTERED
from invoices.rules.spellings import plain, registration_numbers
from portal.lib.calendar import to_wareki

# What may stand between two letters of one word without parting them: blanks, hyphens, dots.
_GAP = re.compile(r"[\s\-‐-―−・･·._]")


def _spread(*words: str) -> str:
    """A pattern for words with gaps between their letters; `|` and brackets in them keep their meaning."""
    return "|".join("".join(part if part in "()|?" else f"{part}{_GAP.pattern}*" for part in word) for word in words)


_WORDS = re.compile(
    _spread(
        "適(格|確)(請求書)?(発行)?事業者",
        "適(格|確)(簡易|返還)?(簡易|返還)?(請求書|領収書|領収証|納品書|明細書|レシート|インボイス)",
        "(簡易|返還)イン(ボ|ヴォ)イス",
        "(適|摘|滴|てき|テキ)(格|確|恪|挌|かく|カク)(かんい|へんかん|カンイ|ヘンカン)?(請求|せいきゅう|セイキュウ)(書|しょ|ショ)",
        "QUALIFIED(TAX)?INVOICE",
        "適格INVOICE",
        "イン(ボ|ヴォ)イス(制度)?(登録|発行|番号|適格|対応|事業者)",
        "いんぼいす(せいど)?(とうろく|登録|はっこう|発行|番号|対応)",
    )
    + r"|INVOICE[\s(「]*適格",
    re.IGNORECASE,
)
"""Words that say what only a registered issuer may say of a document or of itself."""
_BARE = re.compile(_spread("イン(ボ|ヴォ)イス", "いんぼいす"))
"""A word for the same that also means the papers of a shipment, and a law that one may talk about."""
_BARE_CLAIM = re.compile(
    r"[^\S\n]*+(?:$|[\n。、,.!()\]」』】:;]|です|である|であり|として|に該当|No|番号|済|可|OK|T?+[\s:]*+\d)",
    re.IGNORECASE,
)
"""What follows that word where it is said of the document."""

_HINT = re.compile("[請適格ボヴぼせセQq]")
"""One of these stands in each of the words, so that most texts need not be searched for all of them."""

_TOPIC = re.compile(
    "(等|の|・|用|対応|制度|発行|作成|書き方|保存|管理|交付|登録|申請|届出|に関する|に係る|について)*"
    "(方式|説明|研修|講習|講座|講師|講演|セミナー|勉強会|相談|コンサル|代行|手続|システム|ソフト|レジ|アプリ|サービス|"
    "改修|導入|移行|書籍|図書|冊子|テキスト|教材|パンフ|チラシ|ガイド|用紙|様式|封筒|ゴム印|スタンプ|印刷)"
)
"""What follows where somebody sells something about qualified invoices: a course, a program, paper."""
_SHIPMENT = re.compile(r"(商業|コマーシャル|プロフォーマ|輸出入?|輸入|貿易|通関)[\s・]*$")
_BEFORE = 12
"""Signs before a word in which it may be said to be such a paper."""


def claims(case: Case) -> Iterator[Finding]:
    """Who may not issue a qualified invoice claims none in any text, and nobody writes a number that is not theirs."""
    for text in printed_texts(case):
        numbers = registration_numbers(text.text)
        word = claimed_word(text.text)
        if numbers:
            yield from _number(case, text, numbers, qualified=case.issuer.is_registered)
        elif word and not case.issuer.is_registered:
            yield _finding("claims-to-be-qualified", Level.ERROR, _claim(case, text, word), text, UNREGISTERED)


def claimed_word(text: str) -> str:
    """The first words in a text that claim a qualified invoice, without blanks; empty where there are none.

    What denies it (適格請求書ではありません) or only speaks of the matter (適格請求書の研修) claims nothing.
    """
    text = plain(text)
    if not _HINT.search(text):
        return ""
    for found in _WORDS.finditer(text):
        if not _is_harmless(text, found):
            return _letters(found[0])
    for found in _BARE.finditer(text):
        if _BARE_CLAIM.match(text, found.end()) and not _is_harmless(text, found) and not _of_a_shipment(text, found):
            return _letters(found[0])
    return ""


def _is_harmless(text: str, found: re.Match[str]) -> bool:
    end = found.end()
    while _GAP.match(text, end - 1):
        end -= 1
    return _TOPIC.match(clause_behind(text, end)) is not None or is_denied(text, found.start(), end)


def _of_a_shipment(text: str, found: re.Match[str]) -> bool:
    """The papers of a shipment have this name too: 商業インボイス."""
    return _SHIPMENT.search(text[max(0, found.start() - _BEFORE) : found.start()]) is not None


def _letters(text: str) -> str:
    return _GAP.sub("", text)


def _number(case: Case, text: PrintedText, numbers: list[str], *, qualified: bool) -> Iterator[Finding]:
    if not qualified:
        yield _finding("registration-number-in-text", Level.ERROR, _claim(case, text, numbers[0]), text, UNREGISTERED)
        return
    other = next((number for number in numbers if number != case.issuer.registration_number), None)
    if other is not None:
        message = _(
            "自社のものでない登録番号「%(number)s」があります%(where)s。"
            "立て替えた相手の番号などでなければ、消すか直してください。"
        ) % {"number": other, "where": text.where}
        yield _finding("registration-number-in-text", Level.WARNING, message, text, QUALIFIED)


def _claim(case: Case, text: PrintedText, words: str) -> str:
    if case.system != InvoiceSystem.QUALIFIED:
        return _("「%(words)s」とあります%(where)s。%(day)sより前の取引に適格請求書はないので、消してください。") % {
            "words": words,
            "where": text.where,
            "day": to_wareki(QUALIFIED_SINCE),
        }
    return _(
        "「%(words)s」とあります%(where)s。登録番号のない事業者は、適格請求書と誤認されるおそれのある書類を"
        "交付できません。消すか、「適格請求書ではありません」のように書いてください。"
    ) % {"words": words, "where": text.where}


def _finding(code: str, level: Level, message: str, text: PrintedText, source: str) -> Finding:
    return Finding(code, level, message, text.field, text.line, source, text.deduction)
