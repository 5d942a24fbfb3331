"""Sign-in by a directory, against a provider that runs on this machine: who comes in, and who does not."""

import time
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import AccessLog, OutgoingMail, User
from tests.directory_visits import CALLBACK, NAME, back, sign_in, way
from tests.factories import PASSWORD, UserFactory
from tests.factors import App, is_signed_in, recovery_codes, with_address
from tests.openid_provider import CLIENT, SECRET
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(reviewer) -> User:
    return with_address(reviewer.user)


def assert_refused(client: Client, response: HttpResponse) -> None:
    assert response.status_code == 403
    assert "ログインできませんでした" in Page(response).text
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert AccessLog.objects.get().action == "sign_in_refused"


def test_whoever_has_an_account_under_the_address_is_signed_in(provider, person, reviewer):
    client, response = sign_in()
    assert client.session["_auth_user_id"] == str(person.pk)
    assert response["Location"] == "/"
    tied = SocialAccount.objects.get()
    assert (tied.user, tied.provider, tied.extra_data) == (person, "directory", {"iss": provider.url})
    row = AccessLog.objects.get()
    assert (row.action, row.user, row.organisation_id, row.object_name) == ("sign_in", person, reviewer.id, NAME)


def test_what_it_is_asked(provider):
    client = Client()
    query = parse_qs(urlsplit(way(client)).query)
    assert set(query["scope"][0].split()) == {"openid", "email"}
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["nonce"][0]) == 64
    assert query["redirect_uri"] == ["http://testserver" + CALLBACK]


def test_what_it_is_asked_does_not_depend_on_what_stands_in_the_address(provider):
    client = Client()
    address = reverse("directory_sign_in") + "?scope=admin&process=connect&auth_params=prompt%3Dnone&action=x"
    page = client.post(address, {"process": "connect"}).content.decode()
    assert "admin" not in page
    assert "prompt" not in page


def test_afterwards_they_come_to_the_page_that_they_wanted(provider):
    _client, response = sign_in(next="/accounts/sessions/")
    assert response["Location"] == "/accounts/sessions/"
    _client, response = sign_in(next="https://elsewhere.example/")
    assert response["Location"] == "/"


def test_the_second_time_the_name_at_the_provider_counts_and_no_address(provider, person):
    sign_in()
    provider.person = {"sub": "staff-17", "email": "married@city.example", "email_verified": False}
    client, _response = sign_in()
    assert client.session["_auth_user_id"] == str(person.pk)


def test_an_address_that_was_given_to_somebody_else_opens_nothing(provider, person):
    sign_in()
    tied = SocialAccount.objects.get().uid
    provider.person["sub"] = "staff-99"
    client, response = sign_in()
    assert response.status_code == 403
    assert not is_signed_in(client)
    assert SocialAccount.objects.get().uid == tied


def test_an_address_that_is_told_only_on_request_counts_too(provider, person):
    provider.person = {"sub": "staff-17"}
    provider.userinfo = {"sub": "staff-17", "email": person.email, "email_verified": True}
    assert is_signed_in(sign_in()[0])


WRONG: dict[str, dict[str, Any]] = {
    "the address is not verified": {"person": {"email_verified": False}},
    "the address is verified in other words": {"person": {"email_verified": "true"}},
    "nothing says that the address is verified": {"token": {"email_verified": None}},
    "nobody has the address here": {"person": {"email": "nobody@city.example"}},
    "there is no address": {"token": {"email": None}, "userinfo": {"sub": "staff-17"}},
    "the address is told of somebody else": {"token": {"email": None}, "userinfo": {"sub": "staff-1", "email": "E"}},
    "there is no name": {"token": {"sub": None}},
    "the name is no text": {"token": {"sub": 7}},
    "the name is endless": {"token": {"sub": "a" * 300}},
    "the nonce is another": {"token": {"nonce": "0" * 64}},
    "there is no nonce": {"token": {"nonce": None}},
    "it is for another site": {"token": {"aud": "elsewhere"}},
    "it is for us among others": {"token": {"aud": [CLIENT, "elsewhere"], "azp": "elsewhere"}},
    "it is for nobody": {"token": {"aud": None}},
    "another issued it": {"token": {"iss": "https://elsewhere.example"}},
    "it is too old": {"token": {"exp": int(time.time()) - 60}},
    "it never ends": {"token": {"exp": None}},
    "another key signed it": {"signs_with": generate_private_key(65537, 2048)},
    "nobody signed it": {"algorithm": "none"},
    "the public secret signed it": {"algorithm": "HS256", "signs_with": SECRET + " that is long enough for it"},
    "the provider calls itself another": {"late_config": {"issuer": "https://elsewhere.example"}},
    "the provider has no keys": {"late_config": {"jwks_uri": "http://127.0.0.1:1/"}},
    "the provider does not answer": {"late_config": {"token_endpoint": "http://127.0.0.1:1/"}},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_nobody_comes_in_when(provider, person, wrong):
    provider.person |= wrong.get("person", {})
    provider.token = wrong.get("token", {})
    provider.userinfo = {
        name: person.email if value == "E" else value for name, value in wrong.get("userinfo", {}).items()
    }
    provider.algorithm = wrong.get("algorithm", "RS256")
    provider.signs_with = wrong.get("signs_with")
    client = Client()
    address = back(way(client))
    provider.config = wrong.get("late_config", {})
    response = client.get(address)
    assert_refused(client, response)


def test_the_way_there_says_what_is_wrong_when_the_provider_is_away(provider, settings):
    settings.DIRECTORY = replace(settings.DIRECTORY, issuer="http://127.0.0.1:1")
    client = Client()
    assert_refused(client, client.post(reverse("directory_sign_in")))


def test_a_code_of_another_browser_signs_nobody_in(provider):
    """As when somebody is made to open the way back of another person's sign-in."""
    address = back(way(Client()))
    client = Client()
    way(client)
    assert_refused(client, client.get(address))


def test_a_state_works_once(provider):
    client = Client()
    address = back(way(client))
    client.get(address)
    client.post(reverse("account_logout"))
    assert client.get(address).status_code == 403
    assert not is_signed_in(client)


def test_a_code_with_the_state_of_another_way_is_not_taken(provider):
    """The verifier belongs to one way alone."""
    client = Client()
    first, second = back(way(client)), back(way(client))
    code = parse_qs(urlsplit(first).query)["code"][0]
    state = parse_qs(urlsplit(second).query)["state"][0]
    assert_refused(client, client.get(CALLBACK, {"code": code, "state": state}))


@pytest.mark.parametrize(
    "query", ["", "?code=a", "?state=a", "?code=a&state=b", "?error=access_denied", "?state=%00&code=%00"]
)
def test_a_way_back_without_a_way_there_leads_nowhere(provider, query):
    client = Client()
    assert client.get(CALLBACK + query).status_code in (400, 403)
    assert not is_signed_in(client)


def test_strangers_do_not_fill_the_record(provider):
    """Of those who are refused and whom nobody knows, one a minute stands there from each network."""
    for _each in range(3):
        Client().get(CALLBACK)
        Client().get(CALLBACK, {"error": "access_denied", "state": "a"})
        client = Client()
        client.get(back(way(client)).replace("code=", "error="))
    assert AccessLog.objects.count() == 1
    Client(REMOTE_ADDR="203.0.113.9").get(CALLBACK)
    assert AccessLog.objects.count() == 2


def test_who_is_known_is_written_down_each_time(provider, person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    sign_in()
    sign_in()
    assert AccessLog.objects.filter(user=person, action="sign_in_refused").count() == 2


@pytest.mark.parametrize("moved", ["/.well-known/openid-configuration", "/token", "/jwks", "/userinfo"])
def test_it_is_followed_to_no_other_place(provider, person, moved):
    """An open redirect at the provider would hand the secret and the code to somebody else, or let them answer."""
    provider.token = {"email": None}
    provider.userinfo = {"sub": "staff-17", "email": person.email, "email_verified": True}
    client = Client()
    address = back(way(client))
    provider.moved = moved
    assert_refused(client, client.get(address))


def test_an_operator_does_not_come_so(provider, operator):
    provider.person = {"sub": "boss", "email": with_address(operator).email, "email_verified": True}
    assert_refused(*sign_in())


def test_somebody_who_becomes_an_operator_does_not_come_so_any_more(provider):
    person = with_address(UserFactory())
    provider.person = {"sub": "boss", "email": person.email, "email_verified": True}
    assert is_signed_in(sign_in()[0])
    User.objects.filter(pk=person.pk).update(is_staff=True)
    client, response = sign_in()
    assert response.status_code == 403
    assert not is_signed_in(client)


def test_an_address_that_was_never_confirmed_here_is_asked_for_its_code(provider, person):
    person.emailaddress_set.all().delete()
    client, response = sign_in()
    assert response["Location"] == reverse("account_email_verification_sent")
    assert not is_signed_in(client)


def test_no_account_is_opened_and_none_is_tied_elsewhere(provider):
    for name in ("socialaccount_signup", "socialaccount_connections"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


# For whom it speaks


@pytest.mark.parametrize("domain", ["a.example", "neighbour.example", "city.example.evil.example", "sub.city.example"])
def test_it_speaks_for_its_own_addresses_alone(provider, domain):
    """Whoever keeps it can give a mailbox any address: that of a supplier's owner, of another city's accountant."""
    other = with_address(UserFactory(email=f"owner@{domain}"))
    provider.person |= {"email": other.email}
    assert_refused(*sign_in())


def test_a_tie_to_an_address_that_is_not_its_own_any_more_opens_nothing(provider, person, settings):
    assert is_signed_in(sign_in()[0])
    settings.DIRECTORY = replace(settings.DIRECTORY, domains=("elsewhere.example",))
    client, response = sign_in()
    assert response.status_code == 403
    assert not is_signed_in(client)


def test_nobody_is_tied_before_they_are_signed_in(provider, person):
    app = App.of(person)
    client, _response = sign_in()
    assert not SocialAccount.objects.exists()
    client.post(reverse("mfa_authenticate"), {"code": app.code()})
    assert SocialAccount.objects.get().user == person


def test_nobody_is_tied_before_their_address_is_confirmed(provider, person):
    person.emailaddress_set.all().delete()
    sign_in()
    assert not SocialAccount.objects.exists()


def test_of_two_names_for_one_account_the_first_is_tied_and_the_other_does_not_come_in(provider, person):
    """Both are on their way when neither is tied."""
    app = App.of(person)
    first, _response = sign_in()
    provider.person["sub"] = "staff-99"
    second, _response = sign_in()
    first.post(reverse("mfa_authenticate"), {"code": app.code()})
    assert is_signed_in(first)
    response = second.post(reverse("mfa_authenticate"), {"code": recovery_codes(person)[0]})
    assert response.status_code == 403
    assert not is_signed_in(second)
    assert SocialAccount.objects.count() == 1


def test_the_person_is_told_once_that_they_were_tied(provider, person):
    sign_in()
    sign_in()
    told = OutgoingMail.objects.filter(subject__contains="結び付けられました", recipient=person.email)
    assert NAME in told.get().subject


def test_somebody_who_is_switched_off_is_never_tied(provider, person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert_refused(*sign_in())


# The second factor


def test_a_factor_of_their_own_is_asked_for_whatever_the_provider_asks(provider, person, settings):
    settings.DIRECTORY = replace(settings.DIRECTORY, provides_mfa=True)
    app = App.of(person)
    client, response = sign_in()
    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": app.code()})
    assert is_signed_in(client)
    assert AccessLog.objects.get().object_name == f"{NAME}、認証アプリ"


def test_whoever_has_a_factor_is_asked_for_it(provider, person):
    app = App.of(person)
    client, response = sign_in()
    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": app.code()})
    assert is_signed_in(client)
    assert AccessLog.objects.get().object_name == f"{NAME}、認証アプリ"


def test_whoever_has_none_is_led_to_set_it_up(provider, settings):
    settings.SECOND_FACTOR_COMPULSORY = True
    client, _response = sign_in()
    assert client.get("/")["Location"] == reverse("mfa_index")


def test_a_provider_that_asks_for_it_counts_where_the_installation_says_so(provider, person, settings):
    settings.SECOND_FACTOR_COMPULSORY = True
    settings.DIRECTORY = replace(settings.DIRECTORY, provides_mfa=True)
    client, _response = sign_in()
    assert client.get("/")["Location"].startswith("/m/")
    App.of(person)
    # Taken back, it counts for nothing, in sessions from before neither.
    settings.DIRECTORY = replace(settings.DIRECTORY, provides_mfa=False)
    assert client.get("/")["Location"].startswith(reverse("mfa_reauthenticate"))


def test_a_password_in_the_same_browser_does_not_pass_for_it(provider, person, settings):
    settings.DIRECTORY = replace(settings.DIRECTORY, provides_mfa=True)
    App.of(person)
    client, _response = sign_in()
    client.post(reverse("account_logout"))
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert not is_signed_in(client)


# Without a provider


def test_the_page_of_sign_in_names_the_provider_only_where_there_is_one(provider, settings):
    client = Client()
    assert f"{NAME}でログイン" in Page(client.get(reverse("account_login"))).buttons
    settings.DIRECTORY = None
    assert f"{NAME}でログイン" not in Page(client.get(reverse("account_login"))).buttons
    assert client.post(reverse("directory_sign_in")).status_code == 404
    assert client.get(CALLBACK).status_code == 404
