"""What was begun before an account got another password or address is not finished afterwards."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD, UserFactory
from tests.factors import App, give_password, is_signed_in, with_address

pytestmark = pytest.mark.django_db

CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)
OWNERS, THIEFS = "chosen by the owner 7", "chosen by the thief 7"


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def owner() -> User:
    return with_address(UserFactory(email="taro@example.jp"))


def last_code() -> str:
    return CODE.search(str(mail.outbox[-1].body))[0]


def new_password(user: User) -> None:
    at_home = Client()
    at_home.force_login(user)
    typed = {"oldpassword": PASSWORD, "password1": OWNERS, "password2": OWNERS}
    assert at_home.post(reverse("account_change_password"), typed).status_code == 302


def new_password_by_mail(user: User) -> None:
    at_home = Client()
    assert set_password(at_home, ask(at_home, user), OWNERS).status_code == 302


def new_address(user: User) -> None:
    """As an operator gives it, for somebody whose mailbox is in other hands."""
    EmailAddress.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(email="hanako@example.jp")


def closed(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


CHANGES = [new_password, new_password_by_mail, new_address, closed]


def ask(browser: Client, user: User) -> str:
    """Ask for a new password, and read the code in the mailbox."""
    browser.post(reverse("account_reset_password"), {"email": user.email})
    return last_code()


def set_password(browser: Client, code: str, password: str = THIEFS):
    browser.post(reverse("account_confirm_password_reset_code"), {"code": code})
    typed = {"password1": password, "password2": password}
    return browser.post(reverse("account_complete_password_reset"), typed)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("is_typed", [False, True], ids=["code read", "code typed"])
def test_a_code_for_a_new_password_ends_with_the_account_as_it_was(is_typed, change: Callable[[User], None], owner):
    thief = Client()
    code = ask(thief, owner)
    if is_typed:
        thief.post(reverse("account_confirm_password_reset_code"), {"code": code})
    change(owner)
    set_password(thief, code)
    owner.refresh_from_db()
    assert not owner.check_password(THIEFS)


def test_whoever_typed_the_code_too_late_is_told_to_ask_for_another(owner):
    late = Client()
    code = ask(late, owner)
    new_password(owner)
    answer = late.post(reverse("account_confirm_password_reset_code"), {"code": code})
    assert "もう一度、確認コードを受け取ってください" in answer.content.decode()
    assert set_password(late, ask(late, owner), "another word of mine 8").status_code == 302
    owner.refresh_from_db()
    assert owner.check_password("another word of mine 8")


@pytest.mark.parametrize("change", CHANGES)
def test_a_sign_in_that_waits_for_its_factor_ends_with_the_account_as_it_was(change: Callable[[User], None], owner):
    app = App.of(owner)
    thief = give_password(owner)
    change(owner)
    answer = thief.post(reverse("mfa_authenticate"), {"code": app.code()})
    assert not is_signed_in(thief)
    assert answer["Location"] == reverse("account_login")


def test_a_sign_in_of_an_account_that_stayed_as_it_was_goes_on(owner):
    app = App.of(owner)
    browser = give_password(owner)
    browser.post(reverse("mfa_authenticate"), {"code": app.code()})
    assert is_signed_in(browser)


def test_a_code_for_an_address_that_an_operator_replaced_does_not_bring_it_back(owner):
    EmailAddress.objects.filter(user=owner).update(verified=False)
    browser = give_password(owner)
    code = last_code()
    new_address(owner)
    browser.post(reverse("account_email_verification_sent"), {"code": code})
    owner.refresh_from_db()
    assert owner.email == "hanako@example.jp"
    assert not is_signed_in(browser)
