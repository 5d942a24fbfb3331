"""However much has to stand on a document: nothing overlaps, nothing leaves its page, nothing is lost."""

import re

import pytest

from dev.sample_documents import credit_note, line, snapshot
from tests.invoices.documents import reading
from tests.invoices.documents.crowded import (
    ACCOUNT,
    ALL_DEDUCTIONS,
    BRANCH,
    CASES,
    FILES,
    ISSUER,
    LARGE_LINES,
    LARGE_TEXT,
    LONG_LINES,
    NAME,
    OFFICE,
    PEOPLE,
    PLACE,
    RARE,
    RECIPIENT,
    REMARKS,
)
from tests.invoices.documents.printing import FORMS, print_as
from tests.invoices.documents.reading import faults_of_setting, pdfium_text, squeezed

pytestmark = pytest.mark.slow


def frozen(case: str, form: str):
    changes = CASES[case]
    return credit_note(**changes) if form == "credit_note" else snapshot(**changes)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES)
def test_nothing_overlaps_and_nothing_leaves_the_page(case, form):
    assert faults_of_setting(print_as(form, frozen(case, form))) == []


@pytest.mark.parametrize("form", ["standard", "cover", "credit_note"])
@pytest.mark.parametrize(
    ("case", "texts"),
    [
        (
            "long names",
            [
                *(ISSUER[part] for part in ISSUER if part != "postcode"),
                *RECIPIENT.values(),
                *(NAME, "N" * 40, f"控{NAME}"[:40], PEOPLE.name, OFFICE),
            ],
        ),
        ("a seal and a branch", [*PLACE.values(), BRANCH.name, PEOPLE.title, PEOPLE.name]),
        (
            "large amounts",
            [
                *("9,999,999,999.9999", "999,999,999,999.9999", f"△{LARGE_TEXT}円(対象額{LARGE_TEXT}円)"),
                *(f"ご入金額△{LARGE_TEXT}円", f"合計請求額△{LARGE_TEXT}円", f"差引お支払額△{LARGE_TEXT}円"),
            ],
        ),
        ("long remarks", [REMARKS]),
        ("remarks of many lines", ["".join(f"{number}行" for number in range(400)) + "末尾"]),
        ("empty lines", ["はじめおわり"]),
        ("many files", [f"{file.name}(SHA-256{file.sha256[:16]}…)" for file in FILES]),
        (
            "many deductions",
            [f"{rate.label}{kind.label}△{amount:,}円".replace(" ", "") for kind, rate, amount in ALL_DEDUCTIONS],
        ),
        ("rare characters", [f"{RARE}\n" * 60, RARE * 3, RARE * 4]),
        ("everything", [REMARKS, ISSUER["name"], BRANCH.name, BRANCH.address, LARGE_TEXT]),
    ],
)
def test_nothing_is_lost(case, texts, form):
    # The foot of a page may stand between the parts of a long text.
    pages = reading.pdfium_pages(print_as(form, frozen(case, form)))
    text = squeezed("\n".join(_without_foot(page) for page in pages))
    assert [expected for expected in texts if squeezed(expected) not in text] == []


@pytest.mark.parametrize("form", ["standard", "cover"])
def test_the_account_of_a_long_bank_is_read_whole(form):
    text = squeezed(pdfium_text(print_as(form, frozen("long names", form))))
    for expected in (f"{ACCOUNT.bank_name}(0185)", f"{ACCOUNT.branch_name}(101)", ACCOUNT.holder, "９" * 20):
        assert expected in text


@pytest.mark.parametrize("form", ["standard", "cover", "credit_note"])
def test_long_descriptions_keep_their_order_and_each_slip_its_sum(form):
    text = squeezed(pdfium_text(print_as(form, frozen("slips", form))))
    found = [text.index(row.description[:8]) for row in LONG_LINES]
    assert found == sorted(found)
    for slip in {row.slip_number for row in LONG_LINES}:
        amounts = [row.amount for row in LONG_LINES if row.slip_number == slip]
        assert (f"伝票{slip}の計{sum(amounts):,}" in text) == (len(amounts) > 1)


def test_where_figures_need_the_room_what_was_supplied_stands_above_them():
    text = reading.poppler_text(print_as("standard", frozen("large amounts on slips", "standard")))
    assert "品名・日付" in text
    assert "日付     品名" not in text
    for number, row in enumerate(LARGE_LINES):
        mark = " ※" if row.is_reduced else ""
        assert f"{number:02d}番の品{mark}\n" in text


def test_a_long_address_of_the_check_goes_on_below_the_foot():
    (page,) = reading.poppler_pages(print_as("standard", snapshot([line()], **CASES["a long address of the check"])))
    *_, first, second = [line for line in page.splitlines() if line.strip()]
    assert first.startswith(f"請求書番号 {'N' * 40}")
    assert first.endswith("全1枚中1")
    assert second.strip() == f"照合 https://seikyu.example/{'madoguchi/' * 6}"


def test_texts_of_other_systems_do_not_move_the_figures_of_their_line():
    names = ("鉛筆", "Wi\u2011Fi TP\u2011Link", "Cafe\u0301 e\u0301", "電\u00ad卓", "か\u3099く")
    data = print_as("standard", snapshot([line(name, unit_price="7919") for name in names]))
    rows = [row for row in reading.poppler_pages(data)[0].splitlines() if row.startswith("2026-10-05")]
    assert [row.split()[1] for row in rows] == ["鉛筆", "Wi-Fi", "Café", "電卓", "がく"]
    assert len(reading.right_edges(data, {"10%7,919"})) == 1


@pytest.mark.parametrize("case", ["many deductions", "everything"])
@pytest.mark.parametrize("form", ["standard", "cover", "receipt"])
def test_no_heading_is_cut(case, form):
    text = squeezed(pdfium_text(print_as(form, frozen(case, form))))
    assert "税率別内訳売上額控除額税抜金額消費税額税込金額" in text


def test_a_page_is_read_from_above_and_each_half_before_what_is_below_both():
    text = squeezed(pdfium_text(print_as("standard", snapshot([line()] * 2))))
    order = [
        "請求書",
        "見本市長",
        "請求書番号",
        "件名",
        "請求金額",
        "税率別内訳",
        "品名",
        "お支払い",
        "発行責任者・",
        "備考",
    ]
    found = [text.index(part) for part in order]
    assert found == sorted(found)
    long = squeezed(pdfium_text(print_as("standard", snapshot([line()] * 60))))
    assert long.index("品名") < long.index("お支払い") < long.index("全3枚中1")


def test_rules_stand_around_the_total_and_between_the_rows_of_the_tables():
    found = reading.rules(print_as("standard", snapshot()))[0]
    thick = [rule.top - rule.bottom > 1 for rule in found]
    assert thick == [True] * 3 + [False, True] + [True] + [False] * 6 + [True]
    assert {round(rule.right - rule.left, -1) for rule in found} == {480}


@pytest.mark.parametrize(
    ("broken", "value", "case", "fault"),
    [
        ("layouts.parts._BESIDE_SEAL", 44, "a seal and a branch", "stands over"),
        ("layouts.parts.COLUMNS", 124, "long remarks", "leaves the page"),
        ("fonts._rare", frozenset, "rare characters", "is off the grid"),
        ("engine._GRID", "0.75 0 0 0.75 60 52 cm", "everything", "is struck through"),
    ],
)
def test_the_search_for_faults_finds_them(monkeypatch, broken, value, case, fault):
    monkeypatch.setattr(f"invoices.documents.pdf.{broken}", value)
    assert any(fault in found for found in faults_of_setting(print_as("standard", frozen(case, "standard"))))


def _without_foot(page: str) -> str:
    return "\n".join(row for row in page.splitlines() if not re.match("(返還)?請求書番号 [NMR]", row))
