"""Whatever changes of somebody's second factor is told to them and to those who answer, with what to do about it."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import OutgoingMail, User
from tests.factors import App, give_password
from tests.pages import Page

pytestmark = pytest.mark.django_db(transaction=True)

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
FROM = {"HTTP_USER_AGENT": CHROME, "REMOTE_ADDR": "192.0.2.9"}
REVIEWER, ADMIN = "reviewer@city.example", "admin@city.example"

OF_FACTOR = [
    "/accounts/password/reset/",
    "/accounts/2fa/",
    "/accounts/sessions/",
    "運用者に、多要素認証の解除を頼んで",
    "心当たりがないとき",
]
TO_OPERATORS = ["ほかの運用者", "電話など", "/operator/accounts/user/", "/operator/accounts/accesslog/"]
TO_COLLEAGUES = ["ご本人に、電話など", "止めてもらって", "/access/"]


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def person(reviewer, municipality_admin) -> User:
    return reviewer.user


@pytest.fixture
def at_work(person) -> Client:
    client = give_password(person, Client(**FROM))
    OutgoingMail.objects.all().delete()
    return client


def told() -> dict[str, tuple[str, str]]:
    """Subject and text by address."""
    rows = list(OutgoingMail.objects.all())
    found = {row.recipient: (row.subject, row.body) for row in rows}
    assert len(found) == len(rows)
    return found


def register_app(client: Client, person: User) -> None:
    Page(client.get(reverse("mfa_activate_totp")))
    client.post(reverse("mfa_activate_totp"), {"code": App(client.session["mfa.totp.secret"]).code()})


def forget_app(client: Client, person: User) -> None:
    App.of(person)
    client.post(reverse("mfa_deactivate_totp"))


def forget_passkey(client: Client, person: User) -> None:
    data = {"name": "端末", "credential": {}}
    key = Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))


def renew_codes(client: Client, person: User) -> None:
    App.of(person)
    client.post(reverse("mfa_generate_recovery_codes"))


CHANGES: dict[str, Callable[[Client, User], None]] = {
    "認証アプリが登録されました": register_app,
    "認証アプリが解除されました": forget_app,
    "パスキーが解除されました": forget_passkey,
    "回復コードが作り直されました": renew_codes,
}


@pytest.mark.parametrize("title", CHANGES)
def test_each_change_is_told_to_the_person_and_to_all_who_answer(title, at_work, person):
    CHANGES[title](at_work, person)
    arrived = told()
    assert {address: subject for address, (subject, _text) in arrived.items()} == {
        REVIEWER: f"【請求書窓口】{title}",
        ADMIN: f"【請求書窓口】鶴田 洋子さんの{title}",
    }
    for address, advice in ((REVIEWER, OF_FACTOR), (ADMIN, TO_COLLEAGUES)):
        text = arrived[address][1]
        always = ["ブラウザー：Chrome (Windows)", "接続元：192.0.2.9", title]
        assert not [words for words in [*always, *advice] if words not in text], text


def operate(client_of: Any, operator: User, url: str, data: dict[str, Any]) -> dict[str, tuple[str, str]]:
    OutgoingMail.objects.all().delete()
    client_of(operator).post(url, data, **FROM)
    return told()


def test_factors_that_an_operator_takes_away_are_told_without_where_operators_work(person, operator, client_of):
    App.of(person)
    data = {"action": "take_factors_away", "_selected_action": [str(person.pk)], "confirmed": "yes"}
    arrived = operate(client_of, operator, reverse("admin:accounts_user_changelist"), data)
    assert set(arrived) == {REVIEWER, ADMIN}
    subject, text = arrived[REVIEWER]
    assert subject == "【請求書窓口】多要素認証が解除されました"
    assert not [words for words in [*OF_FACTOR, "運用者 運用 担当"] if words not in text], text
    assert "192.0.2.9" not in text and "Chrome" not in text


@pytest.mark.parametrize(
    ("was", "becomes", "title", "hears"),
    [
        ({}, {"is_staff": "on"}, "運用者として登録されました", True),
        ({"is_staff": True}, {}, "運用者としての登録が解除されました", True),
        ({}, {"is_active": ""}, "アカウントの利用が止められました", False),
        ({"is_active": False}, {}, "アカウントの利用が再開されました", False),
        ({"is_staff": True}, {"is_staff": "on", "is_active": ""}, "アカウントの利用が止められました", True),
    ],
)
def test_what_an_operator_makes_of_an_account_is_told_to_its_person(was, becomes, title, hears, operator, client_of):
    """And of an operator's account to all operators: whoever did it hears that it was done in their name."""
    other = User.objects.create_user("another@portal.example", name="別の", kana="べつの", is_staff=True)
    away = User.objects.create_user("away@portal.example", name="元", kana="もと", is_staff=True, is_active=False)
    user = User.objects.create_user("hito@example.jp", name="人", kana="ひと", **was)
    fields = {"email": user.email, "name": user.name, "kana": user.kana, "is_active": "on"} | becomes
    arrived = operate(client_of, operator, reverse("admin:accounts_user_change", args=[user.pk]), fields)
    assert away.email not in arrived
    subject, text = arrived.pop(user.email)
    assert subject == f"【請求書窓口】{title}"
    assert "運用者 運用 担当" in text and "問い合わせて" in text
    assert "192.0.2.9" not in text
    assert set(arrived) == ({other.email, operator.email} if hears else set())
    for subject, text in arrived.values():
        assert subject == f"【請求書窓口】人さんの{title}"
        assert not [words for words in [*TO_OPERATORS, "運用者 運用 担当"] if words not in text], text


def test_what_an_operator_changes_of_their_own_account_is_told_to_the_other_operators(operator, client_of):
    other = User.objects.create_user("another@portal.example", name="別の", kana="べつの", is_staff=True)
    client = give_password(operator, Client(**FROM))
    OutgoingMail.objects.all().delete()
    register_app(client, operator)
    arrived = told()
    assert set(arrived) == {operator.email, other.email}
    assert not [words for words in [*TO_OPERATORS, "192.0.2.9"] if words not in arrived[other.email][1]]


def test_a_new_operator_is_told_and_somebody_new_otherwise_is_not(operator, client_of):
    url, fields = reverse("admin:accounts_user_add"), {"name": "人", "kana": "ひと", "is_active": "on"}
    assert operate(client_of, operator, url, fields | {"email": "hito@example.jp"}) == {}
    arrived = operate(client_of, operator, url, fields | {"email": "new@portal.example", "is_staff": "on"})
    assert arrived["new@portal.example"][0] == "【請求書窓口】運用者として登録されました"
