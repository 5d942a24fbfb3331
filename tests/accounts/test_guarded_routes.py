"""What a thief would change first: each route asks who sits there, and tells of the change those who have to know."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve, reverse

from accounts.models import Department, MunicipalityPolicy, OutgoingMail, User
from accounts.operator_news import ToldAdmin
from accounts.reauthentication import asks_who_it_is
from portal.lib.admin import ReadOnlyAdmin
from portal.settings import common
from suppliers import seals
from suppliers.models import BankAccount, Seal, SealKind
from tests.factors import App, leave_open, with_address
from tests.pages import Page
from tests.passkey import Passkey
from tests.portal.test_second_factor_first import every_address
from tests.route_data import BANK_ACCOUNT, POLICY
from tests.suppliers.pictures import seal_picture

pytestmark = pytest.mark.django_db

QUESTIONS = ("account_reauthenticate", "sign_in_anew")
OWNER, ADMIN = "supplier_owner", "municipality_admin"


def nothing(_client: Client, _data: dict[str, Any]) -> None:
    """Most forms are sent as they are."""


def with_app_code(client: Client, data: dict[str, Any]) -> None:
    client.get(reverse("mfa_activate_totp"))
    data["code"] = App(client.session["mfa.totp.secret"]).code()


def with_passkey(client: Client, data: dict[str, Any]) -> None:
    client.get(reverse("mfa_add_webauthn"))
    challenge = client.session["mfa.webauthn.state"]["challenge"]
    data["credential"] = Passkey(data.pop("of")).introduction(challenge)


def without_password(person: Any) -> None:
    person.user.set_unusable_password()
    person.user.save()


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("seal.png", seal_picture())


@dataclass(frozen=True)
class Guarded:
    """A route behind the question.

    Attributes:
        who: Who changes something there.
        told: The subject of the mail that they get themselves; empty where it changes nothing that others rely on.
        sent: What the form sends.
        row: Makes what stands in the address, for a person.
        prepare: What else has to be so before.
        finish: Puts into the form what only the page knows.
    """

    who: str
    told: str
    sent: dict[str, Any] = field(default_factory=dict)
    row: Callable[[Any, pytest.FixtureRequest], Any] | None = None
    prepare: Callable[[Any], Any] = lambda person: None
    finish: Callable[[Client, dict[str, Any]], None] = nothing


def bank_account(_person: Any, request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue("bank_account").pk


def seal(person: Any, _request: pytest.FixtureRequest) -> Any:
    return seals.add_seal(person, SealKind.COMPANY, seal_picture()).pk


def passkey(person: Any, _request: pytest.FixtureRequest) -> Any:
    Passkey.of(person.user)
    return Authenticator.objects.get().pk


def app(person: Any) -> None:
    App.of(person.user)


def another_session(person: Any) -> None:
    about = {"ip": "192.0.2.1", "user_agent": "another", "session_key": "x" * 32}
    UserSession.objects.create(user=person.user, **about)


NEW_PASSWORD = {"password1": "a new word for the door 7", "password2": "a new word for the door 7"}
TABLE = {
    "account_email": Guarded(
        OWNER, "メールアドレスを変える手続きが始まりました", {"action_add": "", "email": "thief@evil.example"}
    ),
    "account_set_password": Guarded(OWNER, "パスワードが設定されました", NEW_PASSWORD, prepare=without_password),
    "usersessions_list": Guarded(OWNER, "", prepare=another_session),
    "mfa_activate_totp": Guarded(OWNER, "認証アプリが登録されました", finish=with_app_code),
    "mfa_deactivate_totp": Guarded(OWNER, "認証アプリが解除されました", prepare=app),
    "mfa_add_webauthn": Guarded(OWNER, "パスキーが登録されました", {"name": "鍵"}, finish=with_passkey),
    "mfa_remove_webauthn": Guarded(OWNER, "パスキーが解除されました", row=passkey),
    "mfa_edit_webauthn": Guarded(OWNER, "", {"name": "ほかの呼び名"}, row=passkey),
    "mfa_generate_recovery_codes": Guarded(OWNER, "回復コードが作り直されました", prepare=app),
    "suppliers:bank_account_new": Guarded(OWNER, "事業者Aの振込先口座が追加されました", BANK_ACCOUNT),
    "suppliers:bank_account_edit": Guarded(
        OWNER, "事業者Aの振込先口座が変更されました", BANK_ACCOUNT | {"number": "7654321"}, row=bank_account
    ),
    "suppliers:bank_account_retire": Guarded(OWNER, "事業者Aの振込先口座の利用が止められました", row=bank_account),
    "suppliers:seal_new": Guarded(
        OWNER, "事業者Aの印影が登録されました", {"kind": "representative", "picture": picture}
    ),
    "suppliers:seal_retire": Guarded(OWNER, "事業者Aの印影の利用が止められました", row=seal),
    "accounts:policy": Guarded(ADMIN, "見本市の請求書の取扱いが変更されました", POLICY),
    "accounts:taxable_departments": Guarded(
        ADMIN, "見本市の課税事業の会計の指定が変更されました", {"departments": "all"}
    ),
}
# The form of another password (`account_change_password`) asks for the old one in any case.
ONLY_LOOKED_AT = {"mfa_view_recovery_codes", "mfa_download_recovery_codes"}
"""Guarded, since whoever reads them signs in with them; nothing changes by it."""


@pytest.fixture(autouse=True)
def _real_outbox(settings) -> None:
    settings.EMAIL_BACKEND = common.EMAIL_BACKEND
    cache.clear()


def rows() -> list[Any]:
    """All that one of these changes would change."""
    models = (User, EmailAddress, Authenticator, BankAccount, Seal, MunicipalityPolicy, Department)
    others = UserSession.objects.filter(user_agent="another")
    return [*(list(model.objects.order_by("pk").values()) for model in models), others.count()]


def is_question(response: Any) -> bool:
    return response.status_code == 302 and response["Location"].startswith(tuple(reverse(each) for each in QUESTIONS))


def test_the_table_has_every_route_behind_the_question():
    guarded = {
        name
        for name, address in every_address().items()
        if not name.startswith("admin:") and asks_who_it_is(resolve(address).func)
    }
    assert guarded == set(TABLE) | ONLY_LOOKED_AT


@pytest.mark.parametrize("route", TABLE)
def test_an_open_browser_changes_nothing_and_whoever_shows_who_they_are_is_announced(
    route, request, client_of, department, django_capture_on_commit_callbacks
):
    """First the browser that was left open, then the same request by who has just signed in."""
    case = TABLE[route]
    person = request.getfixturevalue(case.who)
    client = client_of(with_address(person.user))
    case.prepare(person)
    ids = [] if route.partition(":")[0] == route else [person.id]
    url = reverse(route, args=[*ids, case.row(person, request)] if case.row else ids)
    data = {name: value() if callable(value) else value for name, value in case.sent.items()}
    data |= {"departments": [department.pk]} if "departments" in data else {}
    data |= {"of": person.user} if case.finish is with_passkey else {}
    OutgoingMail.objects.all().delete()  # of what came before

    client.force_login(person.user)
    leave_open(client)
    before = rows()
    sent = {name: value for name, value in data.items() if name not in ("picture", "of")}
    assert is_question(client.post(url, sent))
    if not route.endswith("retire"):  # a button, whose GET leads to its page
        assert is_question(client.get(url))
    assert rows() == before
    assert not OutgoingMail.objects.exists()

    client.force_login(person.user)
    leave_open(client, minutes=0)
    case.finish(client, data)
    before = rows()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url, data)
    assert answer.status_code == 302, Page(answer).text
    assert not is_question(answer)
    asked_for = route == "account_email"  # and only its code changes it
    assert (rows() == before) == asked_for
    subjects = {row.subject for row in OutgoingMail.objects.filter(recipient=person.user.email)}
    assert subjects == ({f"【請求書窓口】{case.told}"} if case.told else set())


@pytest.mark.parametrize("route", sorted(ONLY_LOOKED_AT))
def test_codes_from_paper_are_shown_to_nobody_at_an_open_browser(route, supplier_owner, client_of):
    App.of(supplier_owner.user)
    client = leave_open(client_of(with_address(supplier_owner.user)))
    assert is_question(client.get(reverse(route)))


def test_whatever_an_operator_can_change_stands_behind_the_question_and_is_told(client_of, operator, subtests):
    """What is told, to whom, stands in tests/portal/test_operator_question.py and the tests of the notices."""
    client = leave_open(client_of(with_address(operator)))
    pages = admin.site._registry.values()
    changing = [each for each in pages if not isinstance(each, ReadOnlyAdmin)]
    assert {each.model._meta.model_name for each in changing} >= {"user", "staffmembership", "suppliermember"}
    for page in changing:
        with subtests.test(page.model._meta.label):
            assert isinstance(page, ToldAdmin)
            name = f"admin:{page.model._meta.app_label}_{page.model._meta.model_name}"
            assert is_question(client.get(reverse(f"{name}_add")))
            assert is_question(client.post(reverse(f"{name}_add"), {}))
            assert is_question(client.post(reverse(f"{name}_changelist"), {"action": "x"}))
