"""The forms of allauth speak as all forms of the portal do: they name the field and say what to do."""

from typing import Any

import pytest
from allauth.account import urls
from django.forms import BaseForm
from django.urls import reverse

from portal.lib.forms import PortalFormMixin

OF_DJANGO = "このフィールドは必須です。"


def forms_by_address() -> dict[str, type[BaseForm]]:
    """The form of each page of allauth that has one."""
    found = {}
    for pattern in urls.urlpatterns:
        view: Any = getattr(pattern.callback, "view_class", None)
        if view is not None and getattr(view, "form_class", None) is not None:
            page = view()
            page._action = "verify"  # of the two forms of a page for codes
            found[str(pattern.name)] = page.get_form_class()
    return found


def test_each_is_a_form_of_the_portal():
    found = forms_by_address()
    assert {"account_login", "account_signup", "account_email", "account_set_password"} <= set(found)
    assert {name for name, form in found.items() if not issubclass(form, PortalFormMixin)} == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "sent", "said"),
    [
        ("account_email", {"action_add": ""}, ["メールアドレスを入力してください"]),
        ("account_change_password", {}, ["新しいパスワードを入力してください"]),
        ("account_reauthenticate", {}, ["パスワードを入力してください"]),
    ],
)
def test_an_empty_one_says_what_to_type(address, sent, said, client_of, supplier_owner):
    text = client_of(supplier_owner).post(reverse(address), sent).content.decode()
    assert [words for words in said if words not in text] == []
    assert OF_DJANGO not in text


@pytest.mark.django_db
def test_an_empty_one_of_somebody_without_a_password_does_too(client_of, supplier_owner):
    supplier_owner.user.set_unusable_password()
    supplier_owner.user.save()
    text = client_of(supplier_owner).post(reverse("account_set_password")).content.decode()
    assert "パスワードを入力してください" in text
    assert OF_DJANGO not in text


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["account_login", "account_reset_password"])
def test_an_empty_one_of_a_visitor_does_too(address, client):
    text = client.post(reverse(address)).content.decode()
    assert "メールアドレスを入力してください" in text
    assert OF_DJANGO not in text
