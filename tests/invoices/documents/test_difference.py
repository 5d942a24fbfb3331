"""What a correction changes, in words."""

import pytest

from invoices.documents.difference import Change, difference
from tests.invoices.documents.samples import REDUCED, line, snapshot, worked_lines


def _texts(found):
    return [(str(change.label), change.before, change.after) for change in found.items]


def test_the_same_content_under_another_number_and_day_is_no_difference():
    new = snapshot(number="2026-00013", check_code="X" * 13, issue_date="2026-11-02", replaces={"number": "2026-00012"})
    assert not difference(snapshot(), new)


@pytest.mark.parametrize(
    ("change", "item"),
    [
        ({"title": "菓子"}, ("件名", "子どもまつり参加賞用菓子・用品", "菓子")),
        ({"remarks": ""}, ("備考", "10月26日と28日の明細は余剰分の返品です。", "")),
        (
            {"recipient": {"department": "健康推進課"}},
            ("宛先", "見本市 見本市長 子育て支援課", "見本市 見本市長 健康推進課"),
        ),
        (
            {"transaction_date": "2026-10-31", "period_from": None, "period_to": None},
            ("取引年月日・期間", "2026-10-01 – 2026-10-31", "2026-10-31"),
        ),
        (
            {"contact": {"phone": "0994-00-9999"}},
            ("担当者", "役職なし 佐藤 次郎 0994-00-0003", "役職なし 佐藤 次郎 0994-00-9999"),
        ),
        ({"withholding": {"base": 100000, "amount": 10210, "payable": 0}}, ("源泉徴収税額", "", "10,210")),
    ],
)
def test_an_item_that_reads_otherwise_is_named_with_both_texts(change, item):
    assert _texts(difference(snapshot(), snapshot(**change))) == [item]


def test_a_changed_price_shows_the_line_and_the_sums_that_follow():
    before = worked_lines()
    after = [line("ミニスナック コーン味 1本", "60", "本", "28", REDUCED, day="2026-10-05"), *before[1:]]
    found = difference(snapshot(before), snapshot(after))
    (changed,) = found.lines
    assert changed.before == (1, "2026-10-05 ミニスナック コーン味 1本 60本 × 27 = 1,620 課税 8%(軽減)")
    assert changed.after == (1, "2026-10-05 ミニスナック コーン味 1本 60本 × 28 = 1,680 課税 8%(軽減)")
    assert _texts(found) == [
        ("課税 8%(軽減) 税抜金額", "9,480", "9,540"),
        ("課税 8%(軽減) 消費税額", "758", "763"),
        ("税抜金額の合計", "22,308", "22,368"),
        ("消費税額の合計", "2,040", "2,045"),
        ("請求金額", "24,348", "24,413"),
    ]


def test_an_added_line_does_not_make_the_lines_after_it_look_changed():
    before = worked_lines()
    found = difference(snapshot(before), snapshot([line("送料", unit_price="500"), *before]))
    assert [(change.before, change.after) for change in found.lines] == [
        (None, (1, "2026-10-05 送料 1式 × 500 = 500 課税 10%"))
    ]


def test_a_removed_line_and_a_rate_that_is_gone_are_shown():
    found = difference(snapshot([line("会場設営"), line("弁当", rate=REDUCED)]), snapshot([line("会場設営")]))
    assert [(change.before, change.after) for change in found.lines] == [
        ((2, "2026-10-05 弁当 1式 × 10000 = 10,000 課税 8%(軽減)"), None)
    ]
    assert Change("課税 8%(軽減) 消費税額", "800", "") in found.items
