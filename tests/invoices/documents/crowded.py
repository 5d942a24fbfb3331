"""Documents on which much has to stand: the longest texts and the largest figures that forms let through."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from accounts.models import AddressLine
from dev.sample_documents import SEAL, line, withheld, worked_lines
from dev.sample_rates import ALL_RATES
from invoices.documents.schema_parts import (
    AttachedFile,
    BankAccountRef,
    Branch,
    CarryOver,
    Person,
    Reference,
    Signer,
    SignerRole,
)
from invoices.enums import DeductionKind

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
BRANCH = Branch(name=f"支店{NAME}"[:60], **PLACE)
PEOPLE = Person(OFFICE, f"名{NAME}"[:60], "0994-00-0002-33333-44", f"{'keiri.' * 38}@mihon.example")
SIGNER = Signer(SignerRole.DELEGATE, PEOPLE.title, PEOPLE.name)
ACCOUNT = BankAccountRef(
    bank_code="0185",
    bank_name=f"行{NAME}"[:60],
    branch_code="101",
    branch_name=f"店{NAME}"[:60],
    account_type="1",
    account_type_label="普通",
    number="0012345",
    holder="ミホン" * 10,
)
ISSUER = {
    "name": f"商号{NAME}"[:60],
    "representative_title": OFFICE,
    "representative_name": f"代表{NAME}"[:60],
    **PLACE,
}
RECIPIENT = {"municipality": f"市{NAME}"[:60], "addressee": f"長{NAME}"[:60], "department": f"課{LONG}{LONG}"[:80]}
REMARKS = "".join(f"{number:04d}番目の備考。" for number in range(250))[:2000]
FILES = tuple(
    AttachedFile(f"{number:02d}{NAME}{NAME}"[:116] + ".pdf", "a/b", 1, f"{number:064x}") for number in range(20)
)
ALL_DEDUCTIONS = [(kind, rate, LARGE - number) for number, rate in enumerate(ALL_RATES) for kind in DeductionKind]
LARGE_LINES = [
    replace(line(f"{number:02d}番の品", "9999999999.9999", UNIT, "999999999999.9999", rate), amount=LARGE - number)
    for number, rate in enumerate(ALL_RATES * 3)
]
LONG_LINES = [
    line(f"{number:02d}{NAME}{NAME}"[:120], "1234.5", UNIT, "12345.6789", rate, slip=f"伝票{number // 3:016d}")
    for number, rate in enumerate(ALL_RATES * 5)
]
RARE = "𠮷a葛\U000e0102城b辻\U000e0102邉\U000e0110c槗"

CASES: dict[str, dict[str, Any]] = {
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
    "a department with a long name": {"recipient": RECIPIENT | {"address_line": AddressLine.DEPARTMENT}},
    "a seal and a branch": {"issuer": {"seal": SEAL, "branch": BRANCH, "signer": SIGNER}},
    "a seal beside little text": {
        "issuer": {"seal": SEAL, "registration_number": "", "building": "", "phone": ""},
        "title": NAME,
    },
    "large amounts": {
        "lines": LARGE_LINES,
        "withholding": withheld(LARGE, LARGE, -LARGE),
        "carry_over": CarryOver(LARGE, -LARGE, LARGE, -LARGE),
    },
    "large amounts on slips": {"lines": [replace(row, slip_number="伝" * 20) for row in LARGE_LINES]},
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
        replace(
            row,
            slip_number=f"伝票{number // 2:018d}",
            original_date=date(2026, 9, 30),
            description=f"{number:02d}{LONG}{LONG}"[:120],
        )
        for number, row in enumerate(LARGE_LINES)
    ],
    "withholding": CASES["large amounts"]["withholding"],
    "carry_over": CASES["large amounts"]["carry_over"],
    "remarks": REMARKS,
    "replaces": Reference(UUID(int=9), "N" * 40, date(2026, 10, 30)),
}
