"""What the migrations do with rows that were there before."""

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

forget_others = import_module("accounts.migrations.0011_one_address").forget_others
mend_addresses = import_module("accounts.migrations.0005_typing").mend_addresses


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


def store_as_it_was(user: User, address: str) -> None:
    """An address as an earlier release stored it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET email = %s WHERE email = %s", [address, user.email])
        cursor.execute("UPDATE account_emailaddress SET email = %s WHERE email = %s", [address, user.email])


@pytest.fixture
def hidden(db) -> User:
    user = UserFactory(email="taro@example.jp")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    store_as_it_was(user, "taro@exam\u200bple.jp")
    return user


def test_somebody_whose_address_was_stored_with_an_invisible_character_can_sign_in_again(hidden):
    mend_addresses(apps, None)
    browser = Client()
    browser.post(reverse("account_login"), {"login": "taro@exam\u200bple.jp", "password": PASSWORD})
    assert browser.session["_auth_user_id"] == str(hidden.pk)


def test_an_address_that_another_person_has_is_not_taken_away(hidden):
    other = UserFactory(email="taro@example.jp")
    mend_addresses(apps, None)
    assert User.objects.get(email="taro@example.jp") == other
    assert User.objects.count() == 2


def test_whoever_had_several_addresses_signs_in_with_the_one_that_the_portal_writes_to(db):
    user = UserFactory(email="hanako@example.jp")
    for address in (user.email, "thief@evil.example"):
        EmailAddress.objects.create(user=user, email=address, primary=address == user.email, verified=True)
    forget_others(apps, None)
    for address, signed_in in (("thief@evil.example", False), (user.email, True)):
        browser = Client()
        browser.post(reverse("account_login"), {"login": address, "password": PASSWORD})
        assert ("_auth_user_id" in browser.session) == signed_in
