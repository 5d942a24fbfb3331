"""An open browser proves nothing: what a thief would change first is changed by whoever shows again who they are."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from freezegun import freeze_time

from accounts.models import KeptForm
from suppliers.models import BankAccount
from tests.factories import PASSWORD
from tests.factors import leave_open
from tests.pages import Page, Visitor
from tests.route_data import BANK_ACCOUNT
from tests.suppliers.pictures import seal_picture

pytestmark = pytest.mark.django_db

REAUTHENTICATE = "account_reauthenticate"
NEW = "thief@evil.example"
CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


def left_open(person: Any, minutes: int = 11) -> Visitor:
    """A browser in which somebody signed in so long ago, and which anybody may have before them by now."""
    EmailAddress.objects.get_or_create(user=person.user, email=person.user.email, verified=True, primary=True)
    visitor = Visitor(person)
    leave_open(visitor.client, minutes)
    return visitor


def answer(client: Client, asked: str, password: str = PASSWORD) -> Page:
    """Type the password where the question led."""
    fields = Page(client.get(asked)).forms[reverse(REAUTHENTICATE)]
    return Page(client.post(reverse(REAUTHENTICATE), fields | {"password": password}, follow=True))


def is_question(answer: Any) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(reverse(REAUTHENTICATE))


@pytest.mark.parametrize("guess", ["wrong-password-1", ""])
def test_a_wrong_password_opens_nothing(guess, supplier_owner):
    thief = left_open(supplier_owner)
    asked = thief.ask("suppliers:bank_account_new")["Location"]
    assert answer(thief.client, asked, guess).errors
    assert is_question(thief.ask("suppliers:bank_account_new"))


def test_what_was_typed_stands_in_the_form_after_the_password(supplier_owner):
    owner = left_open(supplier_owner)
    url = owner.address("suppliers:bank_account_new")
    asked = owner.client.post(url, BANK_ACCOUNT)["Location"]
    assert "まだ送られていません" in Page(owner.client.get(asked)).text
    page = answer(owner.client, asked)
    assert page.url == url
    assert {name: page.fields[name] for name in BANK_ACCOUNT} == BANK_ACCOUNT
    assert "書いていた内容は、まだ送られていません" in page.text
    assert not BankAccount.objects.exists()
    assert "保存しました" in owner.send("suppliers:bank_account_new", data=BANK_ACCOUNT).text
    assert BankAccount.objects.count() == 1


def test_a_new_address_stands_in_its_field_after_the_password_and_nothing_was_sent(supplier_owner):
    owner = left_open(supplier_owner)
    asked = owner.client.post(reverse("account_email"), {"action_add": "", "email": "new@a.example"})["Location"]
    page = answer(owner.client, asked)
    assert page.url == reverse("account_email")
    assert page.fields["email"] == "new@a.example"
    assert mail.outbox == []


def test_a_sign_in_by_password_counts_for_ten_minutes_and_no_longer(supplier_owner):
    left_open(supplier_owner)  # who has confirmed their address
    url = reverse("suppliers:bank_account_new", args=[supplier_owner.id])
    with freeze_time(timezone.now()) as clock:
        browser = Client()
        browser.post(reverse("account_login"), {"login": supplier_owner.user.email, "password": PASSWORD})
        clock.tick(timedelta(minutes=9))
        assert browser.get(url).status_code == 200
        clock.tick(timedelta(minutes=2))
        asked = browser.get(url)
        assert is_question(asked)
        assert answer(browser, asked["Location"]).url == url
        clock.tick(timedelta(minutes=11))
        assert is_question(browser.get(url))


def test_a_form_that_is_asked_about_twice_keeps_what_was_typed(supplier_owner):
    owner = left_open(supplier_owner)
    url = owner.address("suppliers:bank_account_new")
    first = owner.client.post(url, BANK_ACCOUNT)["Location"]
    kept = KeptForm.objects.get().pk
    again = owner.client.post(url, BANK_ACCOUNT | {"number": "7654321", "kept": str(kept)})["Location"]
    assert first != again
    assert answer(owner.client, again).fields["number"] == "7654321"


def test_a_file_is_chosen_again_and_the_page_says_so(supplier_owner):
    owner = left_open(supplier_owner)
    picture = SimpleUploadedFile("seal.png", seal_picture())
    asked = owner.client.post(owner.address("suppliers:seal_new"), {"kind": "company", "picture": picture})["Location"]
    page = answer(owner.client, asked)
    assert page.fields["kind"] == "company"
    assert "ファイルは選び直してください" in page.text


def test_a_button_leads_back_to_its_page(supplier_owner, bank_account):
    owner = left_open(supplier_owner)
    url = owner.address("suppliers:bank_account_retire", bank_account.pk)
    page = answer(owner.client, owner.client.post(url)["Location"])
    assert page.url == owner.address("suppliers:bank_accounts")
    bank_account.refresh_from_db()
    assert bank_account.active
    assert "利用を止めました" in Page(owner.client.post(url, follow=True)).text


def test_whoever_may_not_is_refused_before_any_question(colleague, reviewer):
    assert left_open(colleague).ask("suppliers:bank_account_new").status_code == 403
    assert left_open(reviewer).ask("accounts:policy").status_code == 403


@pytest.mark.parametrize("route", ["account_email", "account_set_password"])
def test_somebody_without_a_password_signs_in_anew_when_they_press_for_it(route, supplier_owner):
    supplier_owner.user.set_unusable_password()
    supplier_owner.user.save()
    person = left_open(supplier_owner)
    before = dict(person.client.session.items())
    page = Page(person.client.get(reverse(route), follow=True))
    assert page.url == reverse("sign_in_anew")
    assert "パスワードをお忘れですか" in page.text
    assert dict(person.client.session.items()) == before, "who only looks stays as they were"
    answer = person.client.post(reverse("account_logout"), page.forms[reverse("account_logout")])
    assert answer["Location"] == f"{reverse('account_login')}?{urlencode({'next': reverse(route)})}"
    assert "_auth_user_id" not in person.client.session


def test_nobody_is_led_to_another_site_by_the_page_for_signing_in_anew(supplier_owner):
    client = left_open(supplier_owner).client
    page = Page(client.get(reverse("sign_in_anew"), {"next": "https://evil.example/"}))
    answer = client.post(reverse("account_logout"), page.forms[reverse("account_logout")])
    assert answer["Location"] == f"{reverse('account_login')}?next=%2F"


def test_the_new_address_takes_the_place_of_the_old_one_when_its_code_was_typed(supplier_owner):
    owner = left_open(supplier_owner, minutes=0)
    old = supplier_owner.user.email
    owner.client.post(reverse("account_email"), {"action_add": "", "email": "new@a.example"})
    supplier_owner.user.refresh_from_db()
    assert supplier_owner.user.email == old
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [old]
    (code,) = [CODE.search(str(message.body)) for message in mail.outbox if message.to == ["new@a.example"]]
    assert code
    page = Page(owner.client.post(reverse("account_email_verification_sent"), {"code": code[0]}, follow=True))
    assert "new@a.example" in page.text and old not in page.text
    supplier_owner.user.refresh_from_db()
    assert supplier_owner.user.email == "new@a.example"
    assert list(EmailAddress.objects.values_list("email", "primary", "verified")) == [("new@a.example", True, True)]


@pytest.mark.parametrize("by", ["the person", "the operator"])
def test_another_address_ends_every_other_session(by, supplier_owner, operator, client_of):
    left = left_open(supplier_owner)
    own = left_open(supplier_owner, minutes=0)
    if by == "the person":
        own.client.post(reverse("account_email"), {"action_add": "", "email": "new@a.example"})
        code = CODE.search(str(mail.outbox[-1].body))
        assert code
        own.client.post(reverse("account_email_verification_sent"), {"code": code[0]})
        assert own.read("supplier_home").status == 200
        assert len(Page(own.client.get(reverse("usersessions_list"))).text.split("(この端末)")) == 2
    else:
        user = supplier_owner.user
        fields = {"email": "new@a.example", "name": user.name, "kana": user.kana, "is_active": "on"}
        client_of(operator).post(reverse("admin:accounts_user_change", args=[user.pk]), fields)
    supplier_owner.user.refresh_from_db()
    assert supplier_owner.user.email == "new@a.example"
    assert left.ask("supplier_home")["Location"].startswith(reverse("account_login"))
