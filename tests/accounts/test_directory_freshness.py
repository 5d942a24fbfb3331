"""Sign-in by a directory is as fresh as the directory's own question to the person, and no fresher."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.directory_visits import NAME, back, onward, sign_in
from tests.factories import PASSWORD
from tests.factors import App, with_address
from tests.pages import Page

pytestmark = pytest.mark.django_db

DEAR = "account_email"


@pytest.fixture
def person(reviewer) -> User:
    return with_address(reviewer.user)


@pytest.fixture
def without_password(person) -> User:
    person.set_unusable_password()
    person.save()
    return person


def press(client: Client, page: Page) -> HttpResponse:
    """Press the button of the page that asks for a sign-in."""
    return client.post(reverse("directory_sign_in"), page.forms[reverse("directory_sign_in")])


def test_a_sign_in_that_the_directory_answered_by_itself_proves_nothing(provider, without_password):
    """Somebody at an open desk signs the person out and presses the button; the directory does not ask them."""
    client, _response = sign_in()
    page = Page(client.get(reverse(DEAR), follow=True))
    assert page.url == reverse("sign_in_anew")
    assert f"{NAME}でログインし直す" in page.buttons
    address = onward(press(client, page))
    asked = parse_qs(urlsplit(address).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    response = client.get(back(address))
    assert response["Location"] == reverse(DEAR)
    assert client.get(reverse(DEAR)).status_code == 200


def test_whoever_only_looks_stays_signed_in_as_they_were(provider, without_password):
    client, _response = sign_in()
    before = dict(client.session.items())
    for _n in range(2):
        assert Page(client.get(reverse(DEAR), follow=True)).url == reverse("sign_in_anew")
    assert dict(client.session.items()) == before


def test_a_first_factor_is_set_up_after_a_sign_in_anew(provider, without_password, settings):
    """Staff who came by a directory that asks for none see no other page before they have one."""
    settings.SECOND_FACTOR_COMPULSORY = True
    client, _response = sign_in()
    page = Page(client.get(reverse("mfa_activate_totp"), follow=True))
    assert page.url == reverse("sign_in_anew")
    assert client.get(back(onward(press(client, page))))["Location"] == reverse("mfa_activate_totp")
    assert Page(client.get(reverse("mfa_activate_totp"))).fields["code"] == ""


def test_whoever_has_a_password_here_types_it_after_such_a_sign_in(provider, person):
    client, _response = sign_in()
    asked = client.get(reverse(DEAR))["Location"]
    assert asked.startswith(reverse("account_reauthenticate"))
    client.post(asked, {"password": PASSWORD})
    assert client.get(reverse(DEAR)).status_code == 200


def test_whoever_has_just_signed_in_at_the_directory_is_not_asked_again(provider, person):
    provider.signed_in_at = int(time.time()) - 60
    client, _response = sign_in()
    assert client.get(reverse(DEAR)).status_code == 200


def test_a_code_that_was_typed_after_such_a_sign_in_proves_it(provider, person):
    app = App.of(person)
    client, _response = sign_in()
    client.post(reverse("mfa_authenticate"), {"code": app.code()})
    assert client.get(reverse(DEAR)).status_code == 200


@pytest.mark.parametrize("told", [None, "just now", True, -1])
def test_when_the_directory_does_not_say_since_when_it_proves_nothing(provider, person, told):
    provider.token = {"auth_time": told}
    client, _response = sign_in()
    assert client.get(reverse(DEAR)).status_code == 302


def test_a_directory_that_does_not_ask_anew_is_not_asked_again_and_again(provider, without_password):
    provider.obeys = False
    client, _response = sign_in()
    address = onward(press(client, Page(client.get(reverse(DEAR), follow=True))))
    assert client.get(back(address)).status_code == 403
    assert client.get(reverse(DEAR)).status_code == 302


def test_nobody_is_led_there_by_a_link(provider, person):
    client, _response = sign_in()
    assert client.get(reverse("directory_sign_in"))["Location"] == reverse("account_login")
