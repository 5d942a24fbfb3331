"""Forms whose fields show, beside errors of reading, whatever the checks found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django import forms

from invoices.rules import Finding, FindingAction, Level, errors
from portal.lib.forms import PortalBoundField, PortalForm
from portal.lib.text import half_width
from portal.lib.text_fields import NormalisedCharField

Row = dict[str, str]
"""A row of the page as it was typed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the summary at the top of the page.

    Attributes:
        message: What it says there, with the name of the field and the number of the row.
        href: The field it is about; empty when it belongs to none.
        source: Where the rule comes from; empty for what could not be read.
        label: The field's name, as far as the message needs it; empty where it says the name by itself.
        beside: What stands at the field, where nobody need be told which it is.
        action: What the button beside it does, where a press would settle it.
    """

    message: str
    href: str = ""
    source: str = ""
    label: str = ""
    beside: str = ""
    action: FindingAction | None = None


class FoundBoundField(PortalBoundField):
    """A field on the page, with what the checks found about it."""

    form: "FoundForm"

    @property
    def notes(self) -> list[Finding]:
        """Warnings and information, which stand beside the field apart from its errors."""
        return [finding for finding in self.form.found.get(self.name, ()) if finding.level != Level.ERROR]

    @property
    def sources(self) -> list[str]:
        """Where the rules come from that its errors break."""
        found = errors(self.form.found.get(self.name, ()))
        return list(dict.fromkeys(finding.source for finding in found if finding.source))

    @property
    def href(self) -> str:
        return f"#{self.auto_id}_0" if self.use_fieldset else f"#{self.id_for_label}"

    @property
    def aria_describedby(self) -> str | None:
        described: str | None = super().aria_describedby
        if self.notes and self.auto_id:
            return f"{described or ''} {self.auto_id}_notes".strip()
        return described


class FoundForm(PortalForm):
    """A form of the editor.

    Attributes:
        found: By field, the findings that stand beside it.
    """

    bound_field_class = FoundBoundField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: dict[str, list[Finding]] = {}

    def __getitem__(self, name: str) -> FoundBoundField:
        return cast(FoundBoundField, super().__getitem__(name))

    def take(self, finding: Finding) -> bool:
        """Put a finding beside its field.

        Returns:
            Whether this form shows such a field.
        """
        if finding.field not in self.fields or self[finding.field].is_hidden:
            return False
        if finding.level == Level.ERROR and finding.field in self.unread:
            return True  # what is said there about the reading comes first
        self.found.setdefault(finding.field, []).append(finding)
        if finding.level == Level.ERROR:
            self.add_error(finding.field, str(finding.message))
        return True

    @cached_property
    def unread(self) -> dict[str, str]:
        """What was typed and cannot be read, by field. Asked before the checks add errors of their own."""
        texts = {name: self[name].data for name in self.errors if name in self.fields}
        return {name: text for name, text in texts.items() if isinstance(text, str) and text}

    @property
    def has_found(self) -> bool:
        return bool(self.errors or self.found)

    def entries(self, level: Level) -> Iterator[Entry]:
        """What the summary says about this form, by its fields: under errors also what could not be read."""
        if not self.has_found:
            return
        if level == Level.ERROR:
            yield from (Entry(str(message)) for message in self.non_field_errors())
        for name in self.fields:
            found = [finding for finding in self.found.get(name, ()) if finding.level == level]
            sources = {str(finding.message): finding.source for finding in found}
            messages = self.errors.get(name, ()) if level == Level.ERROR else sources
            for message in map(str, messages):
                label = str(self[name].label)
                yield Entry(message, self[name].href, sources.get(message, ""), "" if label in message else label)

    def is_filled(self, *names: str) -> bool:
        """Whether one of these fields holds something, or something was found about it."""
        return any(
            self[name].value() not in (None, "") or name in self.errors or name in self.found
            for name in names
            if name in self.fields
        )


class SharedFields(dict[str, forms.Field]):
    """Fields that all rows of a table have in common.

    Django copies a form's fields for each form, and writes their messages anew. Of a thousand rows that is most of the
    time, and nothing that a row does changes its fields.
    """

    instructed = False

    def __deepcopy__(self, memo: dict[int, Any]) -> "SharedFields":
        return self


class RowBoundField(FoundBoundField):
    form: "RowForm"

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if self.form.autofocus == self.name:
            built["autofocus"] = True
        # Only where something was found does anything lead to a field, or speak of it by its id.
        return built if self.form.has_found else built | {"id": None}


class RowForm(FoundForm):
    """One row of a table: its visible labels are the headings of the columns.

    Attributes:
        autofocus: The field that is to have the focus when the page comes.
    """

    bound_field_class = RowBoundField
    fields: SharedFields

    def __init__(self, data: Mapping[str, Any], *, prefix: str, fields: SharedFields) -> None:
        # What Django copies into the form's own fields.
        self.base_fields = fields  # type: ignore[misc]
        self.autofocus = ""
        super().__init__(data, prefix=prefix)

    def _bound_items(self) -> Iterator[tuple[str, FoundBoundField]]:
        """The fields in which something stands, which alone are read: of a row's ten that is about half."""
        for name in self.fields:
            if self.data.get(self.add_prefix(name)):
                yield name, self[name]

    def full_clean(self) -> None:
        if self.fields.instructed:
            forms.BaseForm.full_clean(self)
            return
        super().full_clean()
        self.fields.instructed = True


class CodeField(NormalisedCharField):
    """A number that is a name (伝票番号, 債権者番号): full-width letters and digits become half-width."""

    def normalise(self, text: str) -> str:
        return half_width(text).strip()


def plain(text: str) -> str:
    """A name as it is compared: half-width, in small letters, without spaces."""
    return "".join(half_width(str(text)).lower().split())


def as_typed(values: Mapping[str, Any]) -> Row:
    return {name: "" if value is None else str(value) for name, value in values.items()}


def on_page(name: str) -> str:
    """How the forms call a field of the input: a chosen row by its own name, not by that of its id."""
    return name.removesuffix("_id")
