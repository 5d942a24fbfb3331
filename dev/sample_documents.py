"""Sample documents without a database: the worked sample, and what pictures, measurements and tests change in it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dev.sample_rates import BY_CODE, REDUCED, STANDARD
from invoices.documents.snapshot import SCHEMA, Snapshot, rate_block, tax_block
from invoices.enums import PaymentMethod, PriceMode, Rounding, TaxUnit
from invoices.tax.calculation import Deduction, LineAmount, Rate, Totals, line_amount, line_tax, totals

SEAL = {"kind": "representative", "sha256": "5ea1" * 16}

ITEMS = (
    ("ミニスナック コーン味 1本", "60", "本", "27", REDUCED),
    ("ビスケット 12枚入", "40", "箱", "78", REDUCED),
    ("ボールペン 黒 0.7mm", "48", "本", "48", STANDARD),
    ("紙コップ 205ml 30個入", "30", "袋", "137", STANDARD),
)


def line(
    description: str = "会場設営",
    quantity: str = "1",
    unit: str = "式",
    unit_price: str = "10000",
    rate: Rate = STANDARD,
    *,
    day: str = "2026-10-05",
    original: str | None = None,
    slip: str = "",
) -> dict[str, Any]:
    amount = line_amount(Decimal(quantity), Decimal(unit_price), Rounding.FLOOR)
    return {
        "date": day,
        "slip_number": slip,
        "original_date": original,
        "description": description,
        "quantity": quantity,
        "unit": unit,
        "unit_price": unit_price,
        "amount": amount,
        "rate": rate_block(rate),
        "tax": line_tax(amount, rate, PriceMode.EXCLUSIVE, Rounding.FLOOR),
    }


def worked_lines() -> list[dict[str, Any]]:
    """Three deliveries of four items; what was left of the third comes back in two returns."""
    delivered = [line(*item, day=day) for day in ("2026-10-05", "2026-10-12", "2026-10-19") for item in ITEMS]
    returned = [
        line(name, f"-{quantity}", unit, price, rate, day=day, original="2026-10-19")
        for day, kept in (("2026-10-26", (0, 2)), ("2026-10-28", (1, 3)))
        for name, quantity, unit, price, rate in (ITEMS[index] for index in kept)
    ]
    return delivered + returned


def worked_returns() -> list[dict[str, Any]]:
    """The sums of the worked sample as returns of an earlier month: two deliveries come back whole."""
    return [
        line(name, f"-{quantity}", unit, price, rate, day=day, original="2026-09-30")
        for day in ("2026-10-05", "2026-10-12")
        for name, quantity, unit, price, rate in ITEMS
    ]


def many_lines(count: int) -> list[dict[str, Any]]:
    return [line(*ITEMS[number % 4], day=f"2026-10-{1 + number * 31 // count:02d}") for number in range(count)]


def snapshot(lines: Sequence[dict[str, Any]] | None = None, **changes: Any) -> Snapshot:
    """The worked sample of a registered issuer. A change of a block (`issuer={...}`) changes only its named fields.

    `deductions` are (kind, rate, yen); `unit` is how often tax is rounded.
    """
    lines = worked_lines() if lines is None else list(lines)
    mode = PriceMode(changes.pop("price_mode", PriceMode.EXCLUSIVE))
    rounding = Rounding(changes.pop("rounding", Rounding.FLOOR))
    unit = TaxUnit(changes.pop("unit", TaxUnit.INVOICE))
    deductions = [Deduction(rate, kind, amount) for kind, rate, amount in changes.pop("deductions", ())]
    base: Snapshot = {
        "schema": SCHEMA,
        "kind": "invoice",
        "layout": "standard",
        "number": "MSG-2026-000012",
        "check_code": "7K3QX9VB2MD4T",
        "check_address": "https://seikyu.example/check/",
        "title": "子どもまつり参加賞用菓子・用品",
        "own_reference": "",
        "issue_date": "2026-10-31",
        "transaction_date": None,
        "period_from": "2026-10-01",
        "period_to": "2026-10-31",
        "issuer": {
            "id": "0199c3f0-0000-7000-8000-000000000001",
            "name": "株式会社みほん製菓",
            "kind": "corporation",
            "registration_number": "T7123456789012",
            "representative_title": "代表取締役",
            "representative_name": "見本 花子",
            "signer": {"title": "代表取締役", "name": "見本 花子"},
            "branch": None,
            "seal": None,
            "postcode": "000-0001",
            "address": "見本県見本市本町二丁目3番4号",
            "building": "みほんビル5階",
            "phone": "0994-00-0001",
        },
        "recipient": {
            "municipality_id": "0199c3f0-0000-7000-8000-000000000002",
            "municipality": "見本市",
            "addressee": "見本市長",
            "address_line": "head",
            "department_id": "0199c3f0-0000-7000-8000-000000000003",
            "department": "子育て支援課",
        },
        "lines": lines,
        "tax": tax_block(_sums(lines, deductions, mode, rounding, unit), mode, rounding, unit),
        "carry_over": None,
        "withholding": None,
        "payment": {
            "method": PaymentMethod.TRANSFER.value,
            "method_label": "振込",
            "bank_account": {
                "bank_code": "0185",
                "bank_name": "みほん銀行",
                "branch_code": "101",
                "branch_name": "本店営業部",
                "account_type": "1",
                "account_type_label": "普通",
                "number": "0012345",
                "holder": "カ)ミホンセイカ",
            },
            "creditor_number": "",
        },
        "remarks": "10月26日と28日の明細は余剰分の返品です。",
        "responsible": {"title": "経理課長", "name": "高橋 一郎", "phone": "0994-00-0002"},
        "contact": {"title": "役職なし", "name": "佐藤 次郎", "phone": "0994-00-0003"},
        "attachments": [],
        "original": None,
        "replaces": None,
        "policy": {},
    }
    signer = changes.get("issuer", {}).get("signer")
    for name, value in changes.items():
        base[name] = base[name] | value if isinstance(value, dict) and isinstance(base[name], dict) else value
    if signer is None:
        issuer = base["issuer"]
        issuer["signer"] = {"title": issuer["representative_title"], "name": issuer["representative_name"]}
    return base


def returned(**changes: Any) -> Snapshot:
    """A credit note, with the figures of the worked sample below zero."""
    return snapshot(
        changes.pop("lines", worked_returns()),
        **{
            "kind": "return",
            "number": "R2026-000003",
            "original": {"id": None, "number": "MSG-2026-000007", "issue_date": "2026-09-30"},
            "remarks": "納品後に全数を回収しました。",
        }
        | changes,
    )


def received(frozen: Snapshot) -> Snapshot:
    """With what the certificate of receipt says besides."""
    return frozen | {"receipt": {"delivered_at": "令和8年10月31日(2026-10-31) 14:02", "sha256": "0d0c" * 16}}


def _sums(
    lines: Sequence[dict[str, Any]],
    deductions: Sequence[Deduction],
    mode: PriceMode,
    rounding: Rounding,
    unit: TaxUnit,
) -> Totals:
    amounts = [LineAmount(BY_CODE[row["rate"]["code"]], row["amount"]) for row in lines if row["rate"]]
    return totals(amounts, mode, rounding, deductions=deductions, unit=unit)
