"""However much has to stand on a document: nothing overlaps, nothing leaves its page, nothing is lost."""

import re

import pytest

from invoices.enums import DeductionKind
from tests.invoices.documents import reading
from tests.invoices.documents.reading import faults_of_setting, pdfium_text, squeezed
from tests.invoices.documents.samples import (
    FORMS,
    SEAL,
    line,
    print_as,
    returned,
    snapshot,
    worked_lines,
)
from tests.invoices.tax.rates import ALL_RATES

LONG = (
    "株式会社見本市総合環境整備事業協同組合連合会附属技術研究開発センター"
    "南九州地区統括本部第一営業所並びに第二営業所合同事務局"
)
NAME, OFFICE = LONG[:60].ljust(60, "部"), LONG[:40]
UNIT = "あいうえおかきくけこ"
LARGE = 999_999_999_999
LARGE_TEXT = "999,999,999,999"
PLACE = {
    "postcode": "000-0002",
    "address": f"見本県{NAME}{NAME}"[:120],
    "building": f"{NAME}別館二十階南側区画第三分室大会議室前"[:80],
    "phone": "0994-00-0001-22222-33",
}
BRANCH = {"name": f"支店{NAME}"[:60], **PLACE}
PEOPLE = {"title": OFFICE, "name": f"名{NAME}"[:60], "phone": "0994-00-0002-33333-44"}
ACCOUNT = {
    "bank_code": "0185",
    "bank_name": f"行{NAME}"[:60],
    "branch_code": "101",
    "branch_name": f"店{NAME}"[:60],
    "account_type": "1",
    "account_type_label": "普通",
    "number": "0012345",
    "holder": "ミホン" * 10,
}
ISSUER = {
    "name": f"商号{NAME}"[:60],
    "representative_title": OFFICE,
    "representative_name": f"代表{NAME}"[:60],
    **PLACE,
}
RECIPIENT = {"municipality": f"市{NAME}"[:60], "addressee": f"長{NAME}"[:60], "department": f"課{LONG}{LONG}"[:80]}
REMARKS = "".join(f"{number:04d}番目の備考。" for number in range(250))[:2000]
FILES = [
    {"name": f"{number:02d}{NAME}{NAME}"[:116] + ".pdf", "sha256": f"{number:064x}", "size": 1, "content_type": "a/b"}
    for number in range(20)
]
ALL_DEDUCTIONS = [(kind, rate, LARGE - number) for number, rate in enumerate(ALL_RATES) for kind in DeductionKind]
LARGE_LINES = [
    line(f"{number:02d}番の品", "9999999999.9999", UNIT, "999999999999.9999", rate) | {"amount": LARGE - number}
    for number, rate in enumerate(ALL_RATES * 3)
]
LONG_LINES = [
    line(f"{number:02d}{NAME}{NAME}"[:120], "1234.5", UNIT, "12345.6789", rate, slip=f"伝票{number // 3:016d}")
    for number, rate in enumerate(ALL_RATES * 5)
]
RARE = "𠮷a葛\U000e0102城b辻\U000e0102邉\U000e0110c槗"

CASES = {
    "long names": {
        "issuer": ISSUER,
        "recipient": RECIPIENT,
        "title": NAME,
        "number": "N" * 40,
        "own_reference": f"控{NAME}"[:40],
        "payment": {"bank_account": ACCOUNT, "creditor_number": "９" * 20},
        "responsible": PEOPLE,
        "contact": PEOPLE,
    },
    "a department with a long name": {"recipient": RECIPIENT | {"address_line": "department"}},
    "a seal and a branch": {"issuer": {"seal": SEAL, "branch": BRANCH, "signer": PEOPLE | {"phone": ""}}},
    "a seal beside little text": {"issuer": {"seal": SEAL, "registration_number": "", "building": "", "phone": ""}},
    "large amounts": {
        "lines": LARGE_LINES,
        "withholding": {"base": LARGE, "amount": LARGE, "payable": -LARGE},
        "carry_over": {"billed": LARGE, "received": -LARGE, "remaining": LARGE, "grand_total": -LARGE},
    },
    "large amounts on slips": {"lines": [row | {"slip_number": "伝" * 20} for row in LARGE_LINES]},
    "long remarks": {"remarks": REMARKS},
    "remarks of many lines": {"remarks": "".join(f"{number}行\n" for number in range(400)) + "末尾"},
    "empty lines": {"remarks": "はじめ" + "\n" * 400 + "おわり"},
    "many files": {"attachments": FILES},
    "many deductions": {"deductions": ALL_DEDUCTIONS, "lines": LARGE_LINES},
    "slips": {"lines": LONG_LINES},
    "returns among lines": {"lines": worked_lines() * 3},
    "rare characters": {
        "lines": [line(f"{number}{RARE}", slip=RARE[:2]) for number in range(60)],
        "remarks": f"{RARE}\n" * 60,
        "issuer": {"name": RARE * 3, "address": RARE * 6},
        "recipient": {"addressee": RARE * 4},
    },
    "a long address of the check": {"check_address": f"https://seikyu.example/{'madoguchi/' * 6}", "number": "N" * 40},
}
CASES["everything"] = {
    **CASES["long names"],
    **CASES["many deductions"],
    **CASES["many files"],
    "issuer": {**ISSUER, **CASES["a seal and a branch"]["issuer"]},
    "lines": [
        row
        | {
            "slip_number": f"伝票{number // 2:018d}",
            "original_date": "2026-09-30",
            "description": f"{number:02d}{LONG}{LONG}"[:120],
        }
        for number, row in enumerate(LARGE_LINES)
    ],
    "withholding": CASES["large amounts"]["withholding"],
    "carry_over": CASES["large amounts"]["carry_over"],
    "remarks": REMARKS,
    "replaces": {"id": "x", "number": "N" * 40, "issue_date": "2026-10-30"},
}


def frozen(case: str, form: str):
    changes = CASES[case]
    return returned(**changes) if form == "returns" else snapshot(**changes)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES)
def test_nothing_overlaps_and_nothing_leaves_the_page(case, form):
    assert faults_of_setting(print_as(form, frozen(case, form))) == []


@pytest.mark.parametrize("form", ["standard", "cover", "returns"])
@pytest.mark.parametrize(
    ("case", "texts"),
    [
        (
            "long names",
            [
                *(ISSUER[part] for part in ISSUER if part != "postcode"),
                *RECIPIENT.values(),
                *(NAME, "N" * 40, f"控{NAME}"[:40], PEOPLE["name"], OFFICE),
            ],
        ),
        ("a seal and a branch", [*BRANCH.values(), PEOPLE["title"], PEOPLE["name"]]),
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
        ("many files", [f"{file['name']}(SHA-256{file['sha256'][:16]}…)" for file in FILES]),
        (
            "many deductions",
            [f"{rate.label}{kind.label}△{amount:,}円".replace(" ", "") for kind, rate, amount in ALL_DEDUCTIONS],
        ),
        ("rare characters", [f"{RARE}\n" * 60, RARE * 3, RARE * 4]),
        ("everything", [REMARKS, ISSUER["name"], BRANCH["name"], BRANCH["address"], LARGE_TEXT]),
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
    for expected in (f"{ACCOUNT['bank_name']}(0185)", f"{ACCOUNT['branch_name']}(101)", ACCOUNT["holder"], "９" * 20):
        assert expected in text


@pytest.mark.parametrize("form", ["standard", "cover", "returns"])
def test_long_descriptions_keep_their_order_and_each_slip_its_sum(form):
    text = squeezed(pdfium_text(print_as(form, frozen("slips", form))))
    found = [text.index(row["description"][:8]) for row in LONG_LINES]
    assert found == sorted(found)
    for slip in {row["slip_number"] for row in LONG_LINES}:
        amounts = [row["amount"] for row in LONG_LINES if row["slip_number"] == slip]
        assert (f"伝票{slip}の計{sum(amounts):,}" in text) == (len(amounts) > 1)


def test_where_figures_need_the_room_what_was_supplied_stands_above_them():
    text = reading.poppler_text(print_as("standard", frozen("large amounts on slips", "standard")))
    assert "品名・日付" in text
    assert "日付     品名" not in text
    for number, row in enumerate(LARGE_LINES):
        mark = " ※" if row["rate"]["reduced"] else ""
        assert f"{number:02d}番の品{mark}\n" in text


def test_a_long_address_of_the_check_goes_on_below_the_foot():
    (page,) = reading.poppler_pages(print_as("standard", snapshot([line()], **CASES["a long address of the check"])))
    *_, first, second = [line for line in page.splitlines() if line.strip()]
    assert first.startswith(f"請求番号 {'N' * 40}")
    assert first.endswith("全1枚中1")
    assert second.strip() == f"照合 https://seikyu.example/{'madoguchi/' * 6}"


@pytest.mark.parametrize(
    ("broken", "value", "case", "fault"),
    [
        ("layouts.parts._BESIDE_SEAL", 44, "a seal and a branch", "stands over"),
        ("layouts.parts.COLUMNS", 124, "long remarks", "leaves the page"),
        ("fonts._rare", frozenset, "rare characters", "is off the grid"),
    ],
)
def test_the_search_for_faults_finds_them(monkeypatch, broken, value, case, fault):
    monkeypatch.setattr(f"invoices.documents.{broken}", value)
    assert any(fault in found for found in faults_of_setting(print_as("standard", frozen(case, "standard"))))


def _without_foot(page: str) -> str:
    return "\n".join(row for row in page.splitlines() if not re.match("請求番号 [NMR]", row))
