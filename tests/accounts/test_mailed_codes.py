"""Codes by mail: how they are typed, how long they live, and what asking again does."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time

from accounts import mailed_codes
from accounts.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)
NEW_PASSWORD = "a new word for the door 7"


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


def person(email: str, *, verified: bool = True) -> User:
    user = UserFactory(email=email)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=verified)
    return user


@pytest.fixture
def newcomer(db) -> User:
    """Somebody whose address is not confirmed yet."""
    return person("taro@example.jp", verified=False)


def sign_in(client: Client, email: str):
    return client.post(reverse("account_login"), {"login": email, "password": PASSWORD})


def confirm(client: Client, code: str):
    return client.post(reverse("account_email_verification_sent"), {"code": code})


def codes_sent() -> list[str]:
    return [CODE.search(str(message.body))[0] for message in mail.outbox]


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)


@pytest.mark.parametrize(
    "spelling",
    [
        lambda code: code,
        str.lower,
        full_width,
        lambda code: f" {code[:4]}\u3000ー {code[5:]}\u200b",
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", "−"),
        lambda code: "\ufeff" + " ".join(code.replace("-", "")),
    ],
)
def test_a_code_is_taken_however_it_is_typed(spelling, client, newcomer):
    sign_in(client, newcomer.email)
    confirm(client, spelling(codes_sent()[0]))
    assert is_signed_in(client)


@pytest.mark.parametrize("minutes", [4, 14, 25])
def test_a_code_that_comes_late_is_still_good(minutes, client, newcomer):
    with freeze_time(timezone.now()) as clock:
        sign_in(client, newcomer.email)
        clock.tick(timedelta(minutes=minutes))
        confirm(client, codes_sent()[0])
    assert is_signed_in(client)


def test_a_code_of_yesterday_is_not(client, newcomer):
    with freeze_time(timezone.now()) as clock:
        sign_in(client, newcomer.email)
        clock.tick(timedelta(minutes=31))
        confirm(client, codes_sent()[0])
    assert not is_signed_in(client)


@pytest.mark.parametrize("typed", [0, 1, 2])
def test_whoever_asks_for_the_code_again_may_type_any_of_them(typed, client, newcomer):
    sign_in(client, newcomer.email)
    for _time in range(2):
        response = client.post(reverse("account_email_verification_sent"), {"action": "resend"})
        assert response.status_code == 302
    assert len(codes_sent()) == 3
    confirm(client, codes_sent()[typed])
    assert is_signed_in(client)


def test_whoever_signs_in_anew_meanwhile_comes_back_to_the_code(client, newcomer):
    sign_in(client, newcomer.email)
    response = sign_in(client, newcomer.email)
    assert response["Location"] == reverse("account_email_verification_sent")
    confirm(client, codes_sent()[0])
    assert is_signed_in(client)


def test_a_code_for_one_address_does_not_confirm_another(client, newcomer, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
    sign_in(client, newcomer.email)
    client.post(reverse("account_email_verification_sent"), {"action": "change", "email": "mayor@city.example"})
    first, second = codes_sent()
    assert first != second
    confirm(client, first)
    assert not is_signed_in(client)
    assert not EmailAddress.objects.filter(email="mayor@city.example", verified=True).exists()


def test_a_code_for_one_person_does_not_confirm_another(client, newcomer):
    other = person("hanako@example.jp", verified=False)
    sign_in(client, newcomer.email)
    client.post(reverse("account_logout"))
    sign_in(client, other.email)
    first, second = codes_sent()
    assert first != second


def test_asking_again_gives_no_more_guesses(client, newcomer):
    sign_in(client, newcomer.email)
    (code, *_rest) = codes_sent()
    for _guess in range(2):
        confirm(client, "BBBB-BBBB")
    client.post(reverse("account_email_verification_sent"), {"action": "resend"})
    confirm(client, "BBBB-BBBB")
    confirm(client, code)
    assert not is_signed_in(client)
    sign_in(client, newcomer.email)
    assert codes_sent()[-1] != code


def ask_for_password(client: Client, email: str) -> None:
    client.post(reverse("account_reset_password"), {"email": email})


def set_password(client: Client, code: str) -> bool:
    client.post(reverse("account_confirm_password_reset_code"), {"code": code})
    client.post(reverse("account_complete_password_reset"), {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    return User.objects.get(email="hanako@example.jp").check_password(NEW_PASSWORD)


@pytest.mark.parametrize("typed", [0, 1])
def test_a_new_password_is_set_with_the_first_or_the_second_code(typed, client, db):
    person("hanako@example.jp")
    with freeze_time(timezone.now()) as clock:
        ask_for_password(client, "hanako@example.jp")
        clock.tick(timedelta(minutes=6))
        ask_for_password(client, "ｈａｎａｋｏ@example.jp ")
        clock.tick(timedelta(minutes=4))
        assert len(codes_sent()) == 2
        assert set_password(client, full_width(codes_sent()[typed]))


def test_a_code_for_the_password_of_one_person_is_not_sent_to_another(client, db):
    person("hanako@example.jp")
    person("jiro@example.jp")
    ask_for_password(client, "jiro@example.jp")
    ask_for_password(client, "hanako@example.jp")
    first, second = codes_sent()
    assert first != second
    assert not set_password(client, first)


def test_fifty_people_behind_one_address_sign_in_at_half_past_eight(db):
    people = [person(f"staff{number}@city.example") for number in range(50)]
    for somebody in people:
        browser = Client()
        browser.post(reverse("account_login"), {"login": somebody.email, "password": "with a typing error"})
        assert sign_in(browser, somebody.email).status_code == 302
        assert is_signed_in(browser)


def test_fifty_new_people_behind_one_address_ask_for_their_first_password(db):
    people = [person(f"staff{number}@city.example") for number in range(50)]
    for somebody in people:
        ask_for_password(Client(), somebody.email)
    assert len(codes_sent()) == 50


def test_guessing_the_password_of_one_account_is_stopped(client, db):
    user = person("taro@example.jp")
    for number in range(5):
        client.post(reverse("account_login"), {"login": user.email, "password": f"guess {number}"})
    sign_in(client, user.email)
    assert not is_signed_in(client)


def test_a_code_has_its_tries_also_where_the_session_gets_another_key(rf):
    """A sign-in or a new password gives the session another key, and the code goes along."""
    request = rf.post("/")
    request.session = SessionStore()
    request.session.create()
    tries = [mailed_codes.may_try(request, "ABCD-EFGH") for _n in range(3)]
    request.session.cycle_key()
    assert [*tries, mailed_codes.may_try(request, "ABCD-EFGH")] == [True, True, True, False]
    assert mailed_codes.may_try(request, "IJKL-MNOP")
