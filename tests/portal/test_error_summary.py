"""The summary above a form: every error says which field it is about, and leads there."""

import copy
import re

import pytest
from django import forms
from django.template.loader import render_to_string

from portal.lib.forms import PortalForm, PortalFormMixin
from tests.product import classes_below

_FIELDS = [
    pytest.param(form.base_fields[name], id=f"{form.__name__}.{name}")
    for form in classes_below(PortalFormMixin)
    for name in getattr(form, "base_fields", ())
]


def _items(form: PortalForm) -> list[str]:
    html = render_to_string("components/error_summary.html", {"form": form})
    return [item.strip() for item in re.findall(r"<li>(.*?)</li>", html, re.DOTALL)]


@pytest.mark.parametrize("typed", ["", "?", "9" * 3_000])
@pytest.mark.parametrize("field", _FIELDS)
def test_every_error_names_its_field_and_leads_to_it(field, typed):
    form = type("Sole", (PortalForm,), {"typed": copy.deepcopy(field)})({"typed": typed})
    for item, error in zip(_items(form), form.errors.get("typed", ()), strict=True):
        label = str(form["typed"].label)
        text = re.sub("<.*?>", "", item).replace("&#x27;", "'")
        assert label in text
        assert str(error) in text
        assert form["typed"].is_hidden or 'href="#id_typed' in item


def test_a_name_that_the_message_says_by_itself_is_not_said_twice():
    form = type("Sole", (PortalForm,), {"typed": forms.CharField(label="件名")})({})
    (item,) = _items(form)
    assert item.count("件名") == 1
