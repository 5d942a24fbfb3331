"""What every form of the product does with text that no person typed: far too long, or of several lines in one."""

import copy
import unicodedata
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict

from portal.lib.forms import PortalBoundField, PortalForm, PortalFormMixin
from portal.lib.text import LINE_TYPED_MAX, TEXT_TYPED_MAX
from tests.product import classes_below

_LONG = [
    unit * (1_000_000 // len(unit)) for unit in (" ", "\n", "1", ",", "T", "\u3000", "a a a ", "\u202e", "か\u3099")
]
_LINES = "一\r\n二\n三\r四\x0b五\x0c六\x85七\u2028八\u2029九\t十\x1e百\x00千\u202e万\u200b億"
# What means something to a browser, a template, a database, a spreadsheet, a file system or a mail server.
_MEANING = [
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</textarea></select><svg onload=alert(1)>",
    '" autofocus onfocus="alert(1)',
    "javascript:alert(1)",
    "{{ 7|add:7 }}{% load admin_urls %}",
    "' OR 1=1; --",
    '=HYPERLINK("http://evil.example")',
    "../../etc/passwd",
    "a@b.example\r\nBcc: c@evil.example",
]
_FORMS = classes_below(PortalFormMixin)
_FIELDS = [
    pytest.param(form.base_fields[name], id=f"{form.__name__}.{name}")
    for form in _FORMS
    for name in getattr(form, "base_fields", ())
    if not isinstance(form.base_fields[name], forms.FileField | forms.BooleanField)
]
_OF_ONE_LINE = [
    each
    for each in _FIELDS
    if isinstance(each.values[0], forms.CharField)
    and not isinstance(each.values[0].widget, forms.Textarea | forms.PasswordInput)
]


def _form_with(field: forms.Field, text: str) -> PortalForm:
    sole = type("Sole", (PortalForm,), {"typed": copy.deepcopy(field)})
    form: PortalForm = sole(MultiValueDict({"typed": [text]}))
    return form


def _texts(data: Any) -> list[str]:
    return [each for each in (data if isinstance(data, list) else [data]) if isinstance(each, str)]


def test_every_form_reads_its_fields_by_the_one_rule(tried):
    assert len(_FORMS) > 40
    tried("forms of the product", len(_FORMS))
    for form in _FORMS:
        assert issubclass(form.bound_field_class, PortalBoundField)
        assert form.bound_field_class.data is PortalBoundField.data


def test_every_form_of_the_product_is_one_of_them():
    ours = [form for form in classes_below(forms.BaseForm) if not issubclass(form, PortalFormMixin)]
    assert ours == []


@pytest.mark.parametrize("field", _FIELDS)
def test_a_text_of_a_million_characters_is_cut_before_it_is_read(field, tried):
    tried("fields of these forms", 1)
    tried("texts of a million characters, typed into them", len(_LONG))
    for text in _LONG:
        form = _form_with(field, text)
        most = TEXT_TYPED_MAX if isinstance(field.widget, forms.Textarea) else LINE_TYPED_MAX
        assert all(len(each) <= most for each in _texts(form["typed"].data))
        assert not form.is_valid()
        if not isinstance(form["typed"].data, list):
            assert form.errors.as_data()["typed"][0].code == "cut"


class _Tags(HTMLParser):
    """What a piece of a page consists of, and what its parts do by themselves."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.handlers: set[str] = set()
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.handlers |= {name for name, _value in attrs if name.startswith("on")}


@pytest.mark.parametrize("field", _FIELDS)
def test_what_means_something_elsewhere_comes_back_as_the_text_that_it_is(field, tried):
    usual = _Tags(str(_form_with(field, "1")["typed"]))
    for text in _MEANING:
        form = _form_with(field, text)
        shown = _Tags(f"{form['typed']}{form.errors}")
        assert shown.found <= usual.found | {"ul", "li"}
        assert not shown.handlers
        assert "14" not in str(form["typed"]), "a template in it was carried out"
    tried("texts that mean something elsewhere, typed into them", len(_MEANING))


@pytest.mark.parametrize("field", _OF_ONE_LINE)
def test_a_field_of_one_line_never_takes_a_second_one(field, tried):
    tried("texts of many lines, typed into fields of one", 1)
    form = _form_with(field, _LINES)
    assert form["typed"].data == "一 二 三 四 五 六 七 八 九 十百千万億"
    form.is_valid()
    for text in _texts(form.cleaned_data.get("typed")):
        assert not {unicodedata.category(letter) for letter in text} & {"Cc", "Cf", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("typed", "read"), [("株式会社　青空", "株式会社　青空"), (" 木  村 ", " 木  村 "), ("a\n\n b", "a b")]
)
def test_blanks_between_words_stay_as_they_were_typed(typed, read):
    assert _form_with(forms.CharField(), typed)["typed"].data == read


def test_a_longer_text_keeps_its_lines():
    form = _form_with(forms.CharField(widget=forms.Textarea), "一\r\n二\x0b三")
    assert form["typed"].data == "一\r\n二\n三"


def test_what_is_too_long_comes_back_as_far_as_it_was_read():
    form = _form_with(forms.CharField(label="件名", max_length=60), "あ" * 3_000)
    assert form["typed"].value() == "あ" * LINE_TYPED_MAX
    assert form.errors["typed"] == [
        "長すぎて読めません。はじめの2,000文字だけを残しました。短くして入力し直してください"
    ]


def test_of_boxes_no_more_are_read_than_any_form_has():
    field = forms.MultipleChoiceField(choices=[("a", "a")], widget=forms.CheckboxSelectMultiple)
    form = type("Sole", (PortalForm,), {"typed": field})(MultiValueDict({"typed": ["a"] * 12_000}))
    assert len(form["typed"].data) == 1_000
