"""Whoever's account or organisation was changed hears of it by mail, at an address that a thief does not read."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time

from accounts import mail
from accounts.models import OutgoingMail, StaffRole
from accounts.municipalities import first_sign_in
from portal.settings import common
from suppliers import seals
from suppliers.models import BankAccount, SealKind, SupplierMember
from tests.factories import PASSWORD, member_of, staff_of
from tests.first_links import follow_mailed_link
from tests.mail_server import Handler
from tests.pages import Page
from tests.route_data import BANK_ACCOUNT, POLICY
from tests.suppliers.pictures import seal_picture

pytestmark = pytest.mark.django_db

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
FROM = {"HTTP_USER_AGENT": CHROME, "REMOTE_ADDR": "192.0.2.9"}
NOON = "2026-11-02 03:04:00"  # 12:04 in Japan
NEW_PASSWORD = "a new word for the door 7"
CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)

OWNER, PARTNER, COLLEAGUE = "owner@a.example", "partner@a.example", "colleague@a.example"
ADMIN, SECOND_ADMIN, REVIEWER = "admin@city.example", "second-admin@city.example", "reviewer@city.example"

# What each kind of mail advises, and where it leads.
TO_PERSON = ["すぐに", "パスワードを再設定", "/accounts/password/reset/", "/accounts/sessions/", "運用者に連絡"]
TO_OLD_ADDRESS = ["もうログインもパスワードの再設定もできません", "運用者に電話などで連絡", "止めてもらって"]
TO_COLLEAGUES = ["ご本人に、電話など", "止めてもらって", "/access/"]
OF_BANK = ["操作した人に、電話など", "元に戻して", "/bank-accounts/", "/accounts/password/reset/"]
OF_SEAL = ["操作した人に、電話など", "元に戻して", "/seals/", "/accounts/password/reset/"]
OF_POLICY = ["操作した人に、電話など", "元に戻して", "/policy/", "/accounts/password/reset/"]
OF_MEMBERSHIP = ["所属の管理者に", "運用者に問い合わせて"]


@pytest.fixture(autouse=True)
def _real_outbox(settings) -> None:
    settings.EMAIL_BACKEND = common.EMAIL_BACKEND
    cache.clear()


@pytest.fixture
def at_noon() -> Iterator[None]:
    with freeze_time(NOON):
        yield


@pytest.fixture(autouse=True)
def cast(supplier_owner, supplier, colleague, municipality, municipality_admin, reviewer) -> None:
    """A second owner and a second administrator, who hear of what the first ones do."""
    member_of(supplier, email=PARTNER, name="宮園 三郎")
    staff_of(municipality, role=StaffRole.ADMIN, email=SECOND_ADMIN, name="有馬 二郎")


@pytest.fixture
def told(server: Handler) -> Callable[[], dict[str, tuple[str, str]]]:
    """What arrived by SMTP since the last look: subject and text by address; codes are left out."""

    def look() -> dict[str, tuple[str, str]]:
        server.envelopes.clear()
        for row in OutgoingMail.objects.filter(done_at=None):
            assert mail.send(row.pk)
        arrived = [each for each in server.messages if "コード" not in str(each["Subject"])]
        found = {str(each["To"]): (str(each["Subject"]), each.get_content()) for each in arrived}
        assert len(found) == len(arrived)
        return found

    return look


def sign_in(person: Any, client: Client | None = None, password: str = PASSWORD) -> Client:
    user = getattr(person, "user", person)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    client = client or Client(**FROM)
    answer = client.post(reverse("account_login"), {"login": user.email, "password": password})
    assert answer.status_code == 302, Page(answer).text
    return client


def code_for(address: str) -> str:
    row = OutgoingMail.objects.filter(recipient=address, subject__contains="コード").order_by("-created_at")[0]
    found = CODE.search(row.body)
    assert found
    return found[0]


def ask_for_address(client: Client) -> None:
    client.post(reverse("account_email"), {"action_add": "", "email": "new@a.example"})


def change_address(client: Client) -> None:
    ask_for_address(client)
    code = code_for("new@a.example")
    OutgoingMail.objects.all().delete()
    client.post(reverse("account_email_verification_sent"), {"code": code})


def change_password(client: Client) -> None:
    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(reverse("account_change_password"), typed)


def reset_password(client: Client) -> None:
    visitor = Client(**FROM)
    visitor.post(reverse("account_reset_password"), {"email": OWNER})
    visitor.post(reverse("account_confirm_password_reset_code"), {"code": code_for(OWNER)})
    typed = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    visitor.post(reverse("account_complete_password_reset"), typed)


def post(route: str, data: dict[str, Any], *more: str) -> Callable[..., None]:
    """Send a form of the person's organisation; `more` names the rows in its address."""

    def send(client: Client, person: Any, request: Any) -> None:
        ids = [request.getfixturevalue(name).pk for name in more]
        OutgoingMail.objects.all().delete()  # of what the test prepares
        fields = {name: value() if callable(value) else value for name, value in data.items()}
        assert client.post(reverse(route, args=[person.id, *ids]), fields).status_code == 302

    return send


@pytest.fixture
def seal(supplier_owner):
    return seals.add_seal(supplier_owner, SealKind.COMPANY, seal_picture())


def of_own(step: Callable[[Client], None]) -> Callable[..., None]:
    return lambda client, person, request: step(client)


OF_OWNER, OF_ADMIN = "supplier_owner", "municipality_admin"
NEW_SEAL = {"kind": "representative", "picture": lambda: SimpleUploadedFile("seal.png", seal_picture())}
OTHER_ACCOUNT = BANK_ACCOUNT | {"number": "7654321"}
TABLE: list[tuple[str, str, Callable[..., None], dict[str, tuple[str, list[str]]]]] = [
    (
        "another address is asked for",
        OF_OWNER,
        of_own(ask_for_address),
        {
            OWNER: ("メールアドレスを変える手続きが始まりました", [*TO_PERSON, "new@a.example", "今のアドレスのまま"]),
            PARTNER: ("宮園 花子さんのメールアドレスを変える手続きが始まりました", TO_COLLEAGUES),
        },
    ),
    (
        "another address is confirmed",
        OF_OWNER,
        of_own(change_address),
        {
            OWNER: ("メールアドレスが変更されました", [*TO_OLD_ADDRESS, "new@a.example"]),
            PARTNER: ("宮園 花子さんのメールアドレスが変更されました", [*TO_COLLEAGUES, "new@a.example"]),
        },
    ),
    (
        "another password",
        OF_OWNER,
        of_own(change_password),
        {
            OWNER: ("パスワードが変更されました", TO_PERSON),
            PARTNER: ("宮園 花子さんのパスワードが変更されました", TO_COLLEAGUES),
        },
    ),
    (
        "a password by a mailed code",
        OF_OWNER,
        of_own(reset_password),
        {
            OWNER: ("パスワードが変更されました", TO_PERSON),
            PARTNER: ("宮園 花子さんのパスワードが変更されました", TO_COLLEAGUES),
        },
    ),
    (
        "the password of somebody who decides nothing",
        "reviewer",
        of_own(change_password),
        {
            REVIEWER: ("パスワードが変更されました", TO_PERSON),
            ADMIN: ("鶴田 洋子さんのパスワードが変更されました", TO_COLLEAGUES),
            SECOND_ADMIN: ("鶴田 洋子さんのパスワードが変更されました", TO_COLLEAGUES),
        },
    ),
    (
        "a bank account more",
        OF_OWNER,
        post("suppliers:bank_account_new", BANK_ACCOUNT),
        dict.fromkeys((OWNER, PARTNER), ("事業者Aの振込先口座が追加されました", [*OF_BANK, "1234567", "宮園 花子"])),
    ),
    (
        "another bank account",
        OF_OWNER,
        post("suppliers:bank_account_edit", OTHER_ACCOUNT, "bank_account"),
        dict.fromkeys(
            (OWNER, PARTNER), ("事業者Aの振込先口座が変更されました", [*OF_BANK, "変更前：", "変更後：", "7654321"])
        ),
    ),
    (
        "a bank account less",
        OF_OWNER,
        post("suppliers:bank_account_retire", {}, "bank_account"),
        dict.fromkeys((OWNER, PARTNER), ("事業者Aの振込先口座の利用が止められました", OF_BANK)),
    ),
    (
        "a seal more",
        OF_OWNER,
        post("suppliers:seal_new", NEW_SEAL),
        dict.fromkeys((OWNER, PARTNER), ("事業者Aの印影が登録されました", [*OF_SEAL, "代表者印"])),
    ),
    (
        "a seal less",
        OF_OWNER,
        post("suppliers:seal_retire", {}, "seal"),
        dict.fromkeys((OWNER, PARTNER), ("事業者Aの印影の利用が止められました", OF_SEAL)),
    ),
    (
        "another policy",
        OF_ADMIN,
        post("accounts:policy", POLICY),
        dict.fromkeys(
            (ADMIN, SECOND_ADMIN),
            ("見本市の請求書の取扱いが変更されました", [*OF_POLICY, "宛名", "見本市長 有馬 千尋"]),
        ),
    ),
]


@pytest.mark.parametrize(("name", "person", "step", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_each_change_is_told_to_the_person_and_to_all_who_answer(name, person, step, expected, told, at_noon, request):
    acting = request.getfixturevalue(person)
    client = sign_in(acting)
    told()
    step(client, acting, request)
    arrived = told()
    assert {address: subject for address, (subject, _text) in arrived.items()} == {
        address: f"【請求書窓口】{title}" for address, (title, _advice) in expected.items()
    }
    for address, (title, advice) in expected.items():
        text = arrived[address][1]
        always = [title, "日時：2026年11月2日 12:04(日本時間)", "ブラウザー：Chrome (Windows)", "接続元：192.0.2.9"]
        missing = [words for words in [*always, "■ 心当たりがないとき", *advice] if words not in text]
        assert not missing, text


def test_the_table_has_every_kind_of_notice():
    """Eleven changes, twenty-three mails."""
    assert (len(TABLE), sum(len(expected) for *_rest, expected in TABLE)) == (11, 23)


def test_departments_with_a_taxable_business_are_told_too(told, municipality_admin, department):
    client = sign_in(municipality_admin)
    page = reverse("accounts:taxable_departments", args=[municipality_admin.id])
    client.post(page, {"departments": [department.pk]})
    department.refresh_from_db()
    assert department.taxable_enterprise
    arrived = told()
    assert set(arrived) == {ADMIN, SECOND_ADMIN}
    assert "子育て支援課：対象" in arrived[ADMIN][1]


def test_the_membership_that_an_operator_changes_is_told_to_its_person_and_to_the_owners(
    told, operator, client_of, colleague
):
    membership = SupplierMember.objects.get(user=colleague.user)
    page = reverse("admin:suppliers_suppliermember_change", args=[membership.pk])
    client_of(operator).post(page, {"role": "owner", "section": "", "phone": "", "active": "on"})
    membership.refresh_from_db()
    assert membership.role == "owner"
    arrived = told()
    assert set(arrived) == {OWNER, PARTNER, COLLEAGUE}
    assert "運用者" in arrived[OWNER][0]


def test_staff_whom_an_operator_takes_away_hear_of_it(told, operator, client_of, reviewer):
    sign_in(reviewer)
    membership = reviewer.user.staff_memberships.get()
    page = reverse("admin:accounts_staffmembership_change", args=[membership.pk])
    client_of(operator).post(page, {"role": "reviewer", "departments": []})
    arrived = told()
    assert set(arrived) == {ADMIN, SECOND_ADMIN, REVIEWER}
    subject, text = arrived[REVIEWER]
    assert subject == "【請求書窓口】見本市でのあなたの登録が変更されました"
    assert not [words for words in OF_MEMBERSHIP if words not in text]
    assert "192.0.2" not in text


def test_an_address_that_an_operator_changes_is_told_to_the_old_one(told, operator, client_of, colleague):
    page = reverse("admin:accounts_user_change", args=[colleague.user.pk])
    fields = {"email": "new@a.example", "name": "宮園 次郎", "kana": "みやぞの", "is_active": "on"}
    client_of(operator).post(page, fields)
    arrived = told()
    assert set(arrived) == {OWNER, PARTNER, COLLEAGUE}
    assert arrived[COLLEAGUE][0] == "【請求書窓口】メールアドレスが変更されました"
    text = arrived[COLLEAGUE][1]
    assert not [words for words in [*TO_OLD_ADDRESS, "運用者 運用 担当", "new@a.example"] if words not in text]


def test_the_first_password_of_new_staff_is_no_news(told, municipality, department):
    newcomer = staff_of(municipality, department, email="newcomer@city.example").user
    link = first_sign_in.send(newcomer, municipality)
    assert link
    told()
    client = Client(**FROM)
    follow_mailed_link(client, link.mail.body)
    client.post(reverse("first_sign_in"), {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert "_auth_user_id" in client.session
    assert told() == {}
    client.post(reverse("account_logout"))
    sign_in(newcomer, client, NEW_PASSWORD)
    assert told() == {}, "the browser is known"


def test_a_password_of_somebody_who_had_none_is_told(told, supplier_owner):
    client = sign_in(supplier_owner)
    supplier_owner.user.set_unusable_password()
    supplier_owner.user.save()
    client.force_login(supplier_owner.user)
    client.post(reverse("account_set_password"), {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert told()[OWNER][0] == "【請求書窓口】パスワードが設定されました"


def test_what_changes_nothing_is_no_news(told, supplier_owner, bank_account):
    client = sign_in(supplier_owner)
    url = reverse("suppliers:bank_account_edit", args=[supplier_owner.id, bank_account.pk])
    for _time in range(2):
        told()
        assert client.post(url, OTHER_ACCOUNT).status_code == 302
    client.post(reverse("suppliers:bank_account_new", args=[supplier_owner.id]), BANK_ACCOUNT | {"number": "x"})
    client.post(reverse("account_change_password"), {"oldpassword": "wrong-1", "password1": "x", "password2": "x"})
    assert BankAccount.objects.count() == 1
    assert told() == {}


def test_a_sign_in_from_another_browser_is_told_to_its_person_alone(told, at_noon, supplier_owner):
    first = sign_in(supplier_owner)
    assert told() == {}, "the first one of all is no news"
    with freeze_time("2026-11-03 03:04:00"):
        first.post(reverse("account_logout"))
        sign_in(supplier_owner, first)
        assert told() == {}, "the browser is known"
        sign_in(supplier_owner)
        ((address, (subject, text)),) = told().items()
    assert (address, subject) == (OWNER, "【請求書窓口】新しいブラウザーからログインがありました")
    always = ["日時：2026年11月3日 12:04(日本時間)", "ブラウザー：Chrome (Windows)", "接続元：192.0.2.9"]
    assert not [words for words in [*TO_PERSON, *always] if words not in text]


def test_a_browser_that_others_know_is_new_for_this_person(told, supplier_owner, reviewer):
    sign_in(reviewer)
    shared = sign_in(supplier_owner)
    shared.post(reverse("account_logout"))
    sign_in(reviewer, shared)
    assert set(told()) == {REVIEWER}
    shared.post(reverse("account_logout"))
    sign_in(supplier_owner, shared)
    assert told() == {}


def test_after_a_new_password_only_the_browser_at_which_it_was_chosen_is_known(told, at_noon, supplier_owner):
    thief, owner = sign_in(supplier_owner), sign_in(supplier_owner)
    told()
    with freeze_time("2026-11-02 03:06:00") as clock:
        change_password(owner)
        told()
        clock.tick(timedelta(hours=1))
        owner.post(reverse("account_logout"))
        sign_in(supplier_owner, owner, NEW_PASSWORD)
        assert told() == {}
        sign_in(supplier_owner, thief, NEW_PASSWORD)
        assert set(told()) == {OWNER}


@pytest.mark.parametrize("forged", ["", "x", "eyJhIjoxfQ:1abc:def"])
def test_a_made_up_cookie_makes_no_browser_known(forged, told, supplier_owner):
    sign_in(supplier_owner)
    thief = Client(**FROM)
    thief.cookies["known_browser"] = forged
    sign_in(supplier_owner, thief)
    assert set(told()) == {OWNER}


def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(supplier_owner):
    cookie = sign_in(supplier_owner).cookies["known_browser"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert supplier_owner.user.email not in cookie.value
