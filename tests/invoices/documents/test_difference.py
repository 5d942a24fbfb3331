"""What a correction changes, in words."""

from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from uuid import UUID

import pytest

from dev.sample_documents import REDUCED, credit_note, line, snapshot, withheld, worked_lines
from invoices.documents.difference import Change, difference
from invoices.documents.schema_parts import AttachedFile, Reference


def _texts(found):
    return [(str(change.label), change.before, change.after) for change in found.items]


def _file(name, content):
    return AttachedFile(name, "application/pdf", 1, content * 64)


def test_the_same_content_under_another_number_is_no_difference():
    new = snapshot(number="2026-00013", check_code="X" * 13, replaces=Reference(UUID(int=1), "2026-00012", None))
    assert not difference(snapshot(), new)


@pytest.mark.parametrize(
    ("change", "item"),
    [
        ({"title": "菓子"}, ("件名", "子どもまつり参加賞用菓子・用品", "菓子")),
        ({"remarks": ""}, ("備考", "10月26日と28日の明細は余剰分の返品です。", "")),
        (
            {"recipient": {"department": "健康推進課"}},
            ("発行先", "見本市 見本市長 子育て支援課", "見本市 見本市長 健康推進課"),
        ),
        (
            {"transaction_date": date(2026, 10, 31), "period_from": None, "period_to": None},
            (
                "取引期間 → 取引年月日",
                "令和8年10月1日（2026-10-01）から 令和8年10月31日（2026-10-31）まで",
                "令和8年10月31日（2026-10-31）",
            ),
        ),
        (
            {"contact": {"phone": "0994-00-9999"}},
            ("担当者", "役職なし 佐藤 次郎 0994-00-0003", "役職なし 佐藤 次郎 0994-00-9999"),
        ),
        (
            {"withholding": withheld(100000, 10210, 0)},
            ("源泉徴収税額", "", "△10,210円（対象額 100,000円）"),
        ),
        (
            {"issue_date": date(2026, 11, 2)},
            ("請求日", "令和8年10月31日（2026-10-31）", "令和8年11月2日（2026-11-02）"),
        ),
        ({"issue_date": None}, ("請求日", "令和8年10月31日（2026-10-31）", "")),
    ],
)
def test_an_item_that_reads_otherwise_is_named_with_both_texts(change, item):
    assert _texts(difference(snapshot(), snapshot(**change))) == [item]


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ({"number": "MSG-2026-000008"}, "MSG-2026-000008 請求日 令和8年9月30日（2026-09-30）"),
        ({"issue_date": date(2026, 8, 31)}, "MSG-2026-000007 請求日 令和8年8月31日（2026-08-31）"),
        ({"issue_date": None}, "MSG-2026-000007"),
    ],
)
def test_a_credit_note_that_refers_to_another_invoice_says_so(change, after):
    found = difference(credit_note(), credit_note(original=replace(credit_note().original, **change)))
    before = "MSG-2026-000007 請求日 令和8年9月30日（2026-09-30）"
    assert _texts(found) == [("もとの請求書", before, after)]


@pytest.mark.parametrize(
    ("files", "after"),
    [
        ([_file("納品書.pdf", "b"), _file("内訳.csv", "c")], "納品書.pdf(内容を差替え)、内訳.csv"),
        ([_file("納品書.pdf", "a"), _file("内訳.csv", "c"), _file("写真.jpg", "d")], "納品書.pdf、内訳.csv、写真.jpg"),
        ([_file("納品書.pdf", "a")], "納品書.pdf"),
        ([_file("控え.pdf", "a"), _file("内訳.csv", "c")], "控え.pdf、内訳.csv"),
        ([], ""),
    ],
)
def test_files_that_came_went_or_hold_something_else_are_told(files, after):
    before = [_file("納品書.pdf", "a"), _file("内訳.csv", "c")]
    assert _texts(difference(snapshot(attachments=before), snapshot(attachments=files))) == [
        ("添付ファイル", "納品書.pdf、内訳.csv", after)
    ]
    assert not difference(snapshot(attachments=before), snapshot(attachments=before))


def test_two_rates_that_are_called_the_same_are_two():
    before = snapshot([line(), line("弁当", rate=REDUCED)])
    first, second = (replace(row, rate=replace(row.rate, label="課税")) for row in before.tax.rates)
    more = replace(first, tax=first.tax + 1)
    same, other = (replace(before, tax=replace(before.tax, rates=(row, second))) for row in (first, more))
    (changed,) = difference(same, other).items
    assert (changed.label, changed.after) == ("課税 消費税額", f"{more.tax:,}円")


def test_a_changed_price_shows_the_line_and_the_sums_that_follow():
    before = worked_lines()
    after = [line("ミニスナック コーン味 1本", "60", "本", "28", REDUCED, day="2026-10-05"), *before[1:]]
    found = difference(snapshot(before), snapshot(after))
    (changed,) = found.lines
    assert changed.before == (1, "令和8年10月5日 ミニスナック コーン味 1本 60本 × 27円 = 1,620円 課税 8%(軽減)")
    assert changed.after == (1, "令和8年10月5日 ミニスナック コーン味 1本 60本 × 28円 = 1,680円 課税 8%(軽減)")
    assert _texts(found) == [
        ("課税 8%(軽減) 税抜金額", "9,480円", "9,540円"),
        ("課税 8%(軽減) 消費税額", "758円", "763円"),
        ("税抜金額の合計", "22,308円", "22,368円"),
        ("消費税額の合計", "2,040円", "2,045円"),
        ("請求金額", "24,348円", "24,413円"),
    ]


def test_an_added_line_does_not_make_the_lines_after_it_look_changed():
    before = worked_lines()
    found = difference(snapshot(before), snapshot([line("送料", unit_price="500"), *before]))
    assert [(change.before, change.after) for change in found.lines] == [
        (None, (1, "令和8年10月5日 送料 1式 × 500円 = 500円 課税 10%"))
    ]


def test_a_removed_line_and_a_rate_that_is_gone_are_shown():
    found = difference(snapshot([line("会場設営"), line("弁当", rate=REDUCED)]), snapshot([line("会場設営")]))
    assert [(change.before, change.after) for change in found.lines] == [
        ((2, "令和8年10月5日 弁当 1式 × 10,000円 = 10,000円 課税 8%(軽減)"), None)
    ]
    assert Change("課税 8%(軽減) 消費税額", "800円", "") in found.items


@pytest.fixture
def searches(monkeypatch):
    """How often a common block is looked for, which is what takes the time."""
    found = []
    search = SequenceMatcher.find_longest_match
    monkeypatch.setattr(
        SequenceMatcher, "find_longest_match", lambda *args, **kwargs: found.append(1) or search(*args, **kwargs)
    )
    return found


def _repeated(count, other):
    """Every second line is the same, the ones between are of this document alone."""
    return [line("弁当" if number % 2 else f"{other}{number}") for number in range(count)]


def test_lines_that_repeat_too_often_to_be_aligned_are_compared_place_by_place(searches):
    before, after = _repeated(1000, "会場"), _repeated(1000, "機材")
    found = difference(snapshot(before), snapshot(after))
    assert searches == []
    assert [(change.before[0], change.after[0]) for change in found.lines] == [(n, n) for n in range(1, 1001, 2)]


def test_what_is_left_over_place_by_place_was_added_or_taken_out(searches):
    before, after = _repeated(999, "会場"), _repeated(1001, "機材")
    *_rest, changed, first, second = difference(snapshot(before), snapshot(after)).lines
    assert (changed.before[0], changed.after[0]) == (999, 999)
    assert [(added.before, added.after[0]) for added in (first, second)] == [(None, 1000), (None, 1001)]
    *_rest, changed, first, second = difference(snapshot(after), snapshot(before)).lines
    assert (changed.before[0], changed.after[0]) == (999, 999)
    assert [(removed.before[0], removed.after) for removed in (first, second)] == [(1000, None), (1001, None)]
    assert searches == []


@pytest.mark.parametrize("place", [0, 500, 1000])
def test_a_line_put_in_among_a_thousand_equal_ones_is_the_only_change(searches, place):
    before = [line("弁当")] * 1000
    after = [*before[:place], line("送料"), *before[place:]]
    assert [(change.before, change.after[0]) for change in difference(snapshot(before), snapshot(after)).lines] == [
        (None, place + 1)
    ]
    assert len(searches) <= 1


def test_a_thousand_different_lines_are_aligned():
    before = [line(f"品目{number}") for number in range(1000)]
    after = [line("送料"), *before[:-1], line("返品", "-1")]
    found = difference(snapshot(before), snapshot(after))
    assert [(change.before and change.before[0], change.after[0]) for change in found.lines] == [
        (None, 1),
        (1000, 1001),
    ]
