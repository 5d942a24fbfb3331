"""The rows of the tables: lines and deductions."""

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from invoices.enums import DeductionKind
from invoices.lifecycle.draft_input import DeductionInput, LineInput, row_of
from invoices.web.supplier.forms.base import CodeField, Row, RowForm, SharedFields, as_typed, on_page
from invoices.web.supplier.forms.choices import RateSelect, RateSet
from portal.lib.calendar import parse_date
from portal.lib.errors import InputError
from portal.lib.forms import DecimalQuantityField, WarekiDateField, YenField
from portal.lib.yen import parse_decimal


class LineForm(RowForm):
    """One line."""

    date = WarekiDateField(label=_("日付"), required=False)
    description = forms.CharField(label=_("品名"), max_length=120, required=False)
    slip_number = CodeField(label=_("伝票番号"), max_length=20, required=False)
    original_date = WarekiDateField(label=_("元の取引日"), required=False)
    quantity = DecimalQuantityField(label=_("数量"), required=False)
    unit = forms.CharField(label=_("単位"), max_length=10, required=False)
    unit_price = DecimalQuantityField(label=_("単価"), required=False)
    rate = forms.TypedChoiceField(label=_("税区分"), required=False, coerce=UUID, empty_value=None)

    def input(self) -> LineInput:
        """What was typed; a field that cannot be read counts as empty."""
        return row_of(LineInput, lambda name: self.cleaned_data.get(on_page(name)))

    @property
    def is_unfolded(self) -> bool:
        """Whether what folds away under the description holds something."""
        return self.is_filled("slip_number", "original_date")


class DeductionForm(RowForm):
    """One deduction."""

    kind = forms.ChoiceField(label=_("控除の種類"), choices=DeductionKind, required=False)
    rate = forms.TypedChoiceField(label=_("税区分"), required=False, coerce=UUID, empty_value=None)
    amount = YenField(label=_("控除額"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"}))

    def input(self) -> DeductionInput:
        """What was typed; a field that cannot be read counts as empty."""
        return row_of(DeductionInput, lambda name: self.cleaned_data.get(on_page(name)))


_NUMBER = DecimalQuantityField()
LINE_FIELDS = tuple(LineForm.base_fields)
DEDUCTION_FIELDS = tuple(DeductionForm.base_fields)


def shared_fields(form: type[RowForm], rates: RateSet) -> SharedFields:
    """The fields of all rows that offer these rates."""
    fields = SharedFields(copy.deepcopy(form.base_fields))
    fields["rate"].widget = RateSelect(rates)
    fields["rate"].choices = rates.choices  # type: ignore[attr-defined]
    for name, field in fields.items():
        # Within the grid the visible label is the column's heading.
        field.widget.attrs |= {"aria-label": field.label, "data-field": name}
    return fields


def is_written(row: Row) -> bool:
    """Whether a line holds something; a date or a rate alone, which a new line takes from the last, is a blank one."""
    return any(row.get(name, "").strip() for name in LINE_FIELDS if name not in ("date", "rate"))


def is_deducting(row: Row) -> bool:
    """Whether a deduction holds something; its kind always stands there."""
    return any(row.get(name, "").strip() for name in ("rate", "amount"))


def next_line(previous: Row) -> Row:
    """A new line takes over what seldom changes from one to the next."""
    return {name: previous.get(name, "") for name in ("date", "rate")}


def rate_day(row: Row) -> date | None:
    """The day whose rates apply to a line: a return is taxed as its original transaction was."""
    original = day_of(row.get("original_date", ""))
    if original is not None and _is_negative(row.get("quantity", "")):
        return original
    return day_of(row.get("date", ""))


def _is_negative(text: str) -> bool:
    try:
        return parse_decimal(text, max_decimals=DecimalQuantityField.max_decimals) < 0
    except InputError:
        return False


@lru_cache(maxsize=1000)  # the dates of an invoice's lines are few
def day_of(text: str) -> date | None:
    """A date as typed; None for what is none."""
    try:
        return parse_date(text) if text else None
    except InputError:
        return None


def rows_of_post(post: Mapping[str, Any], table: str, names: Sequence[str], limit: int) -> list[Row]:
    """The rows of a table as typed; their number stands in `lines-count`.

    Rows beyond the limit are kept as far as they were sent, so that nothing gets lost before somebody was told.
    """
    text = post.get(f"{table}-count", "")
    count = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    indices: Iterable[int] = range(min(count, limit))
    if count > limit:
        index = re.compile(rf"{table}-([0-9]{{1,9}})-[a-z_]+")
        sent = {int(match[1]) for match in map(index.fullmatch, post) if match}
        indices = [*indices, *sorted(each for each in sent if limit <= each < count)]
    return [{name: post.get(f"{table}-{index}-{name}", "") for name in names} for index in indices]


def typed(row: LineInput | DeductionInput) -> Row:
    """A line or a deduction as somebody would have typed it."""
    values = ((field.name, getattr(row, field.name)) for field in fields(row))
    return as_typed({on_page(name): _NUMBER.prepare_value(value) for name, value in values})
