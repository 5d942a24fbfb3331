"""The rows of the tables: lines and deductions."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from invoices.enums import DeductionKind, LineKind, Reduction
from invoices.lifecycle.draft_input import DeductionInput, LineInput, row_of
from invoices.web.supplier.forms.base import CodeField, Row, RowForm, SharedFields, as_typed, on_page
from invoices.web.supplier.forms.choices import RateSet, RowSelect
from portal.lib.calendar import parse_date
from portal.lib.errors import InputError
from portal.lib.forms import DecimalQuantityField, NativeDateInput, PeriodField, WarekiDateField, YenField
from portal.lib.periods import Period, parse_period, period_text
from portal.lib.text import LINE_TYPED_MAX, cut
from portal.lib.yen import parse_decimal


class LineForm(RowForm):
    """One line."""

    kind = forms.ChoiceField(label=_("行の種類"), choices=LineKind, required=False)
    date = WarekiDateField(label=_("日付"), required=False)
    description = forms.CharField(label=_("品名"), max_length=120, required=False)
    slip_number = CodeField(label=_("伝票番号"), max_length=20, required=False)
    reduction = forms.ChoiceField(label=_("返還の種類"), choices=Reduction, required=False)
    original_date = PeriodField(label=_("元の取引日"), required=False)
    quantity = DecimalQuantityField(label=_("数量"), required=False)
    unit = forms.CharField(label=_("単位"), max_length=10, required=False)
    unit_price = DecimalQuantityField(label=_("単価"), required=False)
    rate = forms.TypedChoiceField(label=_("税区分"), required=False, coerce=UUID, empty_value=None)

    def input(self) -> LineInput:
        """What was typed; a field that cannot be read is empty, and its text is kept beside."""
        return row_of(LineInput, partial(_written, self.cleaned_data | {"unread": self.unread}))

    @property
    def is_unfolded(self) -> bool:
        """Whether what folds away under the description holds something."""
        chosen = self["kind"].value() not in ("", None, LineKind.ITEM)
        return chosen or self.is_filled("slip_number", "original_date", "reduction")


class DeductionForm(RowForm):
    """One deduction."""

    kind = forms.ChoiceField(label=_("控除の種類"), choices=DeductionKind, required=False)
    rate = forms.TypedChoiceField(label=_("税区分"), required=False, coerce=UUID, empty_value=None)
    description = forms.CharField(label=_("控除の内容"), max_length=60, required=False)
    original_date = PeriodField(label=_("元の取引日"), required=False)
    amount = YenField(label=_("控除額"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"}))

    def input(self) -> DeductionInput:
        """What was typed; a field that cannot be read is empty, and its text is kept beside."""
        return row_of(DeductionInput, partial(_written, self.cleaned_data | {"unread": self.unread}))


def _written(cleaned: Mapping[str, Any], name: str) -> Any:
    """What was typed for a field of the input; the day or the period of an earlier sale is typed in one field."""
    period: Period | None = cleaned.get("original_date")
    if name == "original_date":
        return period and period.first
    return period and period.until if name == "original_until" else cleaned.get(on_page(name))


ROWS_BEYOND = 20
"""So many rows above a table's limit are shown once more, for whoever has to take some away."""
CELL_MAX = LINE_TYPED_MAX + 1
"""A cell is cut here: a little too long, so that its field says so."""
_DIGITS_MAX = 10
_NUMBER = DecimalQuantityField()
LINE_FIELDS = tuple(LineForm.base_fields)
DEDUCTION_FIELDS = tuple(DeductionForm.base_fields)


def shared_fields(form: type[RowForm], rates: RateSet) -> SharedFields:
    """The fields of all rows that offer these rates."""
    fields = SharedFields(copy.deepcopy(form.base_fields))
    fields["rate"].widget = RowSelect(rates)
    fields["rate"].choices = rates.choices  # type: ignore[attr-defined]
    fields["rate"].coerce = rates.ids.__getitem__  # type: ignore[attr-defined]
    for name in ("kind", "reduction"):
        if name in fields:
            fields[name].widget = RowSelect(RateSet("", list(fields[name].choices)))  # type: ignore[attr-defined]
    for field in fields.values():
        field.widget = _written_shortly(field.widget)
        if form is not LineForm:
            # Within the grid the visible label is the column's heading.
            field.widget.attrs["aria-label"] = field.label
    return fields


class _ShortInput(forms.TextInput):
    """A text box without a template: a page may have some thousands."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        given: dict[str, Any] = {"name": name, "value": self.format_value(value)}
        return format_html("<input{}>", flatatt(given | self.build_attrs(self.attrs, attrs)))


class _ShortDateInput(NativeDateInput):
    """A date picker without a template. The table says once what the script needs to show the era."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        text = self.format_value(value)
        kind = "text" if text and day_of(text) is None else "date"
        given: dict[str, Any] = {"type": kind, "name": name, "value": text}
        return format_html("<input{}>", flatatt(given | self.build_attrs(self.attrs, attrs)))


def _written_shortly(widget: forms.Widget) -> forms.Widget:
    if isinstance(widget, NativeDateInput):
        # Its earliest day is left to the reading; the latest keeps years to four digits while they are typed.
        return _ShortDateInput({"max": widget.attrs["max"]})
    if isinstance(widget, forms.TextInput):
        # The script says of all of them that the browser need not remember what was typed elsewhere.
        return _ShortInput({name: value for name, value in widget.attrs.items() if name != "autocomplete"})
    return widget


def blank_line() -> LineForm:
    """A line without anything, of which a page makes others."""
    return LineForm({}, prefix="lines-0", fields=shared_fields(LineForm, RateSet("", [])))


def is_written(row: Row) -> bool:
    """Whether a line holds something; a date or a rate alone, which a new line takes from the last, is a blank one.

    One that is chosen to be a heading or blank is meant.
    """
    if row.get("kind", "") in (LineKind.HEADING, LineKind.BLANK):
        return True
    return any(row.get(name, "").strip() for name in LINE_FIELDS if name not in ("kind", "date", "rate"))


def is_deducting(row: Row) -> bool:
    """Whether a deduction holds something; its kind always stands there."""
    return any(row.get(name, "").strip() for name in DEDUCTION_FIELDS if name != "kind")


TAKEN_OVER = ("date", "rate")
"""What seldom changes from one line to the next."""


def next_line(previous: Row) -> Row:
    """A new line, with what it takes over from the one before: no date that cannot be read."""
    taken = {name: previous.get(name, "") for name in TAKEN_OVER}
    return taken if day_of(taken["date"]) else taken | {"date": ""}


def rate_day(row: Row) -> date | None:
    """The day whose rates apply to a line: what is refunded is taxed as its original transaction was."""
    original = _original_day(row.get("original_date", ""))
    if original is not None and _is_negative(row.get("quantity", "")) != _is_negative(row.get("unit_price", "")):
        return original
    return day_of(row.get("date", ""))


def _is_negative(text: str) -> bool:
    try:
        return parse_decimal(text, max_decimals=DecimalQuantityField.max_decimals) < 0
    except InputError:
        return False


@lru_cache(maxsize=1000)
def _original_day(text: str) -> date | None:
    try:
        return parse_period(text).first if text else None
    except InputError:
        return None


@lru_cache(maxsize=1000)  # the dates of an invoice's lines are few
def day_of(text: str) -> date | None:
    """A date as typed; None for what is none."""
    try:
        return parse_date(text) if text else None
    except InputError:
        return None


def rows_of_post(post: Mapping[str, Any], table: str, names: Sequence[str], limit: int) -> list[Row]:
    """The rows of a table as typed; their number stands in `lines-count`. Behind the last that was sent there are none.

    Of the rows beyond the limit only so many are read that somebody can be told of them and shorten the table.
    """
    sent = _sent(post, table)
    within = range(min(max(sent, default=-1) + 1, limit))
    indices = [*within, *sorted(index for index in sent if index >= limit)[:ROWS_BEYOND]]
    return [{name: cut(post.get(f"{table}-{index}-{name}", ""), CELL_MAX) for name in names} for index in indices]


def rows_beyond(post: Mapping[str, Any], table: str, limit: int) -> int:
    """How many rows were sent that `rows_of_post` did not read."""
    return max(sum(index >= limit for index in _sent(post, table)) - ROWS_BEYOND, 0)


def _sent(post: Mapping[str, Any], table: str) -> set[int]:
    """The numbers of the rows of which a field was sent, below the number that the page gives for them."""
    text = post.get(f"{table}-count", "")
    count = int(text) if text.isascii() and text.isdecimal() and len(text) < _DIGITS_MAX else 0
    start = f"{table}-"
    numbers = (name.removeprefix(start).partition("-")[0] for name in post if name.startswith(start))
    sent = {int(number) for number in numbers if number.isascii() and number.isdecimal() and len(number) < _DIGITS_MAX}
    return {index for index in sent if index < count}


def typed(row: LineInput | DeductionInput) -> Row:
    """A line or a deduction as somebody would have typed it."""
    values: dict[str, Any] = {on_page(field.name): getattr(row, field.name) for field in fields(row)}
    until = values.pop("original_until")
    unread = values.pop("unread")
    if row.original_date is not None:
        values["original_date"] = period_text(Period(row.original_date, until))
    return as_typed({name: _NUMBER.prepare_value(value) for name, value in values.items()} | unread)
