"""Form fields that read what people in Japan type, and forms whose errors say what to do."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.utils import pretty_name
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from portal.lib.calendar import EARLIEST_DATE, ERAS, LATEST_DATE, jst_date, parse_date, to_wareki
from portal.lib.errors import InputError
from portal.lib.periods import Period, parse_period
from portal.lib.text import LINE_TYPED_MAX, TEXT_TYPED_MAX, cut, mended, typed_on_one_line
from portal.lib.typed_again import typed_again
from portal.lib.yen import MAX_YEN, Yen, parse_decimal, parse_yen, yen_as_typed

MAX_QUANTITY = Decimal("999999999.9999")

_VALUES_MAX = 1_000
"""More boxes than one form has to tick."""
_TOO_LONG = _("長すぎて読めません。はじめの%(max)s文字だけを残しました。短くして入力し直してください")
_ERAS = " ".join(f"{era.start.isoformat()}{era.name}" for era in ERAS)


def as_validation_error(error: InputError) -> ValidationError:
    """The same error as Django's forms raise it, with the same message and code."""
    return ValidationError(error.message, code=error.code, params=dict(error.params) if error.params else None)


class NativeDateInput(forms.DateInput):
    """The browser's own date picker. It sends `2026-10-31`.

    Attributes:
        eras: What era.js needs to show the era beside the control.
    """

    input_type = "date"
    eras = _ERAS

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, str):
            try:
                return parse_date(value).isoformat()
            except InputError:
                return value or None
        return super().format_value(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["eras"] = self.eras
        typed = context["widget"]["value"]
        if typed is not None and not _is_iso(typed):
            # A date picker shows nothing for a text that is no date, and what was typed would be lost.
            context["widget"]["type"] = "text"
        return context


class SecretInput(forms.TextInput):
    """For a secret that the link in a mail brings along behind "#" (static/js/invite-fragment.js), or that is typed."""

    def __init__(self) -> None:
        about = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        super().__init__(attrs=about | {"data-width": "medium", "data-fragment-target": True})


class FilterSelect(forms.Select):
    """A long list with a search box above it (static/js/filter-select.js). Without JavaScript it is a plain list.

    Args:
        search: The text of the search box, which says what can be searched for.
    """

    def __init__(self, search: StrOrPromise) -> None:
        words = {
            "data-found": _("%s件見つかりました。"),
            "data-not-found": _("見つかりません。別の言葉でさがしてください。"),
        }
        super().__init__(attrs={"data-filter-select": search, **words})


class WarekiDateField(forms.DateField):
    """A business date, written in any way that `parse_date` reads, from `earliest` to `latest`. Cleans to `date`."""

    widget = NativeDateInput

    def __init__(self, *, earliest: date = EARLIEST_DATE, latest: date = LATEST_DATE, **kwargs: Any) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value.date() if value.utcoffset() is None else jst_date(value)
        if isinstance(value, date):
            return value
        text = str(value).strip()
        if not text:
            return None
        try:
            return parse_date(text)
        except InputError as error:
            raise as_validation_error(error) from error

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if value < self.earliest:
            raise ValidationError(
                _("%(limit)s以降の日付を入力してください"), code="min_value", params={"limit": to_wareki(self.earliest)}
            )
        if value > self.latest:
            raise ValidationError(
                _("%(limit)s以前の日付を入力してください"), code="max_value", params={"limit": to_wareki(self.latest)}
            )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        if isinstance(widget, NativeDateInput):
            attrs |= {"min": self.earliest.isoformat(), "max": self.latest.isoformat()}
        return attrs


class PeriodField(forms.CharField):
    """A day, a month or a period in one text box, as `parse_period` reads them. Cleans to `Period`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=True, **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Period):
            return value
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_period(text)
        except InputError as error:
            raise as_validation_error(error) from error

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not EARLIEST_DATE <= value.first <= value.last <= LATEST_DATE:
            raise ValidationError(
                _("%(first)sから%(last)sまでの日付を入力してください"),
                code="far",
                params={"first": to_wareki(EARLIEST_DATE), "last": to_wareki(LATEST_DATE)},
            )


class _TypedNumberField(forms.Field):
    """A text box for a number. A browser's number box would not send full-width digits, commas and ￥."""

    widget = forms.TextInput
    keyboard: ClassVar[str]

    def __init__(self, *, min_value: Decimal | int, max_value: Decimal | int, **kwargs: Any) -> None:
        self.min_value, self.max_value = min_value, max_value
        super().__init__(**kwargs)

    def read(self, text: str) -> Decimal | int:
        raise NotImplementedError

    def show(self, number: Decimal | int) -> str:
        raise NotImplementedError

    def to_python(self, value: Any) -> Decimal | int | None:
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return self.read(str(value))
        except InputError as error:
            raise as_validation_error(error) from error

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if value < self.min_value:
            raise ValidationError(
                _("%(limit)s以上で入力してください"), code="min_value", params={"limit": self.show(self.min_value)}
            )
        if value > self.max_value:
            raise ValidationError(
                _("%(limit)s以下で入力してください"), code="max_value", params={"limit": self.show(self.max_value)}
            )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget) | {"autocomplete": "off"}
        # The digit keyboards of telephones have no minus key.
        if self.min_value >= 0:
            attrs["inputmode"] = self.keyboard
        return attrs


class SeenField(forms.IntegerField):
    """Hidden: how many entries the person saw who fills in the form, so that more of them are noticed.

    It comes back with what was typed, but not after a refusal: whoever reads the page then has seen the others.
    """

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)


class YenField(_TypedNumberField):
    """Whole yen, as `parse_yen` reads them. Cleans to `int`."""

    keyboard = "numeric"

    def __init__(self, *, min_value: Yen = -MAX_YEN, max_value: Yen = MAX_YEN, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def read(self, text: str) -> Yen:
        return parse_yen(text)

    def show(self, number: Decimal | int) -> str:
        return yen_as_typed(int(number))


class DecimalQuantityField(_TypedNumberField):
    """A quantity or unit price with at most four decimals. Cleans to `Decimal`. Zeros at the end are not shown."""

    keyboard = "decimal"
    max_decimals = 4

    def __init__(
        self, *, min_value: Decimal | int = -MAX_QUANTITY, max_value: Decimal | int = MAX_QUANTITY, **kwargs: Any
    ) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def read(self, text: str) -> Decimal:
        return parse_decimal(text, max_decimals=self.max_decimals)

    def show(self, number: Decimal | int) -> str:
        shown = f"{number:,f}"
        return shown.rstrip("0").rstrip(".") if "." in shown else shown

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal) and value.is_finite():
            return self.show(value).replace(",", "")
        return value


class PortalBoundField(BoundField):
    """A field on a page, which knows whether the page marks it 必須. What was typed is mended before it is read.

    The browser is not told the longest length: it counts otherwise than people do, and cuts a longer text silently.

    Attributes:
        is_cut: Whether more was sent than is read.
    """

    is_cut = False

    @property
    def data(self) -> Any:
        """What was sent for this field: texts cut and mended, those of one line on one line; passwords as they are."""
        sent = super().data
        self.is_cut = isinstance(sent, str) and len(sent) > self.most
        if isinstance(self.field.widget, forms.PasswordInput):
            return cut(sent, self.most) if isinstance(sent, str) else sent
        if isinstance(sent, list):
            return [self._read(each) if isinstance(each, str) else each for each in sent[:_VALUES_MAX]]
        return self._read(sent) if isinstance(sent, str) else sent

    def _read(self, text: str) -> str:
        text = cut(text, self.most)
        return mended(text) if isinstance(self.field.widget, forms.Textarea) else typed_on_one_line(text)

    @property
    def most(self) -> int:
        """How many characters are read of what is typed into it."""
        return TEXT_TYPED_MAX if isinstance(self.field.widget, forms.Textarea) else LINE_TYPED_MAX

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        return built | {"maxlength": False} if "maxlength" in (widget or self.field.widget).attrs else built

    @property
    def is_needed(self) -> bool:
        """Whether the page marks it 必須. A form may mark more fields than it requires."""
        return self.field.required


class PortalFormMixin(forms.BaseForm):
    """Error messages that name the field and say what to do next.

    Django's own messages only say what is wrong (「このフィールドは必須です。」). A field's own message is kept.
    The links between a field, its help and its error (`aria-describedby`, `aria-invalid`) come from Django.
    """

    bound_field_class = PortalBoundField

    @property
    def is_typed_again(self) -> bool:
        """Whether the form shows what was typed before and could not be sent (portal.lib.typed_again)."""
        again = typed_again.get()
        return not self.is_bound and again is not None and any(map(again.fields.__contains__, self._html_names()))

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """What was typed before stands in its fields again; otherwise what the view gives."""
        again = typed_again.get()
        if again is None or isinstance(field, forms.FileField) or not self.is_typed_again:
            return super().get_initial_for_field(field, field_name)
        if again.refused and isinstance(field, SeenField):
            return super().get_initial_for_field(field, field_name)
        return field.widget.value_from_datadict(again.fields, MultiValueDict(), self.add_prefix(field_name))

    def _html_names(self) -> list[str]:
        return [self.add_prefix(name) for name in self.fields]

    def full_clean(self) -> None:
        # Here and not in __init__: a view may add fields or change what is required after the form is made.
        for name, field in self.fields.items():
            _set_error_messages(field, str(field.label or pretty_name(name)))
        super().full_clean()

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]  # the place that Django has for it
        for name, field in self._bound_items():  # type: ignore[attr-defined]
            if field.is_cut:
                self._errors.pop(name, None)  # type: ignore[attr-defined]
                self.add_error(name, ValidationError(_TOO_LONG, "cut", {"max": f"{field.most:,}"}))


class PortalForm(PortalFormMixin, forms.Form):
    """A form of the portal."""


class PortalModelForm(PortalFormMixin, forms.ModelForm):
    """A form of the portal that is made from a model."""


def _set_error_messages(field: forms.Field, label: str) -> None:
    messages = {"required": _required_message(field) % {"label": label}}
    # These are formatted once more with the figures of the case, so a percent sign in a label must survive that.
    escaped = label.replace("%", "%%")
    if isinstance(field, forms.CharField):
        messages["max_length"] = (
            gettext("%(label)sは%%(limit_value)d文字以内で入力してください(いまは%%(show_value)d文字)")
        ) % {"label": escaped}
        messages["min_length"] = (
            gettext("%(label)sは%%(limit_value)d文字以上で入力してください(いまは%%(show_value)d文字)")
        ) % {"label": escaped}
    if isinstance(field, forms.EmailField):
        messages["invalid"] = gettext("%(label)sを「name@example.jp」の形で入力してください") % {"label": escaped}
    if isinstance(field, forms.ChoiceField):
        messages["invalid_choice"] = gettext("%(label)sを一覧から選び直してください") % {"label": escaped}
    for code, message in messages.items():
        if _is_default(field, code):
            field.error_messages[code] = message


def _required_message(field: forms.Field) -> str:
    if isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField):
        return gettext("「%(label)s」にチェックを入れてください")
    if isinstance(field, forms.ChoiceField | forms.FileField) or isinstance(field.widget, forms.widgets.ChoiceWidget):
        return gettext("%(label)sを選択してください")
    return gettext("%(label)sを入力してください")


def _is_default(field: forms.Field, code: str) -> bool:
    """Whether a field still has Django's own message for a code."""
    if code not in field.error_messages:
        return True
    defaults = (
        ancestor.__dict__.get("default_error_messages", {}).get(code)
        for ancestor in type(field).__mro__
        if ancestor.__module__.startswith("django.")
    )
    return any(default is field.error_messages[code] for default in defaults if default is not None)


def _is_iso(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-10-31")
