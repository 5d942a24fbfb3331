"""What a corrected invoice changes of the one that it replaces, for people to read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from invoices.documents import snapshot
from invoices.documents.snapshot import Snapshot
from invoices.enums import PriceMode, Rounding, TaxUnit
from invoices.models import Invoice
from portal.lib.yen import format_yen


@dataclass(frozen=True, slots=True)
class Change:
    """One item that reads otherwise; an empty side did not have it."""

    label: StrOrPromise
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that was changed, added or taken out.

    Attributes:
        before, after: Number of the line from 1 and its text; None where there is no such line.
    """

    before: tuple[int, str] | None
    after: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that two documents say differently; number, check code and day of issue aside."""

    items: tuple[Change, ...]
    lines: tuple[LineChange, ...]

    def __bool__(self) -> bool:
        return bool(self.items or self.lines)


def difference(before: Snapshot, after: Snapshot) -> Difference:
    """Compare two snapshots in today's form, as `snapshot.load` gives them."""
    old, new = _items(before), _items(after)
    labels = dict.fromkeys((*old, *new))
    return Difference(
        items=tuple(
            Change(_LABELS.get(label, label), old.get(label, ""), new.get(label, ""))
            for label in labels
            if old.get(label, "") != new.get(label, "")
        ),
        lines=tuple(_line_changes(before["lines"], after["lines"])),
    )


def of_correction(invoice: Invoice) -> Difference | None:
    """What an issued correction changes; None for an invoice that replaces none."""
    replaced = invoice.replaces
    if replaced is None or not (invoice.snapshot and replaced.snapshot):
        return None
    return difference(snapshot.load(replaced.snapshot), snapshot.load(invoice.snapshot))


_LABELS: dict[str, StrOrPromise] = {
    "title": _("件名"),
    "recipient": _("宛先"),
    "transaction": _("取引年月日・期間"),
    "issuer": _("請求者"),
    "signer": _("請求者の代表者または受任者"),
    "number": _("登録番号"),
    "address": _("請求者の所在地"),
    "branch": _("請求元"),
    "seal": _("印影"),
    "payment": _("入金方法"),
    "account": _("振込先口座"),
    "creditor": _("債権者番号"),
    "responsible": _("発行責任者"),
    "contact": _("担当者"),
    "own_reference": _("自社の管理番号"),
    "remarks": _("備考"),
    "attachments": _("添付ファイル"),
    "carry_over": _("前回請求額とご入金額"),
    "withholding": _("源泉徴収税額"),
    "price_mode": _("単価の税と端数処理"),
    "net": _("税抜金額の合計"),
    "tax": _("消費税額の合計"),
    "total": _("請求金額"),
}


def _items(content: Snapshot) -> dict[str, str]:
    """Everything but the lines, as texts under their keys; what is empty is left out."""
    issuer, recipient, payment = content["issuer"], content["recipient"], content["payment"]
    tax, carried, withheld = content["tax"], content["carry_over"], content["withholding"]
    items = {
        "title": content["title"],
        "recipient": _joined(recipient["municipality"], recipient["addressee"], recipient["department"]),
        "transaction": content["transaction_date"] or _joined(content["period_from"], content["period_to"], by=" – "),
        "issuer": issuer["name"],
        "signer": _joined(issuer["signer"]["title"], issuer["signer"]["name"]),
        "number": issuer["registration_number"],
        "address": _joined(issuer["postcode"], issuer["address"], issuer["building"], issuer["phone"]),
        "branch": _branch(issuer["branch"]),
        "seal": (issuer["seal"] or {}).get("sha256", "")[:8],
        "payment": payment["method_label"],
        "account": _account(payment["bank_account"]),
        "creditor": payment["creditor_number"],
        "responsible": _person(content["responsible"]),
        "contact": _person(content["contact"]),
        "own_reference": content["own_reference"],
        "remarks": content["remarks"],
        "attachments": _joined(*(file["name"] for file in content["attachments"]), by="、"),
        "carry_over": _joined(format_yen(carried["billed"]), format_yen(carried["received"]), by=" − ")
        if carried
        else "",
        "withholding": format_yen(withheld["amount"]) if withheld else "",
        "price_mode": _joined(
            str(PriceMode(tax["price_mode"]).label),
            str(Rounding(tax["rounding"]).label),
            str(TaxUnit(tax["unit"]).label),
        ),
    }
    for row in tax["rates"]:
        items |= _rate_items(row)
    items |= {name: format_yen(tax[name]) for name in ("net", "tax", "total")}
    return {key: text for key, text in items.items() if text}


def _rate_items(row: dict[str, Any]) -> dict[str, str]:
    label = row["rate"]["label"]
    items = {f"{label} {deduction['label']}": format_yen(deduction["amount"]) for deduction in row["deductions"]}
    return items | {
        f"{label} {_('税抜金額')}": format_yen(row["base"]),
        f"{label} {_('消費税額')}": format_yen(row["tax"]),
    }


def _account(account: dict[str, str] | None) -> str:
    if account is None:
        return ""
    shown = ("bank_name", "branch_name", "account_type_label", "number", "holder")
    return _joined(*(account[name] for name in shown))


def _branch(branch: dict[str, str] | None) -> str:
    if branch is None:
        return ""
    return _joined(*(branch[name] for name in ("name", "postcode", "address", "building", "phone")))


def _person(person: dict[str, str] | None) -> str:
    return "" if person is None else _joined(person["title"], person["name"], person["phone"])


def _joined(*texts: str | None, by: str = " ") -> str:
    return by.join(text for text in texts if text)


def _line_changes(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> Iterator[LineChange]:
    """Lines that were only moved along by others count as unchanged."""
    old, new = [*map(_line_text, before)], [*map(_line_text, after)]
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for index, new_index in zip_longest(range(start, end), range(new_start, new_end)):
            yield LineChange(
                before=None if index is None else (index + 1, old[index]),
                after=None if new_index is None else (new_index + 1, new[new_index]),
            )


def _line_text(line: dict[str, Any]) -> str:
    quantity = f"{line['quantity'] or ''}{line['unit']}"
    rate = line["rate"]["label"] if line["rate"] else ""
    original = f"({_('元の取引日')} {line['original_date']})" if line["original_date"] else ""
    price = f"× {line['unit_price']}" if line["unit_price"] else ""
    amount = f"= {format_yen(line['amount'])}"
    return _joined(line["date"], line["slip_number"], line["description"], original, quantity, price, amount, rate)
