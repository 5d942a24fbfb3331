"""Passkeys: what no device answered is refused in words, and changes nothing.

Real ones are tried out in tests/browser/test_second_factors.py.
"""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog, User
from tests.factories import PASSWORD
from tests.factors import give_password, is_signed_in, with_address
from tests.pages import Page

pytestmark = pytest.mark.django_db

# A device that somebody registered before.
STORED = {
    "id": "QUFBQUFBQUFBQUFBQUFBQQ",
    "rawId": "QUFBQUFBQUFBQUFBQUFBQQ",
    "type": "public-key",
    "response": {
        "clientDataJSON": "eyJ0eXBlIjogIndlYmF1dGhuLmNyZWF0ZSIsICJjaGFsbGVuZ2UiOiAiQUFB"
        "QSIsICJvcmlnaW4iOiAiaHR0cHM6Ly90ZXN0c2Vy"
        "dmVyIn0",
        "attestationObject": "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YViU69q3JHqY58lN6TBm0kw4"
        "r9mgyimONoS0ersRMfzJ8gBFAAAAAQAAAAAAAAAA"
        "AAAAAAAAAAAAEEFBQUFBQUFBQUFBQUFBQUGlAQIDJiABIVggjlM7b6C_e0YluzBmfAH7YH75-LioD-9bMAYocDGHsqMiWCBz6x29"
        "4DMYNm0Gn4Om9ZAAU8c2M8sEGyHFXhqGwfQAtA",
    },
    "clientExtensionResults": {},
}
# The shape of what a device says, with nothing in it.
_MADE = {
    "id": "AAAA",
    "rawId": "AAAA",
    "type": "public-key",
    "response": {"clientDataJSON": "e30", "attestationObject": "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUA"},
    "clientExtensionResults": {},
}
_GOT = _MADE | {
    "response": {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA", "userHandle": "AAAA"}
}


def with_response(given: dict[str, object], **changes: object) -> str:
    return json.dumps(given | {"response": {**given["response"], **changes}})  # type: ignore[dict-item]


NONSENSE = {
    "nothing": "",
    "no text": "\x00\x01",
    "no JSON": "{",
    "a number": "7",
    "a number without end": "9" * 6_000,
    "a list": "[]",
    "a word": '"AAAA"',
    "null": "null",
    "an empty object": "{}",
    "brackets within brackets": "[" * 15_000,
    "objects within objects": '{"response":' * 1_500,
    "only a response": '{"response": {}}',
    "a response that is a list": '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": [1]}',
    "a registration of nothing": json.dumps(_MADE),
    "an answer of nothing": json.dumps(_GOT),
    "no base64": with_response(_GOT, clientDataJSON="!!!!", authenticatorData="あ"),
    "bytes for data": with_response(_GOT, authenticatorData="A" * 400),
    "bytes for a registration": with_response(_MADE, attestationObject="A" * 400),
    "a registration cut off": with_response(_MADE, attestationObject="o2NmbXRk"),
    "another's type": json.dumps(_MADE | {"type": 7, "id": None, "rawId": {"a": 1}}),
    "a handle that is a list": with_response(_GOT, userHandle=["AAAA"]),
    "a handle of another kind": with_response(_GOT, userHandle="/w=="),
    "no handle": with_response(_GOT, userHandle=None),
    "infinity": '{"response": Infinity}',
}
each_nonsense = pytest.mark.parametrize("sent", NONSENSE.values(), ids=NONSENSE)


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def person(reviewer) -> User:
    return with_address(reviewer.user)


@pytest.fixture
def passkey(person) -> Authenticator:
    data = {"name": "端末", "credential": STORED}
    return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)


@each_nonsense
def test_nonsense_signs_nobody_in(sent):
    client = Client()
    address = reverse("mfa_login_webauthn")
    options = client.get(address, headers={"Accept": "application/json"}).json()["request_options"]["publicKey"]
    assert options["userVerification"] == "required"
    page = Page(client.post(address, {"credential": sent}, follow=True))
    assert (page.status, page.url) == (200, reverse("account_login"))
    assert not is_signed_in(client)


@each_nonsense
def test_nonsense_after_the_password_does_not_sign_in(person, passkey, sent):
    client = give_password(person)
    assert not is_signed_in(client)
    page = Page(client.get(reverse("mfa_authenticate")))
    assert page.status == 200
    page = Page(client.post(reverse("mfa_authenticate"), {"credential": sent}))
    assert page.status == 200
    assert not is_signed_in(client)
    assert AccessLog.objects.get().action == "sign_in_refused"


@each_nonsense
def test_nonsense_registers_nothing(person, sent):
    client = give_password(person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    address = reverse("mfa_add_webauthn")
    assert client.get(address).status_code == 200
    page = Page(client.post(address, {"name": "端末", "credential": sent}))
    assert page.status == 200
    assert "id_credential" in page.errors or "もう一度試してください" in page.text
    assert not Authenticator.objects.exists()


@each_nonsense
def test_nonsense_proves_nobody(person, passkey, client_of, settings, sent):
    settings.SECOND_FACTOR_COMPULSORY = True
    client = client_of(person)
    address = reverse("mfa_reauthenticate_webauthn")
    assert client.get("/")["Location"].startswith(address)
    assert client.get(address).status_code == 200
    assert client.post(address, {"credential": sent}).status_code in (200, 302)
    assert client.get("/")["Location"].startswith(address)


def test_whoever_was_refused_is_asked_again_and_gets_on_to_where_they_wanted(person, passkey, client_of):
    client = client_of(person)
    address = reverse("mfa_reauthenticate_webauthn")
    client.get(address)
    page = Page(client.post(address, {"credential": "{}", "next": "/accounts/email/"}, follow=True))
    assert page.url == address
    assert "もう一度試してください" in page.text
    assert page.forms[address]["next"] == "/accounts/email/"


def test_a_passkey_belongs_to_the_host_of_the_portal(person, settings):
    settings.PORTAL_URL = "https://portal.city.example"
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    address = reverse("mfa_login_webauthn")
    headers = {"Accept": "application/json", "Host": "elsewhere.example"}
    options = client.get(address, headers=headers).json()["request_options"]["publicKey"]
    assert options["rpId"] == "portal.city.example"


def test_somebody_elses_passkey_is_not_found(person, passkey, supplier_owner):
    client = give_password(with_address(supplier_owner.user))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        for response in (client.get(reverse(name, args=[passkey.pk])), client.post(reverse(name, args=[passkey.pk]))):
            assert response.status_code == 404
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_its_name_can_be_changed(person, passkey, client_of, settings):
    client = client_of(person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_edit_webauthn", args=[passkey.pk]), {"name": " 庁内の\n端末 "})
    assert "庁内の 端末" in Page(client.get(reverse("mfa_list_webauthn"))).text
