"""The frozen snapshot in the words of a page, for people who do not read the picture of a document.

It says what the document says. Amounts have a minus sign, which screen readers speak, where the document prints △.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import AddressLine
from invoices.documents import words
from invoices.documents.snapshot import Snapshot
from invoices.enums import InvoiceKind, PriceMode
from portal.lib.calendar import to_wareki
from portal.lib.yen import Yen, format_yen
from suppliers.models import SealKind

OPEN_LINES_MAX = 30
"""Of longer tables the page shows the number of lines, and the lines when they are asked for."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label, and beside it what it names, line by line."""

    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount under the table of rates.

    Attributes:
        rank: `grand` for what the document claims, `strong` for what follows from it, "" for what leads there.
    """

    label: str
    amount: str
    rank: str = ""


@dataclass(frozen=True, slots=True)
class RateRow:
    """A row of the table of rates; its cells in the order of its columns."""

    label: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """The table of rates and what follows from it.

    Attributes:
        deductions: What lowered the base of a rate, each in words.
        sums: In blocks: the invoice itself, then withholding and what is carried over where there is any.
        rounding: How the figures came about.
    """

    columns: tuple[str, ...]
    rates: tuple[RateRow, ...]
    deductions: Fact | None
    sums: tuple[tuple[Sum, ...], ...]
    rounding: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line as its row of the table; days are ISO in `date` and `original_date`, in their era beside it."""

    position: int
    date: str
    day: str
    slip_number: str
    description: str
    is_reduced: bool
    quantity: str
    unit: str
    unit_price: str
    rate: str
    amount: str
    original_date: str
    original_day: str


@dataclass(frozen=True, slots=True)
class Slip:
    """Lines that follow each other under one slip number; `amount` is their sum where they are several."""

    number: str
    lines: tuple[Line, ...]
    amount: str


@dataclass(frozen=True, slots=True)
class Lines:
    """The table of lines: columns that no line uses are left out."""

    count: int
    slips: tuple[Slip, ...]
    has_slips: bool
    has_originals: bool
    price_mode: str
    amount: str
    notes: tuple[str, ...]

    @property
    def is_folded(self) -> bool:
        return self.count > OPEN_LINES_MAX

    @property
    def columns_before_amount(self) -> int:
        """For the label of a sum, which stands before the column of the amounts."""
        return 8 if self.has_slips else 7


@dataclass(frozen=True, slots=True)
class FrozenInvoice:
    """Everything that a document shows but its attachments, which the page offers to open."""

    heading: str
    head: tuple[Fact, ...]
    issuer: tuple[Fact, ...]
    amounts: Amounts
    lines: Lines
    payment: tuple[Fact, ...]
    people: tuple[Fact, ...]
    remarks: tuple[Fact, ...]


def read(snapshot: Snapshot) -> FrozenInvoice:
    """Put a snapshot of today's form into words."""
    printed = words.clean(snapshot)
    is_credit_note = printed["kind"] == InvoiceKind.CREDIT_NOTE
    return FrozenInvoice(
        heading=_("返還の内容") if is_credit_note else _("請求の内容"),
        head=_head(printed),
        issuer=_issuer(printed["issuer"]),
        amounts=_amounts(printed),
        lines=_lines(printed),
        # Nothing is to be paid for what is returned.
        payment=() if is_credit_note else _payment(printed["payment"]),
        people=_people(printed),
        remarks=_facts((_("備考"), printed["remarks"].strip().split("\n"))),
    )


def _facts(*entries: tuple[str, Sequence[str]]) -> tuple[Fact, ...]:
    """What has no text is left out."""
    told = ((label, tuple(text for text in texts if text)) for label, texts in entries)
    return tuple(Fact(label, texts) for label, texts in told if texts)


def _both_calendars(day: str | None) -> str:
    return f"{_in_its_era(day)}（{day}）" if day else ""


def _in_its_era(day: str | None) -> str:
    return to_wareki(date.fromisoformat(day)) if day else ""


def _yen(amount: Yen) -> str:
    return _("%(amount)s円") % {"amount": format_yen(amount)}


def _figure(number: str | None) -> str:
    return "" if number is None else f"{Decimal(number):,f}"


def _head(printed: Snapshot) -> tuple[Fact, ...]:
    to, title, kind = printed["recipient"], words.title(printed), words.legal_kind(printed)
    if to["address_line"] == AddressLine.DEPARTMENT:
        addressee = [_("%(city)s %(name)s 御中") % {"city": to["municipality"], "name": to["department"]}]
    else:
        addressee = [
            _("%(name)s 様") % {"name": to["addressee"]} if to["addressee"] else "",
            _("%(name)s 扱い") % {"name": to["department"]} if to["department"] else "",
        ]
    return _facts(
        (_("書類"), [title if kind == title else f"{title}（{kind}）"]),
        (_("件名"), [printed["title"]]),
        (_("請求書番号"), [printed["number"]]),
        (_("照合コード"), [printed["check_code"]]),
        (_("発行先"), [f"{to['municipality']} {to['department']}"]),
        (_("宛名"), addressee),
        (_("請求日"), [_both_calendars(printed["issue_date"])]),
        _transaction(printed),
        (_("自社の管理番号"), [printed["own_reference"]]),
        (_("修正前の請求書"), _reference(printed["replaces"])),
        (_("もとの請求書"), _reference(printed["original"])),
    )


def _transaction(printed: Snapshot) -> tuple[str, list[str]]:
    first, last = printed["period_from"], printed["period_to"]
    if first or last:
        period = {"first": _both_calendars(first), "last": _both_calendars(last)}
        return _("取引期間"), [_("%(first)sから") % period, _("%(last)sまで") % period]
    return _("取引年月日"), [_both_calendars(printed["transaction_date"])]


def _reference(invoice: dict[str, Any] | None) -> list[str]:
    if invoice is None:
        return []
    day = _both_calendars(invoice["issue_date"])
    return [invoice["number"] or "", _("請求日 %(day)s") % {"day": day} if day else ""]


def _issuer(who: dict[str, Any]) -> tuple[Fact, ...]:
    branch, signer = who["branch"], who["signer"]
    place = branch or who
    delegate = branch is not None and signer["name"] != who["representative_name"]
    return _facts(
        (_("名称"), [who["name"]]),
        (_("登録番号"), [who["registration_number"]]),
        (_("請求元"), [branch["name"]] if branch else []),
        (
            _("受任者") if delegate else _("代表者"),
            [" ".join(part for part in (signer["title"], signer["name"]) if part)],
        ),
        (_("所在地"), [f"〒{place['postcode']}" if place["postcode"] else "", place["address"], place["building"]]),
        (_("電話"), [place["phone"]]),
        (_("印影"), [str(SealKind(who["seal"]["kind"]).label)] if who["seal"] else []),
    )


def _amounts(printed: Snapshot) -> Amounts:
    tax = printed["tax"]
    deducted = any(row["deductions"] for row in tax["rates"])
    columns = (
        *((_("売上額"), _("控除額")) if deducted else ()),
        _("税抜金額"),
        _("消費税額"),
        _("税込金額"),
    )
    return Amounts(
        columns=columns,
        rates=tuple(
            RateRow(row["rate"]["label"], tuple(zip(columns, _rate_cells(row, deducted), strict=True)))
            for row in tax["rates"]
        ),
        deductions=_deductions(tax) if deducted else None,
        sums=_sums(printed),
        rounding=words.rounding(tax),
    )


def _rate_cells(row: dict[str, Any], deducted: bool) -> list[str]:
    reduction = sum(entry["amount"] for entry in row["deductions"])
    figures = [row["sales"], -reduction] if deducted else []
    return [format_yen(amount) for amount in (*figures, row["base"], row["tax"], row["gross"])]


def _deductions(tax: dict[str, Any]) -> Fact:
    mode = words.PRICE_MODE[PriceMode(tax["price_mode"])]
    return Fact(
        _("控除の内訳（%(mode)s）") % {"mode": mode},
        tuple(
            f"{row['rate']['label']} {entry['label']} {_yen(-entry['amount'])}"
            for row in tax["rates"]
            for entry in row["deductions"]
        ),
    )


def _sums(printed: Snapshot) -> tuple[tuple[Sum, ...], ...]:
    tax, withheld, carried = printed["tax"], printed["withholding"], printed["carry_over"]
    blocks: list[tuple[Sum, ...]] = [
        (
            Sum(_("税抜金額の計"), _yen(tax["net"])),
            Sum(_("消費税額の計"), _yen(tax["tax"])),
            Sum(_("%(label)s（税込）") % {"label": words.total_label(printed)}, _yen(tax["total"]), "grand"),
        )
    ]
    if withheld:
        base = {"base": _yen(withheld["base"])}
        blocks.append(
            (
                Sum(_("源泉徴収税額（対象額 %(base)s）") % base, _yen(-withheld["amount"])),
                Sum(_("差引お支払額"), _yen(withheld["payable"]), "strong"),
            )
        )
    if carried:
        blocks.append(
            (
                Sum(_("前回請求額"), _yen(carried["billed"])),
                Sum(_("ご入金額"), _yen(carried["received"])),
                Sum(_("前回ご請求残額"), _yen(carried["remaining"])),
                Sum(_("合計請求額"), _yen(carried["grand_total"]), "strong"),
            )
        )
    return tuple(blocks)


def _lines(printed: Snapshot) -> Lines:
    rows = printed["lines"]
    slips = []
    numbered = enumerate(rows, 1)
    for number, group in groupby(numbered, key=lambda entry: entry[1]["slip_number"]):
        entries = list(group)
        amount = format_yen(sum(row["amount"] for _position, row in entries)) if number and len(entries) > 1 else ""
        slips.append(Slip(number, tuple(_line(position, row) for position, row in entries), amount))
    notes = []
    if any(map(words.is_reduced, rows)):
        notes.append(_("※は軽減税率の対象品目です。"))
    if any(row["amount"] < 0 for row in rows):
        notes.append(_("金額が負の行は、返品または値引きです。"))
    return Lines(
        count=len(rows),
        slips=tuple(slips),
        has_slips=any(row["slip_number"] for row in rows),
        has_originals=any(row["original_date"] for row in rows),
        price_mode=words.PRICE_MODE[PriceMode(printed["tax"]["price_mode"])],
        amount=format_yen(sum(row["amount"] for row in rows)),
        notes=tuple(notes),
    )


def _line(position: int, row: dict[str, Any]) -> Line:
    return Line(
        position=position,
        date=row["date"] or "",
        day=_in_its_era(row["date"]),
        slip_number=row["slip_number"],
        description=row["description"],
        is_reduced=words.is_reduced(row),
        quantity=_figure(row["quantity"]),
        unit=row["unit"],
        unit_price=_figure(row["unit_price"]),
        rate=row["rate"]["label"] if row["rate"] else "",
        amount=format_yen(row["amount"]),
        original_date=row["original_date"] or "",
        original_day=_in_its_era(row["original_date"]),
    )


def _payment(pay: dict[str, Any]) -> tuple[Fact, ...]:
    account = pay["bank_account"]
    told: list[tuple[str, Sequence[str]]] = [(_("入金方法"), [pay["method_label"]])]
    if account:
        codes = _("銀行コード %(bank_code)s、支店コード %(branch_code)s") % account
        told += [
            (_("振込先"), [f"{account['bank_name']} {account['branch_name']}", codes]),
            (_("口座番号"), [f"{account['account_type_label']} {account['number']}"]),
            (_("口座名義"), [account["holder"]]),
        ]
    return _facts(*told, (_("債権者番号"), [pay["creditor_number"]]))


def _people(printed: Snapshot) -> tuple[Fact, ...]:
    roles = ((_("発行責任者"), printed["responsible"]), (_("本件担当者"), printed["contact"]))
    return _facts(*((role, _person(person)) for role, person in roles if person))


def _person(person: dict[str, str]) -> list[str]:
    named = _("%(name)s（役職 %(position)s）") % {"name": person["name"], "position": words.position(person["title"])}
    return [named, _("直通電話 %(phone)s") % person if person["phone"] else ""]
