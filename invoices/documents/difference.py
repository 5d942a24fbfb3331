"""What a corrected invoice changes of the one that it replaces, for people to read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile, zip_longest
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from invoices.documents import snapshot
from invoices.documents.snapshot import Snapshot
from invoices.enums import PriceMode, Rounding, TaxUnit
from invoices.models import Invoice
from portal.lib.yen import format_yen

LINE_WORK_MAX = 3_000_000
"""So many steps at most may aligning the lines take (`_work`): two lists of 1,000 lines that hardly repeat."""


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
    """Everything that two documents say differently; their own number and check code aside."""

    items: tuple[Change, ...]
    lines: tuple[LineChange, ...]

    def __bool__(self) -> bool:
        return bool(self.items or self.lines)


def difference(before: Snapshot, after: Snapshot) -> Difference:
    """Compare two snapshots in today's form, as `snapshot.load` gives them."""
    old, new = _items(before), _items(after)
    new["attachments"] = _attachments(after, before)
    labels = _LABELS | _rate_labels(before) | _rate_labels(after)
    return Difference(
        items=tuple(
            Change(labels[key], old.get(key, ""), new.get(key, ""))
            for key in dict.fromkeys((*old, *new))
            if old.get(key, "") != new.get(key, "")
        ),
        lines=tuple(_line_changes([*map(_line_text, before["lines"])], [*map(_line_text, after["lines"])])),
    )


def of_correction(invoice: Invoice) -> Difference | None:
    """What an issued correction changes; None for an invoice that replaces none."""
    replaced = invoice.replaces
    if replaced is None or not (invoice.snapshot and replaced.snapshot):
        return None
    return difference(snapshot.load(replaced.snapshot), snapshot.load(invoice.snapshot))


_LABELS: dict[str, StrOrPromise] = {
    "issue_date": _("請求日"),
    "original": _("もとの請求書"),
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
    """Everything but the lines, as texts under the keys of their labels."""
    issuer, recipient, payment = content["issuer"], content["recipient"], content["payment"]
    tax, carried, withheld = content["tax"], content["carry_over"], content["withholding"]
    original = content["original"] or {"number": "", "issue_date": ""}
    items = {
        "issue_date": content["issue_date"] or "",
        "original": _joined(original["number"], original["issue_date"]),
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
        "attachments": _attachments(content),
        "carry_over": _joined(format_yen(carried["billed"]), format_yen(carried["received"]), by=" − ")
        if carried
        else "",
        "withholding": f"{format_yen(withheld['amount'])}({_('対象額')} {format_yen(withheld['base'])})"
        if withheld
        else "",
        "price_mode": _joined(
            str(PriceMode(tax["price_mode"]).label),
            str(Rounding(tax["rounding"]).label),
            str(TaxUnit(tax["unit"]).label),
        ),
    }
    for row in tax["rates"]:
        items |= _rate_items(row)
    return items | {name: format_yen(tax[name]) for name in ("net", "tax", "total")}


def _rate_items(row: dict[str, Any]) -> dict[str, str]:
    code = row["rate"]["code"]
    items = {f"{code} {deduction['kind']}": format_yen(deduction["amount"]) for deduction in row["deductions"]}
    return items | {f"{code} base": format_yen(row["base"]), f"{code} tax": format_yen(row["tax"])}


def _rate_labels(content: Snapshot) -> dict[str, StrOrPromise]:
    """Of the keys of `_rate_items`. A label alone is no key: two rates may be called the same."""
    labels: dict[str, StrOrPromise] = {}
    for row in content["tax"]["rates"]:
        code, label = row["rate"]["code"], row["rate"]["label"]
        labels |= {f"{code} {deduction['kind']}": f"{label} {deduction['label']}" for deduction in row["deductions"]}
        labels |= {f"{code} base": f"{label} {_('税抜金額')}", f"{code} tax": f"{label} {_('消費税額')}"}
    return labels


def _attachments(content: Snapshot, before: Snapshot | None = None) -> str:
    """The names of the files; marked where there was another file of that name before."""
    known = {file["name"]: file["sha256"] for file in before["attachments"]} if before else {}
    return _joined(
        *(
            file["name"]
            if known.get(file["name"], file["sha256"]) == file["sha256"]
            else f"{file['name']}({_('内容を差替え')})"
            for file in content["attachments"]
        ),
        by="、",
    )


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


def _line_changes(old: Sequence[str], new: Sequence[str]) -> Iterator[LineChange]:
    """Lines that were only moved along by others count as unchanged.

    Where too many lines are equal to too many others to be aligned in good time, what lies between the first and the
    last difference is compared place by place.
    """
    head = _in_common(old, new)
    tail = _in_common(old[head:][::-1], new[head:][::-1])
    between, new_between = old[head : len(old) - tail], new[head : len(new) - tail]
    if _work(between, new_between) > LINE_WORK_MAX:
        blocks = [(0, len(between), 0, len(new_between))]
    else:
        matcher = SequenceMatcher(None, between, new_between, autojunk=False)
        blocks = [
            (start, end, new_start, new_end)
            for tag, start, end, new_start, new_end in matcher.get_opcodes()
            if tag != "equal"
        ]
    for start, end, new_start, new_end in blocks:
        for index, new_index in zip_longest(range(head + start, head + end), range(head + new_start, head + new_end)):
            line = None if index is None else (index + 1, old[index])
            new_line = None if new_index is None else (new_index + 1, new[new_index])
            if line is None or new_line is None or line[1] != new_line[1]:
                yield LineChange(before=line, after=new_line)


def _in_common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines are the same from the start on."""
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _work(old: Sequence[str], new: Sequence[str]) -> int:
    """An upper bound, in order of magnitude, of the steps of SequenceMatcher.

    It looks for the longest common block, for which it walks the old lines and each pair of equal lines, and does so
    again on both sides of what it found: at most once for every line that stays.
    """
    counts, new_counts = Counter(old), Counter(new)
    pairs = sum(count * new_counts[text] for text, count in counts.items())
    return min(len(old), len(new)) * (len(old) + pairs)


def _line_text(line: dict[str, Any]) -> str:
    quantity = f"{line['quantity'] or ''}{line['unit']}"
    rate = line["rate"]["label"] if line["rate"] else ""
    original = f"({_('元の取引日')} {line['original_date']})" if line["original_date"] else ""
    price = f"× {line['unit_price']}" if line["unit_price"] else ""
    amount = f"= {format_yen(line['amount'])}"
    return _joined(line["date"], line["slip_number"], line["description"], original, quantity, price, amount, rate)
