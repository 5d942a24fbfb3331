"""Whoever types addresses at the door fills nobody's mailbox, and keeps no owner from a code of their own."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time

from accounts.models import User
from tests.factories import PASSWORD, UserFactory
from tests.factors import with_address

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def owner() -> User:
    return with_address(UserFactory(email="taro@example.jp"))


def ask(email: str, address: str = "203.0.113.9", browser: Client | None = None):
    browser = browser or Client(REMOTE_ADDR=address)
    return browser.post(reverse("account_reset_password"), {"email": email}, REMOTE_ADDR=address)


def mails_to(email: str) -> int:
    return sum(message.to == [email] for message in mail.outbox)


def test_an_address_without_account_is_told_so_once_a_day(db):
    for number in range(4):
        ask("nobody@elsewhere.example", f"203.0.113.{number}")
    assert mails_to("nobody@elsewhere.example") == 1


def test_from_one_address_few_strangers_are_written_to(db):
    answers = {ask(f"stranger{number}@elsewhere.example").status_code for number in range(30)}
    assert (len(mail.outbox), answers) == (10, {302})


def test_from_all_addresses_together_strangers_are_written_to_within_a_bound(settings):
    settings.STRANGER_MAIL_RATES = settings.STRANGER_MAIL_RATES | {"all": "7/h/key"}
    for number in range(20):
        ask(f"stranger{number}@elsewhere.example", f"203.0.113.{number}")
    assert len(mail.outbox) == 7


def test_the_mailbox_of_an_account_is_not_filled(owner):
    for number in range(60):
        ask(owner.email, f"203.0.113.{number}")
    assert mails_to(owner.email) == 20


def test_one_address_gets_few_codes_for_an_account(owner):
    for _time in range(12):
        ask(owner.email)
    assert mails_to(owner.email) == 5
    ask(owner.email, "198.51.100.7")
    assert mails_to(owner.email) == 6


def test_whoever_asks_elsewhere_keeps_no_owner_from_a_code(owner):
    own = Client()
    own.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    own.post(reverse("account_logout"))
    for number in range(30):
        ask(owner.email, f"203.0.113.{number}")
    before = mails_to(owner.email)
    assert ask(owner.email, "198.51.100.7", own).status_code == 302
    assert mails_to(owner.email) == before + 1


def test_what_is_refused_looks_the_same_for_an_account_and_for_none(owner):
    pages = []
    for email in (owner.email, "nobody@elsewhere.example"):
        for _time in range(6):
            answer = ask(email)
        assert "しばらく待ってから" in answer.content.decode()
        pages.append((answer.status_code, len(answer.content) - len(email)))
    assert pages[0] == pages[1]


def test_whoever_is_signed_in_has_few_codes_sent_to_new_addresses(owner):
    browser = Client()
    browser.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    mail.outbox.clear()
    with freeze_time(timezone.now()) as clock:
        for number in range(16):
            clock.tick(timedelta(seconds=30))
            browser.post(reverse("account_email"), {"email": f"stranger{number}@elsewhere.example", "action_add": "1"})
    assert sum(message.to[0].startswith("stranger") for message in mail.outbox) == 10
