"""The snapshot: everything that an invoice's document shows, as canonical JSON.

At issue its bytes are frozen; documents are made from them alone, never from live rows. A draft has the same form
without number, check code and time of issue, for previews.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from invoices.enums import PaymentMethod, PriceMode, Rounding, TaxCategory
from invoices.models import Invoice, InvoiceLine, TaxRate
from invoices.tax import calculation
from invoices.tax.calculation import LineAmount, Rate, Totals

SCHEMA = 1

_CHECK_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK_CODE_LENGTH = 13  # 65 bits

Snapshot = dict[str, Any]


def new_check_code() -> str:
    """A random code of 65 bits, printed on the document, by which anybody can ask whether it is genuine."""
    return "".join(secrets.choice(_CHECK_CODE_ALPHABET) for _ in range(_CHECK_CODE_LENGTH))


def rate_of(row: TaxRate) -> Rate:
    return Rate(row.position, row.code, row.label, row.percent, TaxCategory(row.category), row.reduced)


def totals_of(invoice: Invoice, lines: Sequence[InvoiceLine]) -> Totals:
    """The invoice's sums from its lines; lines that have no rate yet are left out."""
    return calculation.totals(
        (LineAmount(rate_of(line.rate), line.amount) for line in lines if line.rate is not None),
        PriceMode(invoice.price_mode),
        Rounding(invoice.rounding),
    )


def build(invoice: Invoice, lines: Sequence[InvoiceLine]) -> Snapshot:
    """Copy what the document shows out of the live rows.

    Args:
        invoice: A draft (also an unsaved one), or an invoice in the course of its issue, which has `number`,
            `check_code` and `issued_at` set already.
    """
    supplier = invoice.issuer
    department = invoice.department
    account = invoice.bank_account if invoice.payment_method == PaymentMethod.TRANSFER else None
    return {
        "schema": SCHEMA,
        "number": invoice.number,
        "check_code": invoice.check_code,
        "title": invoice.title,
        "own_reference": invoice.own_reference,
        "issue_date": _day(invoice.issue_date),
        "transaction_date": _day(invoice.transaction_date),
        "period_from": _day(invoice.period_from),
        "period_to": _day(invoice.period_to),
        "issuer": {
            "id": str(supplier.id),
            "name": supplier.name,
            "kind": supplier.kind,
            "registration_number": supplier.registration_number,
            "representative_title": supplier.representative_title,
            "representative_name": supplier.representative_name,
            "postcode": supplier.postcode,
            "address": supplier.address,
            "building": supplier.building,
            "phone": supplier.phone,
        },
        "recipient": {
            "municipality_id": str(department.municipality_id) if department else None,
            "municipality": department.municipality.name if department else "",
            "addressee": department.municipality.addressee if department else "",
            "department_id": str(department.id) if department else None,
            "department": department.name if department else "",
        },
        "lines": [_line(line) for line in lines],
        "tax": _tax(invoice, totals_of(invoice, lines)),
        "payment": {
            "method": invoice.payment_method,
            "method_label": str(PaymentMethod(invoice.payment_method).label),
            "bank_account": {
                "bank_code": account.bank_code,
                "bank_name": account.bank_name,
                "branch_code": account.branch_code,
                "branch_name": account.branch_name,
                "account_type": account.account_type,
                "account_type_label": str(account.get_account_type_display()),
                "number": account.number,
                "holder": account.holder,
            }
            if account
            else None,
        },
        "remarks": invoice.remarks,
        "responsible": _person(invoice.responsible_title, invoice.responsible_name, invoice.responsible_phone),
        "contact": _person(invoice.contact_title, invoice.contact_name, invoice.contact_phone),
        "replaces": {
            "id": str(invoice.replaces.id),
            "number": invoice.replaces.number,
            "issue_date": _day(invoice.replaces.issue_date),
        }
        if invoice.replaces
        else None,
        "policy": {},
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
    if snapshot["schema"] != SCHEMA:
        raise ValueError(f"unknown snapshot schema {snapshot['schema']}")
    return snapshot


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _decimal(value: Decimal | None) -> str | None:
    """Without an exponent and without trailing zeros: 60, 27.5."""
    return None if value is None else f"{value.normalize():f}"


def _person(title: str, name: str, phone: str) -> dict[str, str] | None:
    return {"title": title, "name": name, "phone": phone} if name else None


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "code": rate.code,
        "label": rate.label,
        "percent": _decimal(rate.percent),
        "category": rate.category.value,
        "reduced": rate.reduced,
    }


def _line(line: InvoiceLine) -> dict[str, Any]:
    return {
        "date": _day(line.date),
        "original_date": _day(line.original_date),
        "description": line.description,
        "quantity": _decimal(line.quantity),
        "unit": line.unit,
        "unit_price": _decimal(line.unit_price),
        "amount": line.amount,
        "rate": _rate(rate_of(line.rate)) if line.rate else None,
    }


def _tax(invoice: Invoice, sums: Totals) -> dict[str, Any]:
    return {
        "price_mode": invoice.price_mode,
        "rounding": invoice.rounding,
        "rates": [
            {"rate": _rate(row.rate), "base": row.base, "tax": row.tax, "gross": row.gross} for row in sums.rates
        ],
        "net": sums.net,
        "tax": sums.tax,
        "total": sums.total,
    }


def _refuse_floats(value: object) -> None:
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_floats(item)
    elif isinstance(value, float):
        raise TypeError("a snapshot holds no floats")
