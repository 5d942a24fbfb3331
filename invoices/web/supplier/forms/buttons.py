"""What the buttons of the tables do: add, copy, move and remove rows."""

from invoices.lifecycle.draft_input import DEDUCTIONS_MAX, LINES_MAX
from invoices.web.supplier.forms.base import Row
from invoices.web.supplier.forms.draft import DraftForms
from invoices.web.supplier.forms.rows import next_line


def after_button(forms: DraftForms, do: str) -> DraftForms:
    """The page after one of `add`, `copy-3`, `remove-3`, `up-3`, `down-3`, `deduct`, `undeduct-0`; else the same one.

    All that was typed stays, also what cannot be read. `more-3` unfolds what belongs to a line.
    """
    rows, deductions = list(forms.rows), list(forms.deduction_rows)
    verb, _dash, index_text = do.partition("-")
    index = int(index_text) if index_text.isascii() and index_text.isdecimal() and len(index_text) < 5 else -1
    if verb == "more" and 0 <= index < len(rows):
        forms.unfolded.add(f"line-more-{index}")
        forms.lines[index].autofocus = "reduction"
        return forms
    if verb in ("deduct", "undeduct"):
        _change_deductions(deductions, verb, index)
    elif not _change_lines(rows, verb, index):
        return forms
    changed = forms.with_rows(rows, deductions)
    if verb == "add" and len(rows) > len(forms.rows):
        changed.lines[-1].autofocus = "description"
    elif verb in ("deduct", "undeduct"):
        changed.unfolded.add("deductions")
        if verb == "deduct" and deductions:
            changed.deductions[-1].autofocus = "kind"
    return changed


def _change_lines(rows: list[Row], verb: str, index: int) -> bool:
    """Returns: whether it was a button of the lines at all."""
    other = {"up": index - 1, "down": index + 1}.get(verb, -1)
    if verb == "add":
        if len(rows) < LINES_MAX:
            rows.append(next_line(rows[-1] if rows else {}))
    elif verb == "copy" and 0 <= index < len(rows) < LINES_MAX:
        rows.insert(index + 1, dict(rows[index]))
    elif verb == "remove" and 0 <= index < len(rows):
        rows.pop(index)
    elif 0 <= index < len(rows) and 0 <= other < len(rows):
        rows[index], rows[other] = rows[other], rows[index]
    return verb in ("add", "copy", "remove", "up", "down")


def _change_deductions(rows: list[Row], verb: str, index: int) -> None:
    if verb == "deduct" and len(rows) < DEDUCTIONS_MAX:
        rows.append({})
    elif verb == "undeduct" and 0 <= index < len(rows):
        rows.pop(index)
