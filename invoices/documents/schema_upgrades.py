"""Old schemas of the frozen document, put into today's form in memory, one number after the other."""

from collections.abc import Callable
from typing import Any, TypeAlias

SCHEMA = 3
"""Today's. A release that changes a field of `schema` adds one, and a step below for documents of the number before."""

Plain: TypeAlias = dict[str, Any]


def upgraded(plain: Plain, schema: int) -> Plain:
    """What a document of an earlier schema says, in today's form; `plain` is used up.

    Raises:
        ValueError: this release does not know the schema, or the document lacks what belongs to it.
    """
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


_STEPS: dict[int, Callable[[Plain], Plain]] = {1: _from_first, 2: _from_second}
