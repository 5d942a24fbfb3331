"""How long the directory's name for somebody opens their account, and whose name it is."""

import hashlib
import re
import time
from dataclasses import replace

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.directory_visits import sign_in
from tests.factors import App, is_signed_in, with_address
from tests.openid_provider import running

pytestmark = pytest.mark.django_db

CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)


@pytest.fixture
def person(reviewer) -> User:
    return with_address(reviewer.user)


def operate(client: Client, person: User, **changed: str) -> None:
    fields = {"email": person.email, "name": person.name, "kana": person.kana, "is_active": "on"} | changed
    client.post(reverse("admin:accounts_user_change", args=[person.pk]), fields)


def test_the_name_that_is_tied_belongs_to_one_issuer(provider, person):
    sign_in()
    named = hashlib.sha256(f"{provider.url} staff-17".encode()).hexdigest()
    assert SocialAccount.objects.get().uid == named


def test_another_issuer_has_other_people_of_the_same_names(provider, person, settings):
    sign_in()
    with running() as other:
        settings.DIRECTORY = replace(settings.DIRECTORY, issuer=other.url)
        other.person = {"sub": "staff-17", "email": "somebody@city.example", "email_verified": True}
        client, response = sign_in()
        assert response.status_code == 403
        assert not is_signed_in(client)


def test_after_a_change_of_the_issuer_people_are_tied_anew(provider, person, settings):
    sign_in()
    with running() as other:
        settings.DIRECTORY = replace(settings.DIRECTORY, issuer=other.url)
        other.person = {"sub": "new-17", "email": person.email, "email_verified": True}
        assert is_signed_in(sign_in()[0])
        other.person["sub"] = "new-18"
        assert not is_signed_in(sign_in()[0])
    assert SocialAccount.objects.get().user == person


def test_an_address_that_the_person_changed_ends_the_tie(provider, person):
    client, _response = sign_in()
    provider.signed_in_at = int(time.time())
    client, _response = sign_in()
    client.post(reverse("account_email"), {"action_add": "", "email": "new@city.example"})
    assert SocialAccount.objects.exists()
    code = CODE.search(str(mail.outbox[-1].body))
    assert code
    client.post(reverse("account_email_verification_sent"), {"code": code[0]})
    person.refresh_from_db()
    assert person.email == "new@city.example"
    assert not SocialAccount.objects.exists()


def test_an_address_that_an_operator_changed_ends_the_tie(provider, person, operator, client_of):
    sign_in()
    operate(client_of(operator), person, name="別の 名")
    assert SocialAccount.objects.exists()
    operate(client_of(operator), person, email="new@city.example")
    assert not SocialAccount.objects.exists()
    provider.person["email"] = "somebody@city.example"
    assert not is_signed_in(sign_in()[0])


def take_away(client: Client, person: User) -> None:
    sent = {"action": "take_factors_away", "_selected_action": [str(person.pk)], "confirmed": "yes"}
    client.post(reverse("admin:accounts_user_changelist"), sent, follow=True)


@pytest.mark.parametrize("has_app", [True, False])
def test_an_operator_who_takes_factors_away_takes_the_tie_too(has_app, provider, person, operator, client_of):
    client, _response = sign_in()
    if has_app:
        App.of(person)
    take_away(client_of(operator), person)
    assert not SocialAccount.objects.exists()
    assert not is_signed_in(client)


@pytest.mark.parametrize("is_tied", [True, False])
def test_whoever_is_on_their_way_in_meanwhile_does_not_come_in(is_tied, provider, person, operator, client_of):
    """They stand at the question for their code when an operator gives the account another address."""
    if is_tied:
        sign_in()
    app = App.of(person)
    client, _response = sign_in()
    operate(client_of(operator), person, email="new@elsewhere.example")
    client.post(reverse("mfa_authenticate"), {"code": app.code()})
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
