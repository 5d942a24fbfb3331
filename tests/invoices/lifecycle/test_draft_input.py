"""What is known of an invoice's fields follows from how `DraftInput` declares them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from invoices.enums import DeductionKind, PriceMode
from invoices.lifecycle.draft_input import (
    CHOSEN,
    COPIED,
    DATES,
    DEFAULTS,
    TEXTS,
    DeductionInput,
    DraftInput,
    LineInput,
    columns_of,
    head_of,
    row_of,
)
from invoices.models import FROZEN_AT_ISSUE, Invoice
from invoices.rules import characters
from invoices.web.supplier.forms.head import DraftForm


def test_every_field_of_the_input_is_a_column_of_the_invoice_and_on_the_page():
    columns = {column.attname for column in Invoice._meta.concrete_fields}
    assert set(DEFAULTS) <= columns
    assert {name.removesuffix("_id") for name in DEFAULTS} == set(DraftForm.base_fields)
    assert set(CHOSEN) | set(COPIED) == set(DEFAULTS)


def test_everything_that_is_written_is_frozen_when_it_is_issued():
    """But where it lies: the department may pass it on, and the document keeps its addressee."""
    assert {name.removesuffix("_id") for name in DEFAULTS} - set(FROZEN_AT_ISSUE) == {"department"}


def test_the_checks_look_for_unprintable_characters_in_every_text():
    assert set(characters.OF_HEAD) == set(TEXTS)
    texts = {name for name, value in columns_of(LineInput()).items() if value == "" and type(value) is str}
    assert set(characters.OF_LINE) == texts == {"slip_number", "description", "unit"}


def test_dates_are_known_by_their_type():
    assert set(DATES) == {"issue_date", "transaction_date", "period_from", "period_to", "contracted_on"}


@pytest.mark.parametrize("nothing", [None, ""])
def test_what_nobody_wrote_has_the_default(nothing):
    assert DraftInput(**head_of(lambda name: nothing)) == DraftInput()
    assert row_of(DeductionInput, lambda name: nothing) == DeductionInput()


def test_what_somebody_wrote_is_taken_in_the_types_of_the_input():
    written: dict[str, Any] = {"price_mode": "inclusive", "carry_over_billed": 0, "title": "件名", "elsewhere": "…"}
    data = DraftInput(**head_of(written.get))
    assert data == DraftInput(price_mode=PriceMode.INCLUSIVE, carry_over_billed=0, title="件名")
    assert type(data.price_mode) is PriceMode
    deduction = row_of(DeductionInput, {"kind": "basic", "amount": 3}.get)
    assert deduction == DeductionInput(DeductionKind.BASIC, None, 3)
    line = row_of(LineInput, {"date": date(2026, 10, 1), "quantity": Decimal(0)}.get)
    assert line == LineInput(date=date(2026, 10, 1), quantity=Decimal(0))
