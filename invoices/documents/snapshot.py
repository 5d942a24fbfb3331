"""The snapshot: everything that an invoice's document shows, as canonical JSON.

At issue its bytes are frozen; documents are made from them alone, never from live rows. A draft has the same form
without number, check code and time of issue, for previews.
"""

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from accounts.models import AddressLine, Department, policy_of
from invoices.amounts import carry_over_of, rate_of, totals_of, unit_of
from invoices.enums import InvoiceKind, Layout, PaymentMethod, PriceMode, Rounding, TaxUnit
from invoices.models import Attachment, Content, Invoice, InvoiceLine
from invoices.tax import calculation
from invoices.tax.calculation import Rate, Totals
from invoices.tax.withholding import withholding_tax
from portal.lib.ids import random_code
from suppliers.models import BankAccount

SCHEMA = 2

_CHECK_CODE_LENGTH = 13  # 65 bits

Snapshot = dict[str, Any]


def new_check_code() -> str:
    """A random code of 65 bits, printed on the document, by which anybody can ask whether it is genuine."""
    return random_code(_CHECK_CODE_LENGTH)


def build(invoice: Invoice, content: Content) -> Snapshot:
    """Copy what the document shows out of the live rows.

    Args:
        invoice: A draft (also an unsaved one), or an invoice in the course of its issue, which has `number`,
            `check_code` and `issued_at` set already.
    """
    sums = totals_of(invoice, content)
    return {
        "schema": SCHEMA,
        "kind": invoice.kind,
        "layout": invoice.layout,
        "number": invoice.number,
        "check_code": invoice.check_code,
        "check_address": f"{settings.PORTAL_URL}/check/",
        "title": invoice.title,
        "own_reference": invoice.own_reference,
        "issue_date": _day(invoice.issue_date),
        "transaction_date": _day(invoice.transaction_date),
        "period_from": _day(invoice.period_from),
        "period_to": _day(invoice.period_to),
        "issuer": _issuer(invoice),
        "recipient": _recipient(invoice.department),
        "lines": [_line(invoice, line) for line in content.lines],
        "tax": tax_block(sums, PriceMode(invoice.price_mode), Rounding(invoice.rounding), unit_of(invoice)),
        "carry_over": _carry_over(invoice, sums),
        "withholding": _withholding(invoice, sums),
        "payment": _payment(invoice),
        "remarks": invoice.remarks,
        "responsible": _person(invoice.responsible_title, invoice.responsible_name, invoice.responsible_phone),
        "contact": _person(invoice.contact_title, invoice.contact_name, invoice.contact_phone),
        "attachments": [_attachment(file) for file in content.attachments],
        "original": _original(invoice),
        "replaces": {
            "id": str(invoice.replaces.id),
            "number": invoice.replaces.number,
            "issue_date": _day(invoice.replaces.issue_date),
        }
        if invoice.replaces
        else None,
        "policy": _policy(invoice.department),
    }


def dump(snapshot: Snapshot) -> str:
    """Canonical text: sorted keys, no spaces, no floats, so that the same content has the same bytes.

    Raises:
        TypeError: something in it is not text, whole number, truth value, list or dictionary.
    """
    _refuse_floats(snapshot)
    return json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """A short name of a snapshot's content: another one, another name."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def load(text: str) -> Snapshot:
    """Read a frozen snapshot back.

    Raises:
        ValueError: its schema is one that this release cannot render.
    """
    snapshot: Snapshot = json.loads(text, parse_float=Decimal)
    match snapshot["schema"]:
        case 1:
            return _from_first(snapshot)
        case 2:
            return snapshot
    raise ValueError(f"unknown snapshot schema {snapshot['schema']}")


def _from_first(snapshot: Snapshot) -> Snapshot:
    """What a snapshot of schema 1 says, in today's form: it knew none of these."""
    tax, rounding = snapshot["tax"], Rounding(snapshot["tax"]["rounding"])
    mode = PriceMode(tax["price_mode"])
    for row in tax["rates"]:
        row |= {"sales": row["gross"] if mode == PriceMode.INCLUSIVE else row["base"], "deductions": []}
        row["line_tax"] = row["tax"]
    for line in snapshot["lines"]:
        line |= {"slip_number": "", "tax": None}
    issuer = snapshot["issuer"]
    issuer |= {"branch": None, "seal": None}
    issuer["signer"] = {"title": issuer["representative_title"], "name": issuer["representative_name"]}
    snapshot["tax"] = tax | {"unit": TaxUnit.INVOICE.value, "rounding": rounding.value}
    snapshot["recipient"]["address_line"] = AddressLine.HEAD.value
    snapshot["payment"]["creditor_number"] = ""
    return snapshot | {
        "kind": InvoiceKind.INVOICE.value,
        "layout": Layout.STANDARD.value,
        "check_address": "",
        "carry_over": None,
        "withholding": None,
        "attachments": [],
        "original": None,
    }


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _decimal(value: Decimal | None) -> str | None:
    """Without an exponent and without trailing zeros: 60, 27.5."""
    return None if value is None else f"{value.normalize():f}"


def _person(title: str, name: str, phone: str) -> dict[str, str] | None:
    return {"title": title, "name": name, "phone": phone} if name else None


def rate_block(rate: Rate) -> dict[str, Any]:
    """A rate as the snapshot holds it."""
    return {
        "code": rate.code,
        "label": rate.label,
        "percent": _decimal(rate.percent),
        "category": rate.category.value,
        "reduced": rate.reduced,
    }


def _issuer(invoice: Invoice) -> dict[str, Any]:
    """The supplier; its branch where one claims, and who claims: the representative, or the branch's delegate."""
    supplier, branch, seal = invoice.issuer, invoice.billing_source, invoice.seal
    signer = {"title": supplier.representative_title, "name": supplier.representative_name}
    if branch is not None and branch.signer_name:
        signer = {"title": branch.signer_title, "name": branch.signer_name}
    return {
        "id": str(supplier.id),
        "name": supplier.name,
        "kind": supplier.kind,
        "registration_number": supplier.registration_number,
        "representative_title": supplier.representative_title,
        "representative_name": supplier.representative_name,
        "signer": signer,
        "postcode": supplier.postcode,
        "address": supplier.address,
        "building": supplier.building,
        "phone": supplier.phone,
        "branch": {
            "name": branch.name,
            "postcode": branch.postcode,
            "address": branch.address,
            "building": branch.building,
            "phone": branch.phone,
        }
        if branch
        else None,
        "seal": {"kind": seal.kind, "sha256": seal.sha256} if seal else None,
    }


def _recipient(department: Department | None) -> dict[str, Any]:
    if department is None:
        return {
            "municipality_id": None,
            "municipality": "",
            "addressee": "",
            "address_line": AddressLine.HEAD.value,
            "department_id": None,
            "department": "",
        }
    policy = policy_of(department.municipality)
    return {
        "municipality_id": str(department.municipality_id),
        "municipality": department.municipality.name,
        "addressee": policy.addressee_in_full,
        "address_line": policy.address_line,
        "department_id": str(department.id),
        "department": department.name,
    }


def _policy(department: Department | None) -> dict[str, Any]:
    """The city's rules that this invoice was checked against."""
    if department is None:
        return {}
    policy = policy_of(department.municipality)
    return {
        "signer": policy.signer,
        "seal_rule": policy.seal_rule,
        "allows_attachments": policy.allows_attachments,
        "payment_days": policy.payment_days,
        "construction_payment_days": policy.construction_payment_days,
        "retention_years": policy.retention_years,
    }


def _payment(invoice: Invoice) -> dict[str, Any]:
    account = invoice.bank_account if invoice.payment_method == PaymentMethod.TRANSFER else None
    return {
        "method": invoice.payment_method,
        "method_label": str(PaymentMethod(invoice.payment_method).label),
        "bank_account": _account(account) if account else None,
        "creditor_number": invoice.creditor_number,
    }


def _account(account: BankAccount) -> dict[str, str]:
    return {
        "bank_code": account.bank_code,
        "bank_name": account.bank_name,
        "branch_code": account.branch_code,
        "branch_name": account.branch_name,
        "account_type": account.account_type,
        "account_type_label": str(account.get_account_type_display()),
        "number": account.number,
        "holder": account.holder,
    }


def _line(invoice: Invoice, line: InvoiceLine) -> dict[str, Any]:
    rate = rate_of(line.rate) if line.rate else None
    mode, rounding = PriceMode(invoice.price_mode), Rounding(invoice.rounding)
    return {
        "date": _day(line.date),
        "slip_number": line.slip_number,
        "original_date": _day(line.original_date),
        "description": line.description,
        "quantity": _decimal(line.quantity),
        "unit": line.unit,
        "unit_price": _decimal(line.unit_price),
        "amount": line.amount,
        "rate": rate_block(rate) if rate else None,
        "tax": calculation.line_tax(line.amount, rate, mode, rounding) if rate else None,
    }


def tax_block(sums: Totals, mode: PriceMode, rounding: Rounding, unit: TaxUnit) -> dict[str, Any]:
    """The sums as the snapshot holds them, rate by rate in the order of the document."""
    return {
        "price_mode": mode.value,
        "rounding": rounding.value,
        "unit": unit.value,
        "rates": [
            {
                "rate": rate_block(row.rate),
                "sales": row.sales,
                "deductions": [
                    {"kind": kind.value, "label": str(kind.label), "amount": amount} for kind, amount in row.deductions
                ],
                "base": row.base,
                "tax": row.tax,
                "gross": row.gross,
                "line_tax": row.line_tax,
            }
            for row in sums.rates
        ],
        "net": sums.net,
        "tax": sums.tax,
        "total": sums.total,
    }


def _carry_over(invoice: Invoice, sums: Totals) -> dict[str, int] | None:
    carried = carry_over_of(invoice)
    if carried is None:
        return None
    return {
        "billed": carried.billed,
        "received": carried.received,
        "remaining": carried.remaining,
        "grand_total": carried.grand_total(sums.total),
    }


def _withholding(invoice: Invoice, sums: Totals) -> dict[str, int] | None:
    """源泉徴収, shown after the total: it lowers what is paid and never the base of the tax."""
    base = invoice.withholding_base
    if base is None:
        return None
    amount = withholding_tax(base)
    return {"base": base, "amount": amount, "payable": sums.total - amount}


def _original(invoice: Invoice) -> dict[str, Any] | None:
    """The invoice that a credit note reduces: one issued here, or what the supplier wrote of another."""
    if invoice.kind != InvoiceKind.CREDIT_NOTE:
        return None
    if invoice.original is None:
        return {"id": None, "number": invoice.original_number, "issue_date": None}
    return {
        "id": str(invoice.original.id),
        "number": invoice.original.number,
        "issue_date": _day(invoice.original.issue_date),
    }


def _attachment(file: Attachment) -> dict[str, Any]:
    return {"name": file.name, "content_type": file.content_type, "size": file.size, "sha256": file.sha256}


def _refuse_floats(value: object) -> None:
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_floats(item)
    elif isinstance(value, float):
        raise TypeError("a snapshot holds no floats")
