"""Browsers in which somebody has signed in before."""

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from accounts import known_browsers
from accounts.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a new word for the door 7"


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


def person(email: str) -> User:
    user = UserFactory(email=email)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


@pytest.fixture
def taro(db) -> User:
    return person("taro@example.jp")


def sign_in(browser: Client, user: User, password: str = PASSWORD) -> None:
    browser.post(reverse("account_login"), {"login": user.email, "password": password})


def knows(browser: Client, user: User) -> bool:
    request = HttpRequest()
    request.COOKIES = {name: morsel.value for name, morsel in browser.cookies.items()}
    return known_browsers.is_known(request, User.objects.get(pk=user.pk))


def test_a_browser_is_known_after_a_sign_in_and_when_signed_out(client, taro):
    assert not knows(client, taro)
    sign_in(client, taro)
    client.post(reverse("account_logout"))
    assert knows(client, taro)


def test_it_is_known_for_this_account_alone(client, taro):
    sign_in(client, taro)
    assert not knows(client, person("hanako@example.jp"))


def test_colleagues_who_share_a_desk_are_both_known(client, taro):
    hanako = person("hanako@example.jp")
    for somebody in (taro, hanako):
        sign_in(client, somebody)
        client.post(reverse("account_logout"))
    assert knows(client, taro) and knows(client, hanako)


def test_a_wrong_password_makes_no_browser_known(client, taro):
    sign_in(client, taro, "a guess")
    assert not knows(client, taro)


@pytest.mark.parametrize("value", ["", "x", "0" * 32, f"{'0' * 32}:forged"])
def test_nobody_makes_the_cookie_but_the_portal(value, client, taro):
    client.cookies[settings.KNOWN_BROWSER_COOKIE_NAME] = value
    assert not knows(client, taro)


def test_no_script_reads_the_cookie_and_it_bears_no_address(client, taro):
    sign_in(client, taro)
    cookie = client.cookies[settings.KNOWN_BROWSER_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert taro.email not in cookie.value


def test_after_a_new_password_only_the_browser_that_set_it_is_known(client, taro):
    thief = Client()
    for browser in (thief, client):
        sign_in(browser, taro)
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    assert knows(client, taro)
    assert not knows(thief, taro)
