"""Signing in with a second factor: an app's code, or one from paper. Nothing goes round it."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from freezegun import freeze_time

from accounts.factor_adapter import FactorAdapter
from accounts.models import AccessLog, OutgoingMail, User
from accounts.municipalities import first_sign_in
from tests.factories import PASSWORD, UserFactory, staff_of
from tests.factors import App, give_password, is_signed_in, leave_open, recovery_codes, signed_in_with, with_address
from tests.first_links import follow_mailed_link
from tests.pages import Page

pytestmark = pytest.mark.django_db

ASKED = "mfa_authenticate"
MAILED_CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def person(reviewer) -> User:
    return with_address(reviewer.user)


@pytest.fixture
def app(person) -> App:
    return App.of(person)


def answer(client: Client, code: str) -> Page:
    return Page(client.post(reverse(ASKED), {"code": code}, follow=True))


def mailed_code() -> str:
    return MAILED_CODE.search(str(mail.outbox[-1].body))[0]


def test_a_password_alone_does_not_sign_in_whoever_has_an_app(person, app):
    client = give_password(person)
    assert not is_signed_in(client)
    assert client.get("/", follow=True).status_code == 200
    assert client.get(reverse("usersessions_list"))["Location"].startswith(reverse("account_login"))
    assert "6桁" in Page(client.get(reverse(ASKED))).text


@pytest.mark.parametrize(
    "typed", ["{0}", " {0} ", "{1}"], ids=["as it is", "with blanks", "in full width with a blank in the middle"]
)
def test_the_code_of_the_app_signs_in(person, app, typed):
    client = give_password(person)
    code = app.code()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    answer(client, typed.format(code, f"{wide[:3]} {wide[3:]}"))
    assert is_signed_in(client)


def test_the_sign_in_and_the_refused_code_stand_in_the_record_with_the_factor(person, app):
    client = give_password(person)
    page = answer(client, "000000" if app.code() != "000000" else "000001")
    assert "正しくない" in page.errors["id_code"]
    answer(client, app.code())
    rows = AccessLog.objects.order_by("at", "id").values_list("action", "user__email", "object_name")
    assert list(rows) == [
        ("sign_in_refused", person.email, "認証アプリ"),
        ("sign_in", person.email, "認証アプリ"),
    ]


def test_a_code_is_taken_once_for_as_long_as_it_is_good(person, app):
    now = "2026-11-28 03:00:05"
    with freeze_time(now) as clock:
        code = app.code()
        answer(first := give_password(person), code)
        assert is_signed_in(first)
        for _n in range(3):
            clock.tick(timedelta(seconds=14))
            client = give_password(person)
            answer(client, code)
            assert not is_signed_in(client)


def test_a_recovery_code_stands_in_for_the_app_once(person, app):
    code = recovery_codes(person)[0]
    client = give_password(person)
    answer(client, f"{code[:4]} {code[4:]}")
    assert is_signed_in(client)
    again = give_password(person)
    answer(again, code)
    assert not is_signed_in(again)
    assert len(recovery_codes(person)) == 9


def test_guessing_codes_is_limited_by_account(person, app):
    wrong = [f"{number:06}" for number in range(7) if f"{number:06}" not in {app.code(step) for step in (-1, 0, 1)}]
    for code in wrong:
        answer(give_password(person), code)
    client = give_password(person)
    answer(client, app.code())
    assert not is_signed_in(client)


def test_a_new_password_by_mail_does_not_go_round_the_factor(person, app):
    client = Client()
    client.post(reverse("account_reset_password"), {"email": person.email})
    client.post(reverse("account_confirm_password_reset_code"), {"code": mailed_code()})
    word = "a new word for the door 7"
    client.post(reverse("account_complete_password_reset"), {"password1": word, "password2": word})
    person.refresh_from_db()
    assert person.check_password(word)
    assert not is_signed_in(client)
    client.post(reverse("account_login"), {"login": person.email, "password": word})
    assert not is_signed_in(client)


def test_the_link_of_the_first_sign_in_does_not_go_round_the_factor(municipality, department):
    newcomer = staff_of(municipality, department).user
    app = App.of(newcomer)
    link = first_sign_in.send(newcomer, municipality)
    client = Client()
    follow_mailed_link(client, link.mail.body)
    client.post(reverse("first_sign_in"), {"password1": "a new word 7 for it", "password2": "a new word 7 for it"})
    assert not is_signed_in(client)
    answer(client, app.code())
    assert is_signed_in(client)


def test_the_code_that_confirms_an_address_does_not_go_round_the_factor(operator):
    """As that of an operator whom the command line made: the first sign-in confirms the address."""
    app = App.of(operator)
    client = Client()
    client.post(reverse("account_login"), {"login": operator.email, "password": PASSWORD})
    client.post(reverse("account_email_verification_sent"), {"code": mailed_code()})
    assert not is_signed_in(client)
    answer(client, app.code())
    assert is_signed_in(client)


def test_there_is_no_sign_in_by_a_mailed_code_alone():
    with pytest.raises(NoReverseMatch):
        reverse("account_request_login_code")


def test_the_operators_site_has_no_door_of_its_own(operator):
    app = App.of(with_address(operator))
    client = Client()
    typed = {"username": operator.email, "login": operator.email, "password": PASSWORD}
    for address in ("/operator/", "/operator/login/", reverse("admin:accounts_user_changelist")):
        assert Page(client.post(address, typed, follow=True)).url == reverse("account_login")
        assert not is_signed_in(client)
    client = signed_in_with(app, operator)
    assert client.get("/operator/").status_code == 200


def test_secrets_are_not_stored_as_they_are(person, app):
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert app.secret not in stored
    assert not [code for code in recovery_codes(person) if code in stored]


def test_a_new_key_of_the_installation_reads_what_the_old_one_wrote(person, app, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another " * 8
    signed_in_with(app, person)
    written = FactorAdapter().encrypt("secret")
    settings.SECRET_KEY_FALLBACKS = []
    assert FactorAdapter().decrypt(written) == "secret"


def test_after_a_change_of_the_key_everything_is_written_anew(person, app, settings, capsys):
    codes = recovery_codes(person)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another " * 8
    call_command("renew_secrets")
    settings.SECRET_KEY_FALLBACKS = []
    assert recovery_codes(person) == codes
    signed_in_with(app, person)
    settings.SECRET_KEY = "a third " * 8
    call_command("renew_secrets")
    assert "2 cannot be read" in capsys.readouterr().err


def test_without_the_key_people_read_what_to_do(person, app, settings):
    settings.SECRET_KEY = "another " * 8
    client = give_password(person)
    page = answer(client, app.code())
    assert not is_signed_in(client)
    assert "運用者に連絡" in page.errors["id_code"]


# Setting it up


def confirm(client: Client) -> None:
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


@pytest.fixture
def client(person) -> Client:
    client = give_password(person)
    confirm(client)
    return client


def test_the_qr_code_stands_in_the_page_and_needs_no_permission_of_the_policy(client):
    response = client.get(reverse("mfa_activate_totp"))
    source = response.content.decode()
    assert '<svg class="qr-code"' in source
    assert "data:" not in source
    assert " style=" not in source
    assert "<script>" not in source
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]
    assert "data:" not in response["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
def test_an_app_is_registered_with_its_first_code_and_recovery_codes_come_with_it(client, person):
    page = Page(client.get(reverse("mfa_activate_totp")))
    app = App(client.session["mfa.totp.secret"])
    assert app.secret in page.text
    page = Page(client.post(reverse("mfa_activate_totp"), {"code": app.code()}, follow=True))
    assert page.url == reverse("mfa_view_recovery_codes")
    codes = recovery_codes(person)
    assert len(codes) == 10
    for code in codes:
        assert f"{code[:4]} {code[4:]}" in page.text
    saved = client.get(reverse("mfa_download_recovery_codes"))
    assert saved["Content-Type"].startswith("text/plain")
    assert f"{codes[0][:4]} {codes[0][4:]}" in saved.content.decode()
    letter = OutgoingMail.objects.get(recipient=person.email)
    assert "認証アプリが登録されました" in letter.body
    assert "心当たりがない" in letter.body
    assert AccessLog.objects.filter(action="factor", object_name="認証アプリを登録しました。").exists()


def test_a_wrong_first_code_registers_nothing_and_keeps_the_secret(client, person):
    client.get(reverse("mfa_activate_totp"))
    app = App(client.session["mfa.totp.secret"])
    page = Page(client.post(reverse("mfa_activate_totp"), {"code": "12"}))
    assert "正しくない" in page.errors["id_code"]
    assert app.secret in page.text
    assert not Authenticator.objects.exists()


def test_no_page_of_it_is_shown_without_the_password_once_more(person):
    client = leave_open(give_password(person))
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))
    App.of(person)
    for name in ("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        for response in (client.get(reverse(name)), client.post(reverse(name))):
            assert response.status_code in (302, 405)
            if response.status_code == 302:
                assert "reauthenticate" in response["Location"]
    assert Authenticator.objects.count() == 2


OF_ONE_KEY = {"mfa_remove_webauthn", "mfa_edit_webauthn"}
OPEN_PAGES = {"mfa_index", "mfa_list_webauthn", ASKED, "mfa_login_webauthn"}
"""They change nothing, or are a door themselves."""


def changing_pages() -> list[str]:
    """All the library's pages but those, with whatever a new edition of it brings."""
    names = {str(name) for name in get_resolver("allauth.mfa.urls").reverse_dict if isinstance(name, str)}
    return sorted(name for name in names - OPEN_PAGES if "reauthenticate" not in name)


@pytest.mark.parametrize("name", changing_pages())
def test_whoever_has_no_password_signs_in_anew_before_a_factor_changes(name, person, client_of):
    """As those who come by a directory: at their open browser a thief would make a key of their own.

    They read why, and are signed out when they press the button there.
    """
    person.set_unusable_password()
    person.save()
    for method in ("get", "post"):
        browser = leave_open(client_of(person))
        response = getattr(browser, method)(reverse(name, args=[1] if name in OF_ONE_KEY else []))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("sign_in_anew"))
        assert is_signed_in(browser)
        assert not Authenticator.objects.filter(user=person).exists()


@pytest.mark.django_db(transaction=True)
def test_the_app_can_be_forgotten_and_the_mail_says_so(client, person):
    App.of(person)
    assert client.post(reverse("mfa_deactivate_totp"))["Location"] == reverse("mfa_index")
    assert not Authenticator.objects.exists()
    assert "認証アプリが解除されました" in OutgoingMail.objects.get(recipient=person.email).body
    names = AccessLog.objects.filter(action="factor").values_list("object_name", flat=True)
    assert set(names) == {"認証アプリを解除しました。", "回復コードを解除しました。"}


@pytest.mark.django_db(transaction=True)
def test_new_recovery_codes_take_the_place_of_the_old_ones(client, person):
    App.of(person)
    before = recovery_codes(person)
    page = Page(client.post(reverse("mfa_generate_recovery_codes"), follow=True))
    after = recovery_codes(person)
    assert not set(before) & set(after)
    assert f"{after[0][:4]} {after[0][4:]}" in page.text
    assert "回復コードが作り直されました" in OutgoingMail.objects.get(recipient=person.email).body


def test_a_supplier_may_have_one_too(supplier_owner):
    app = App.of(with_address(supplier_owner.user))
    assert is_signed_in(signed_in_with(app, supplier_owner.user))


def test_nobody_sees_or_writes_factors_on_the_operators_site(operator, client_of, person, app):
    client = client_of(operator)
    assert "authenticator" not in client.get("/operator/").content.decode().lower()
    assert client.get("/operator/mfa/authenticator/").status_code == 404


def test_what_was_typed_in_another_persons_session_is_not_theirs(person, app):
    """A code of somebody else does not prove anybody."""
    other = App.of(with_address(UserFactory()))
    client = give_password(person)
    answer(client, other.code())
    assert not is_signed_in(client)


# Somebody who lost everything


def take_away(client: Client, person: User) -> Page:
    sent = {"action": "take_factors_away", "_selected_action": [str(person.pk)], "confirmed": "yes"}
    return Page(client.post(reverse("admin:accounts_user_changelist"), sent, follow=True))


def test_an_operator_takes_lost_factors_away_and_everybody_concerned_hears_of_it(
    operator, person, app, client_of, reviewer, municipality_admin
):
    theirs = signed_in_with(app, person)
    take_away(client_of(operator), person)
    assert not Authenticator.objects.exists()
    assert not is_signed_in(theirs)
    assert is_signed_in(give_password(person))
    assert set(OutgoingMail.objects.values_list("recipient", flat=True)) == {
        person.email,
        municipality_admin.user.email,
    }
    row = AccessLog.objects.get(action="operated")
    assert (row.user, row.organisation_id) == (operator, reviewer.id)
    assert "多要素認証を解除しました" in row.object_name


def test_where_there_is_nothing_to_take_away_nobody_is_told(operator, person, client_of):
    take_away(client_of(operator), person)
    assert not OutgoingMail.objects.exists()
    assert not AccessLog.objects.filter(action="operated").exists()


@pytest.mark.parametrize("name", ["municipality_admin", "supplier_owner", "reviewer"])
def test_nobody_else_takes_factors_away(name, request, person, app, client_of):
    take_away(client_of(request.getfixturevalue(name)), person)
    assert Authenticator.objects.count() == 2
