"""The rows of the lines, as they stand in the page.

A page may have a thousand of them. So a row holds what is its own, and nothing that the page, its script or its style
sheet can hold once for all rows; and it is written here and not by a template, which took three times as long.
"""

from collections.abc import Iterator, Sequence

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from invoices.web.supplier.forms import DraftForms, LineForm, blank_line
from invoices.web.supplier.row_amounts import RowAmount

_FOLDED = ("reduction", "original_date", "kind", "slip_number")


class LineRows:
    """All rows of a page.

    Attributes:
        amounts: What stands in the last column of each.
    """

    def __init__(self, forms: DraftForms, amounts: Sequence[RowAmount]) -> None:
        self._forms = forms
        self.amounts = amounts
        self._is_credit_note = forms.head.is_credit_note
        headings = {
            "date": _("日付"),
            "description": _("品名"),
            "quantity": _("数量"),
            "unit": _("単位"),
            "unit_price": _("単価（円）"),
            "rate": _("税区分"),
            "amount": _("金額（円）"),
        }
        self._headings = {name: escape(heading) for name, heading in headings.items()}
        self._more = escape(_("伝票・返還・見出し"))
        self._buttons = {
            "up": _("{number}行目を上へ"),
            "down": _("{number}行目を下へ"),
            "copy": _("{number}行目を複製"),
            "remove": _("{number}行目を削除"),
        }

    def __iter__(self) -> Iterator[SafeString]:
        for index, (form, amount) in enumerate(zip(self._forms.lines, self.amounts, strict=True)):
            # Safe: the fields write and escape what was typed, and the rest is ours.
            yield mark_safe(self._row(index, form, amount))  # noqa: S308

    def __len__(self) -> int:
        return len(self._forms.lines)

    @property
    def fold(self) -> SafeString:
        """What folds away below a description: the button that brings it, and what it brings."""
        blank = blank_line()
        return mark_safe(self._button_of_fold(0) + self._unfolded(0, blank))  # noqa: S308  # as above

    def _row(self, index: int, form: LineForm, amount: RowAmount) -> str:
        cells = [self._cell(form, name) for name in ("date", "description", "quantity", "unit", "unit_price", "rate")]
        cells[1] += self._second(index, form)
        invalid = " data-invalid" if form.errors else ""
        return (
            f"<tr{invalid}><td>{index + 1}<td>{'<td>'.join(cells)}"
            f'<td data-label="{self._headings["amount"]}" data-mark="{amount.mark}">{escape(amount.text)}'
            f"<td>{self._buttons_of(index)}\n"
        )

    def _cell(self, form: LineForm, name: str, heading: str = "") -> str:
        bound = form[name]
        found = render_to_string("components/field_errors.html", {"field": bound}) if form.has_found else ""
        return f"<label>{heading or self._headings[name]}{bound}</label>{found}"

    def _second(self, index: int, form: LineForm) -> str:
        if self._is_credit_note or form.is_unfolded or f"line-more-{index}" in self._forms.unfolded:
            return self._unfolded(index, form)
        return self._button_of_fold(index)

    def _button_of_fold(self, index: int) -> str:
        return f'<button name="do" value="more-{index}">{self._more}</button>'

    def _unfolded(self, index: int, form: LineForm) -> str:
        cells = (f"<div>{self._cell(form, name, escape(form[name].label))}</div>" for name in _FOLDED)
        summary = f"<summary>{self._more}</summary>"
        return f'<details id="line-more-{index}" open>{summary}<div>{"".join(cells)}</div></details>'

    def _buttons_of(self, index: int) -> str:
        last = len(self._forms.lines) - 1
        buttons = []
        for verb, label in self._buttons.items():
            off = " disabled" if (verb == "up" and not index) or (verb == "down" and index == last) else ""
            name = escape(label.format(number=index + 1))
            buttons.append(f'<button name="do" value="{verb}-{index}" aria-label="{name}"{off}></button>')
        return "".join(buttons)
