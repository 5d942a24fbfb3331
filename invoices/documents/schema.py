"""The frozen document: everything that an invoice's document shows, as types and as canonical JSON.

What was issued is kept as text and never written anew. `load` alone reads it: text of an earlier schema is put into
today's form in memory, one number after the other, so that everybody else knows one form only.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from invoices.documents.codec import decode, encode
from invoices.documents.schema_parts import (
    AttachedFile,
    CarryOver,
    Deduction,
    Issuer,
    Line,
    Payment,
    Person,
    PolicyValues,
    Recipient,
    Reference,
    TaxBlock,
    Withholding,
)
from invoices.enums import InvoiceKind, InvoiceSystem, Layout, Prepayment

SCHEMA = 4
"""Today's. A release that changes a field adds one, and a step at the end for documents of the number before."""
WORDING = 4
"""The edition of the fixed words that a document of today prints; what is issued keeps the edition it was issued in.
The name of a label that no law asks for is no matter of it.

The first called every negative amount 返品・値引き, had the dates of a claim on credit notes, and called what carries
no tax a qualified invoice. The second called a claim a qualified credit note (適格返還請求書), too, where it refunded
sales from before there were any. The third wrote old 8 % on a line as it writes the reduced rate, spoke of tax
(税込, 消費税額) where nothing was taxed, and called the advance for a journey (旅費) 前払.
"""

Plain: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the document says as the invoice's columns of the same names do.

    Attributes:
        number, check_code: None for a draft.
    """

    number: str | None
    check_code: str | None
    title: str
    own_reference: str
    issue_date: date | None
    transaction_date: date | None
    period_from: date | None
    period_to: date | None
    remarks: str
    contracted_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenDocument(Columns):
    """Everything that the document of an invoice shows; a draft has the same form, for previews.

    Attributes:
        wording: The edition of its fixed words; see `WORDING`.
        check_address: Where anybody can ask whether it is genuine; empty for one of the first schema.
        system: The law that it was made out by. By an earlier one it has no registration number.
        prepayment: Why it is claimed before the supply (前払).
        deductions: One by one where they say what they refund; the sums of each rate are in `tax`.
        responsible, contact: 発行責任者 and 担当者.
        original: What a credit note reduces.
        replaces: What a correction stands for.
        policy: None as long as no department is chosen.
    """

    kind: InvoiceKind
    system: InvoiceSystem
    layout: Layout
    wording: int
    check_address: str
    issuer: Issuer
    recipient: Recipient
    prepayment: Prepayment
    lines: tuple[Line, ...]
    deductions: tuple[Deduction, ...]
    tax: TaxBlock
    carry_over: CarryOver | None
    withholding: Withholding | None
    payment: Payment
    responsible: Person | None
    contact: Person | None
    attachments: tuple[AttachedFile, ...]
    original: Reference | None
    replaces: Reference | None
    policy: PolicyValues | None

    @property
    def is_credit_note(self) -> bool:
        return self.kind == InvoiceKind.CREDIT_NOTE


def dump(document: FrozenDocument) -> str:
    """Canonical text: sorted keys, no spaces, no floats, so that the same content has the same bytes.

    Raises:
        TypeError: something in it is of a type that no document holds, such as a float.
    """
    plain = {"schema": SCHEMA, **_as_plain(document)}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """A short name of a document's content: another one, another name."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def load(text: str) -> FrozenDocument:
    """Read what was frozen, whatever schema it has.

    Raises:
        ValueError: its schema is one that this release does not know, or it is not of its schema.
    """
    plain: Plain = json.loads(text)
    schema = plain.pop("schema", None)
    return decode(FrozenDocument, _upgraded(plain, schema))


def _as_plain(document: FrozenDocument) -> Plain:
    plain = encode(document)
    assert isinstance(plain, dict)
    return plain


def _upgraded(plain: Plain, schema: Any) -> Plain:
    """What a document of an earlier schema says, in today's form; `plain` is used up."""
    if schema != SCHEMA and schema not in _STEPS:
        raise ValueError(f"unknown snapshot schema {schema}")
    try:
        for number in range(schema, SCHEMA):
            plain = _STEPS[number](plain)
    except KeyError as missing:
        raise ValueError(f"no snapshot of schema {schema}: {missing} is missing") from None
    return plain


def _from_first(plain: Plain) -> Plain:
    """Schema 2 brought in kinds, layouts, branches, seals, slips, deductions, and what stands behind the total."""
    tax, issuer = plain["tax"], plain["issuer"]
    for row in tax["rates"]:
        row |= {"sales": row["gross"] if tax["price_mode"] == "inclusive" else row["base"], "deductions": []}
        row["line_tax"] = row["tax"]
    for line in plain["lines"]:
        line |= {"slip_number": "", "tax": None}
    tax["unit"] = "invoice"
    signer = {"title": issuer["representative_title"], "name": issuer["representative_name"]}
    issuer |= {"branch": None, "seal": None, "signer": signer}
    plain["recipient"]["address_line"] = "head"
    plain["payment"]["creditor_number"] = ""
    return plain | {
        "kind": "invoice",
        "layout": "standard",
        "check_address": "",
        "carry_over": None,
        "withholding": None,
        "attachments": [],
        "original": None,
    }


def _from_second(plain: Plain) -> Plain:
    """Schema 3 stores who signs, which readers took from the names before, and names credit notes as the code does."""
    issuer = plain["issuer"]
    delegated = issuer["branch"] and issuer["signer"]["name"] != issuer["representative_name"]
    issuer["signer"]["role"] = "delegate" if delegated else "representative"
    for reference in (plain["original"], plain["replaces"]):
        if reference is not None:
            reference["number"] = reference["number"] or ""
    kind = "credit_note" if plain["kind"] == "return" else plain["kind"]
    return plain | {"kind": kind, "policy": plain["policy"] or None}


def _from_third(plain: Plain) -> Plain:
    """Schema 4 brought in the system, prepayment, kinds of lines and refunds, joint ventures, kinds of withholding."""
    for line in plain["lines"]:
        line |= {"kind": "item", "original_until": None, "reduction": "", "exact_amount": None}
        if line.get("original_date"):
            line["reduction"] = "returned"
    plain["tax"]["amount_rounding"] = "same"
    plain["issuer"]["joint_venture"] = None
    if plain["withholding"] is not None:
        plain["withholding"] |= {"kind": "fee", "taxes": "", "explanation": ""}
    for person in (plain["responsible"], plain["contact"]):
        if person is not None:
            person["email"] = ""
    if plain["policy"] is not None:
        plain["policy"] |= {
            "delegate_needs_seal": False,
            "person_contact": "phone",
            "asks_sole_trader_contact": True,
            "holder_must_match": False,
            "issue_date_is_sending_day": False,
        }
    # Whatever its days were, it was printed by the rules of qualified invoices.
    new: Plain = {"system": "qualified", "prepayment": "", "contracted_on": None, "deductions": [], "wording": 1}
    return plain | new


_STEPS: dict[int, Callable[[Plain], Plain]] = {1: _from_first, 2: _from_second, 3: _from_third}
