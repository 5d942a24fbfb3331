"""Sample documents without a database: the worked sample, and what pictures, measurements and tests change in it."""

from collections.abc import Sequence
from dataclasses import is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.models import AddressLine
from dev.sample_rates import BY_CODE, REDUCED, STANDARD
from invoices.documents.schema import WORDING, FrozenDocument
from invoices.documents.schema_parts import (
    BankAccountRef,
    Issuer,
    Line,
    Payment,
    Person,
    Received,
    Recipient,
    Reference,
    SealRef,
    Signer,
    SignerRole,
    Withholding,
)
from invoices.documents.snapshot import rate_block, tax_block
from invoices.enums import (
    InvoiceKind,
    InvoiceSystem,
    Layout,
    LineKind,
    PaymentMethod,
    Prepayment,
    PriceMode,
    Reduction,
    Rounding,
    TaxUnit,
    WithholdingKind,
)
from invoices.tax.calculation import Deduction, LineAmount, Rate, Totals, line_amount, line_tax, totals
from suppliers.models import SealKind, SupplierKind

SEAL = SealRef(SealKind.REPRESENTATIVE, "5ea1" * 16)
RECEIVED = Received("令和8年10月31日(2026-10-31) 14:02", "0d0c" * 16)

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
) -> Line:
    amount = line_amount(Decimal(quantity), Decimal(unit_price), Rounding.FLOOR)
    return Line(
        kind=LineKind.ITEM,
        date=date.fromisoformat(day),
        slip_number=slip,
        original_date=date.fromisoformat(original) if original else None,
        original_until=None,
        reduction=Reduction.RETURNED if original else Reduction.NONE,
        description=description,
        quantity=Decimal(quantity),
        unit=unit,
        unit_price=Decimal(unit_price),
        amount=amount,
        exact_amount=None,
        rate=rate_block(rate),
        tax=line_tax(amount, rate, PriceMode.EXCLUSIVE, Rounding.FLOOR),
    )


def worked_lines() -> list[Line]:
    """Three deliveries of four items; what was left of the third is taken back in two parts."""
    delivered = [line(*item, day=day) for day in ("2026-10-05", "2026-10-12", "2026-10-19") for item in ITEMS]
    taken_back = [
        line(name, f"-{quantity}", unit, price, rate, day=day, original="2026-10-19")
        for day, kept in (("2026-10-26", (0, 2)), ("2026-10-28", (1, 3)))
        for name, quantity, unit, price, rate in (ITEMS[index] for index in kept)
    ]
    return delivered + taken_back


def withheld(base: int, amount: int, payable: int) -> Withholding:
    """源泉徴収 of a usual fee in 2026; what it comes to is taken as it is said."""
    return Withholding(
        kind=WithholdingKind.FEE,
        base=base,
        amount=amount,
        payable=payable,
        taxes="所得税及び復興特別所得税",
        explanation=f"{base:,} × 10.21 % = {amount:,}",
    )


def worked_refunds() -> list[Line]:
    """The sums of the worked sample as refunds of an earlier month: two deliveries come back whole."""
    return [
        line(name, f"-{quantity}", unit, price, rate, day=day, original="2026-09-30")
        for day in ("2026-10-05", "2026-10-12")
        for name, quantity, unit, price, rate in ITEMS
    ]


def many_lines(count: int) -> list[Line]:
    return [line(*ITEMS[number % 4], day=f"2026-10-{1 + number * 31 // count:02d}") for number in range(count)]


def snapshot(lines: Sequence[Line] | None = None, **changes: Any) -> FrozenDocument:
    """The worked sample of a registered issuer. A dictionary for a block (`issuer={...}`) changes its named fields.

    Without a `signer` the representative signs. `deductions` are (kind, rate, yen); `unit` is how often tax is rounded.
    """
    lines = worked_lines() if lines is None else list(lines)
    mode = PriceMode(changes.pop("price_mode", PriceMode.EXCLUSIVE))
    rounding = Rounding(changes.pop("rounding", Rounding.FLOOR))
    unit = TaxUnit(changes.pop("unit", TaxUnit.INVOICE))
    deductions = [Deduction(rate, kind, amount) for kind, rate, amount in changes.pop("deductions", ())]
    base = FrozenDocument(
        kind=InvoiceKind.INVOICE,
        system=InvoiceSystem.QUALIFIED,
        layout=Layout.STANDARD,
        wording=WORDING,
        number="MSG-2026-000012",
        check_code="7K3QX9VB2MD4T",
        check_address="https://seikyu.example/check/",
        title="子どもまつり参加賞用菓子・用品",
        own_reference="",
        issue_date=date(2026, 10, 31),
        transaction_date=None,
        period_from=date(2026, 10, 1),
        period_to=date(2026, 10, 31),
        contracted_on=None,
        prepayment=Prepayment.NONE,
        issuer=Issuer(
            id=UUID("0199c3f0-0000-7000-8000-000000000001"),
            name="株式会社みほん製菓",
            kind=SupplierKind.CORPORATION,
            registration_number="T7123456789012",
            representative_title="代表取締役",
            representative_name="見本 花子",
            signer=Signer(SignerRole.REPRESENTATIVE, "代表取締役", "見本 花子"),
            branch=None,
            seal=None,
            joint_venture=None,
            postcode="000-0001",
            address="見本県見本市本町二丁目3番4号",
            building="みほんビル5階",
            phone="0994-00-0001",
        ),
        recipient=Recipient(
            municipality_id=UUID("0199c3f0-0000-7000-8000-000000000002"),
            municipality="見本市",
            addressee="見本市長",
            address_line=AddressLine.HEAD,
            department_id=UUID("0199c3f0-0000-7000-8000-000000000003"),
            department="子育て支援課",
        ),
        lines=tuple(lines),
        deductions=(),
        tax=tax_block(_sums(lines, deductions, mode, rounding, unit), mode, rounding, unit),
        carry_over=None,
        withholding=None,
        payment=Payment(
            method=PaymentMethod.TRANSFER,
            method_label="振込",
            bank_account=BankAccountRef(
                bank_code="0185",
                bank_name="みほん銀行",
                branch_code="101",
                branch_name="本店営業部",
                account_type="1",
                account_type_label="普通",
                number="0012345",
                holder="カ)ミホンセイカ",
            ),
            creditor_number="",
        ),
        remarks="10月26日と28日の明細は余剰分の返品です。",
        responsible=Person("経理課長", "高橋 一郎", "0994-00-0002", ""),
        contact=Person("役職なし", "佐藤 次郎", "0994-00-0003", ""),
        attachments=(),
        original=None,
        replaces=None,
        policy=None,
    )
    changed = _changed(base, changes)
    return changed if "signer" in changes.get("issuer", {}) else _signed(changed)


def _changed(part: Any, changes: dict[str, Any]) -> Any:
    parts = {name: getattr(part, name) for name, value in changes.items() if isinstance(value, dict)}
    nested = {name: _changed(old, changes[name]) for name, old in parts.items() if is_dataclass(old)}
    return replace(part, **changes | nested)


def _signed(document: FrozenDocument) -> FrozenDocument:
    who = document.issuer
    signer = Signer(SignerRole.REPRESENTATIVE, who.representative_title, who.representative_name)
    return replace(document, issuer=replace(who, signer=signer))


def credit_note(**changes: Any) -> FrozenDocument:
    """A credit note, with the figures of the worked sample below zero."""
    return snapshot(
        changes.pop("lines", worked_refunds()),
        **{
            "kind": InvoiceKind.CREDIT_NOTE,
            "number": "R2026-000003",
            "original": Reference(None, "MSG-2026-000007", date(2026, 9, 30)),
            "remarks": "納品後に全数を回収しました。",
        }
        | changes,
    )


def _sums(
    lines: Sequence[Line],
    deductions: Sequence[Deduction],
    mode: PriceMode,
    rounding: Rounding,
    unit: TaxUnit,
) -> Totals:
    amounts = [LineAmount(BY_CODE[row.rate.code], row.amount) for row in lines if row.rate]
    return totals(amounts, mode, rounding, deductions=deductions, unit=unit)
