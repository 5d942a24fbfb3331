"""Opening an account with an invite code: one for each code, in the same time for every address, with few mails."""

import re
import threading
import time

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import access
from accounts.models import AccessKind, InviteCode, User
from suppliers import invitations
from tests.factories import PASSWORD, UserFactory
from tests.patience import HANGS_SECONDS
from tests.racing import race

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]

CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)


class Counting(MD5PasswordHasher):
    """Counts how often it makes a hash."""

    made = 0

    def encode(self, password: str, salt: str) -> str:
        Counting.made += 1
        return super().encode(password, salt)


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def invited(municipality_admin, department):
    """Browsers in which the same code was shown."""
    invitation, secret = invitations.invite(
        municipality_admin, supplier_name="見本菓子", email="kashi@example.jp", departments=[department.pk]
    )
    mail.outbox.clear()

    def show() -> Client:
        browser = Client()
        browser.post("/invitation/", {"public_id": invitation.code.public_id, "secret": secret})
        return browser

    return show


def sign_up(browser: Client, email: str):
    return browser.post(reverse("account_signup"), {"email": email, "password1": PASSWORD, "password2": PASSWORD})


def confirm(browser: Client) -> None:
    code = CODE.search(str(mail.outbox[-1].body))
    assert code
    browser.post(reverse("account_email_verification_sent"), {"code": code[0]})


def opened() -> set[str]:
    return set(EmailAddress.objects.values_list("email", flat=True))


def test_an_address_with_an_account_takes_as_many_hashes_as_one_without(invited, settings):
    known = UserFactory(email="known@example.jp")
    EmailAddress.objects.create(user=known, email=known.email, primary=True, verified=True)
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    counts, answers = [], []
    for email in (known.email, "new@example.jp"):
        Counting.made = 0
        answers.append(sign_up(invited(), email))
        counts.append(Counting.made)
    assert counts[0] == counts[1] > 0
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert [message.to for message in mail.outbox] == [[known.email], ["new@example.jp"]]


def test_whoever_mistyped_their_address_begins_again_and_one_account_is_left(invited):
    sign_up(invited(), "mistyped@example.jp")
    again = invited()
    sign_up(again, "right@example.jp")
    assert opened() == {"right@example.jp"}
    assert not User.objects.filter(email="mistyped@example.jp").exists()
    confirm(again)
    assert again.session["_auth_user_id"]
    assert InviteCode.objects.get().opened.email == "right@example.jp"


def test_the_account_that_made_room_cannot_be_confirmed_any_more(invited):
    first, second = invited(), invited()
    sign_up(first, "first@example.jp")
    code = CODE.search(str(mail.outbox[-1].body))
    sign_up(second, "second@example.jp")
    assert code
    answer = first.post(reverse("account_email_verification_sent"), {"code": code[0]})
    assert answer.status_code < 500
    assert "_auth_user_id" not in first.session
    assert opened() == {"second@example.jp"}


def test_one_of_which_the_record_tells_stays_without_its_address(invited):
    sign_up(invited(), "first@example.jp")
    first = User.objects.get(email="first@example.jp")
    access.write(AccessKind.SIGN_IN_REFUSED, user=first)
    sign_up(invited(), "second@example.jp")
    first.refresh_from_db()
    assert (first.is_active, opened()) == (False, {"second@example.jp"})
    assert "first@example.jp" not in first.email


def test_once_an_account_is_confirmed_the_code_opens_no_other(invited):
    browser = invited()
    sign_up(browser, "first@example.jp")
    confirm(browser)
    answer = sign_up(invited(), "second@example.jp")
    assert "すでにアカウントが作られています" in answer.content.decode()
    assert opened() == {"first@example.jp"}


def test_one_code_sends_only_so_many_mails_whatever_the_addresses(invited, settings):
    settings.INVITE_CODE_MAILS = "3/d/key"
    for number in range(5):
        answer = sign_up(invited(), f"somebody{number}@example.jp")
    assert len(mail.outbox) == 3
    assert "多くのメールをお送りしました" in answer.content.decode()


def test_asking_for_the_code_again_counts_as_a_mail(invited, settings):
    settings.INVITE_CODE_MAILS = "2/d/key"
    browser = invited()
    sign_up(browser, "somebody@example.jp")
    for _n in range(3):
        page = browser.post(reverse("account_email_verification_sent"), {"action": "resend"}, follow=True)
    assert len(mail.outbox) == 2
    assert "多くのメールをお送りしました" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_open_accounts_with_one_code_at_once_one_is_left(invited):
    browsers = [invited() for _n in range(6)]
    race(*[lambda n=n, at=at: sign_up(at, f"somebody{n}@example.jp") for n, at in enumerate(browsers)])
    assert EmailAddress.objects.count() == User.objects.filter(email__startswith="somebody").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_account_that_is_confirmed_while_another_is_opened_stays(invited):
    sign_up(invited(), "first@example.jp")
    second = invited()
    holds = threading.Event()

    def confirm_slowly() -> None:
        with transaction.atomic():
            first = User.objects.select_for_update(no_key=True).get(email="first@example.jp")
            holds.set()
            time.sleep(1)
            EmailAddress.objects.filter(user=first).update(verified=True)

    def open_another() -> int:
        assert holds.wait(HANGS_SECONDS)
        return sign_up(second, "second@example.jp").status_code

    race(confirm_slowly, open_another)
    assert opened() == {"first@example.jp"}


@pytest.mark.django_db(transaction=True)
def test_an_address_whose_account_goes_while_it_is_confirmed_is_refused(invited):
    browser = invited()
    sign_up(browser, "first@example.jp")
    code = CODE.search(str(mail.outbox[-1].body))
    assert code
    holds = threading.Event()

    def take_away_slowly() -> None:
        with transaction.atomic():
            first = User.objects.select_for_update().get(email="first@example.jp")
            holds.set()
            time.sleep(1)
            first.delete()

    def confirm_it() -> int:
        assert holds.wait(HANGS_SECONDS)
        return browser.post(reverse("account_email_verification_sent"), {"code": code[0]}).status_code

    _taken, status = race(take_away_slowly, confirm_it)
    assert status < 500
    assert "_auth_user_id" not in browser.session
    assert opened() == set()
