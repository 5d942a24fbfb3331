"""Whoever is stopped at their own account reads why and how to go on, and finds the way back to what they had begun."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import MunicipalityPolicy, User
from tests.accounts.test_passkeys import STORED
from tests.factories import PASSWORD
from tests.factors import App, give_password, leave_open, recovery_codes, with_address
from tests.pages import Page, Visitor
from tests.route_data import POLICY

pytestmark = pytest.mark.django_db

CODE = "mfa_authenticate"


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def person(reviewer) -> User:
    return with_address(reviewer.user)


def answer(client: Client, code: str) -> Page:
    return Page(client.post(reverse(CODE), {"code": code}, follow=True))


def test_whoever_goes_back_from_the_question_still_finds_what_they_typed(municipality_admin):
    EmailAddress.objects.create(user=municipality_admin.user, email=municipality_admin.user.email, verified=True)
    visitor = Visitor(municipality_admin)
    leave_open(visitor.client)
    page, ask = reverse("accounts:policy", args=[municipality_admin.id]), reverse("account_reauthenticate")
    visitor.client.post(page, POLICY | {"writer": str(municipality_admin.user.pk), "addressee": "見本市長 有馬 千尋"})
    asked = visitor.client.get(page)["Location"]  # the browser asks for the page anew
    fields = Page(visitor.client.get(asked)).forms[ask]
    again = Page(visitor.client.post(ask, fields | {"password": PASSWORD}, follow=True))
    assert again.fields["addressee"] == "見本市長 有馬 千尋"
    assert not MunicipalityPolicy.objects.filter(addressee="見本市長 有馬 千尋").exists()
    assert Page(visitor.client.get(page)).fields["addressee"] == ""  # read once, it is no form for ever


def test_a_recovery_code_is_a_reason_to_register_anew(person):
    App.of(person)
    codes = recovery_codes(person)
    said = Page(give_password(person).get("/")).text
    assert "回復コード" not in said
    client = give_password(person)
    client.post(reverse(CODE), {"code": codes[0]})
    said = client.get(reverse("mfa_index")).content.decode()
    assert "回復コードでログインしました。残りは9個です。" in said
    assert "登録し直してください" in said


def test_too_many_codes_say_for_how_long(person):
    App.of(person)
    client = give_password(person)
    for number in range(7):
        page = answer(client, f"00000{number}")
    assert "5分ほど待ってから" in page.text


def test_a_wrong_password_is_called_wrong(person):
    client = give_password(person)
    typed = {"oldpassword": "another-one", "password1": "harunokaze-2027", "password2": "harunokaze-2027"}
    page = Page(client.post(reverse("account_change_password"), typed))
    assert "現在のパスワードが違います" in page.text
    done = Page(client.post(reverse("account_change_password"), typed | {"oldpassword": PASSWORD}, follow=True))
    assert "ほかの端末からはログアウトしました" in done.text


def test_the_page_of_the_address_leads_back_to_the_code(person):
    client = give_password(person)
    page = Page(client.get(reverse("account_email")))
    assert "届いたコードを入力する" not in page.links
    client.post(reverse("account_email"), {"action_add": "", "email": "next@city.example"})
    page = Page(client.get(reverse("account_email")))
    assert "next@city.example" in page.text
    assert page.links["届いたコードを入力する"] == reverse("account_email_verification_sent")


def test_whoever_has_a_passkey_alone_is_not_asked_for_the_code_of_an_app(person):
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "端末", "credential": STORED}
    )
    page = Page(give_password(person).get(reverse(CODE)))
    assert "登録したパスキーで確認してください" in page.text
    assert "認証アプリの6桁" not in page.text
