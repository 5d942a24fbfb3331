"""What people read of the checks: sentences in です・ます, without notes of those who write the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from invoices import rules
from invoices.rules.received import WORDS

_ENDS_POLITELY = re.compile(r"(?:ます|ません|です|ました|ください)$")
_NOTES = re.compile(r"TODO|FIXME|個人事業者では|未実装|要確認|仮の")
_CATALOGUE = "catalogue.py"
"""Its meanings are for programs and docs/rules.md, and stand on no screen."""
_PIECES = {"役職(ないときは「役職なし」)", "氏名", "直通電話", "発行責任者", "担当者", "合計"}
_PIECES |= {
    "直通電話かメールアドレス",
    "明細の最後の日付",
    "取引期間の末日",
    "届出書を提出した日",
    "もとの請求書",
    "修正前の請求書",
    "と",
    "%(first)sから%(last)sまでの%(count)d日",
}
"""Words that stand inside a sentence."""


def _messages() -> Iterator[tuple[str, str]]:
    """Every text of the rules that is translated, with the place where it stands."""
    for path in sorted(Path(rules.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if path.name == _CATALOGUE or not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in ("_", "gettext", "gettext_lazy") and isinstance(node.args[0], ast.Constant):
                text = node.args[0].value
                if re.search(r"[ぁ-ん]", text) and "%(text)s" not in text:
                    yield f"{path.name}:{node.lineno}", text


def _rude(text: str) -> list[str]:
    """The sentences of a text that do not end in です・ます; what stands in brackets belongs to no sentence."""
    without_brackets = re.sub(r"\([^()]*[ぁ-ん][^()]*\)", "", text)
    without_values = without_brackets.replace("%(where)s", "").replace("%(limit)s", "")
    sentences = [sentence.strip() for sentence in without_values.split("。")]
    return [sentence for sentence in sentences if sentence and not _ENDS_POLITELY.search(sentence)]


def test_every_finding_speaks_politely():
    found = dict(_messages())
    assert len(found) > 80
    rude = {place: _rude(text) for place, text in found.items() if text not in _PIECES and _rude(text)}
    assert rude == {}


def test_no_finding_bears_a_note_of_those_who_write_the_code():
    texts = [text for _place, text in _messages()] + [str(text) for text in WORDS.values()]
    assert [text for text in texts if _NOTES.search(text)] == []


@pytest.mark.parametrize("code", WORDS)
def test_the_department_reads_whole_sentences(code):
    text = str(WORDS[code])
    assert text.endswith("。") and _rude(text) == []


OF_THE_SUPPLIER = (
    "発行済み",
    "発行予約",
    "発行して",
    "発行する",
    "発行できます",
    "入力して",
    "会社情報",
    "課に確かめて",
)
"""What somebody does who issues an invoice, and nobody who receives it."""


@pytest.mark.parametrize("code", WORDS)
def test_the_department_reads_nothing_that_is_said_to_the_supplier(code):
    assert [words for words in OF_THE_SUPPLIER if words in str(WORDS[code])] == []
