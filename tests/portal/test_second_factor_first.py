"""Staff and operators without a second factor are led to set it up, and nowhere else."""

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse

from accounts import kept
from accounts.models import KeptForm
from portal import work
from tests.factories import PASSWORD, StaffMembershipFactory
from tests.factors import App, give_password, is_signed_in, signed_in_with, with_address
from tests.pages import Page
from tests.route_table import routes

pytestmark = pytest.mark.django_db

NEED_ONE = ["reviewer", "accountant", "municipality_admin", "operator"]
NEED_NONE = ["supplier_owner", "colleague"]
SET_UP = "/accounts/2fa/"
PROVE = "/accounts/2fa/reauthenticate/"

# How those show again who they are who have nothing but a directory (tests/accounts/test_directory_freshness.py).
BY_DIRECTORY = {"directory_sign_in", "directory_callback"}
# What stays in reach: signing out, the password or the sign-in once more, setting it up, and the health of the site.
IN_REACH = {
    "account_logout",
    "admin:logout",
    "account_reauthenticate",
    "sign_in_anew",
    *BY_DIRECTORY,
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "healthz",
    "readyz",
}
EXAMPLES: dict[str, Any] = {
    "app_label": "accounts",
    "number": 1,
    "seen": "0" * 64,
    "public_id": "ABCD-EFGH",
    "secret": "ABCD-EFGH-JKMN-PQRS",
    "content_type_id": 1,
    "pk": 1,
    "object_id": "1",
    "url": "nothing",
}


@pytest.fixture(autouse=True)
def _compulsory(settings) -> None:
    settings.SECOND_FACTOR_COMPULSORY = True
    cache.clear()


@pytest.fixture
def somebody(request):
    def find(name: str):
        found = request.getfixturevalue(name)
        return with_address(getattr(found, "user", found))

    return find


def every_address() -> dict[str, str]:
    """Each route of the site, our own and those of libraries, with some address of it."""
    found = {}
    for name, arguments in routes():
        if name.startswith("unnamed route") or ":unnamed route" in name:
            continue
        values = {each: EXAMPLES.get(each, uuid4()) for each in arguments}
        try:
            found[name] = reverse(name, kwargs=values)
        except NoReverseMatch:
            found[name] = reverse(name, args=list(values.values()))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", NEED_ONE)
def test_every_route_leads_to_setting_it_up(name, somebody, client_of, subtests):
    client = client_of(somebody(name))
    addresses = every_address()
    assert len(addresses) > 200
    assert set(addresses) >= IN_REACH
    for route, address in addresses.items():
        if route not in IN_REACH:
            with subtests.test(route):
                for response in (client.get(address), client.post(address)):
                    assert (response.status_code, response["Location"]) == (302, SET_UP)


@pytest.mark.parametrize("route", sorted(IN_REACH - BY_DIRECTORY - {"account_logout", "admin:logout"}))
def test_what_stays_in_reach(route, somebody, client_of):
    client = client_of(somebody("reviewer"))
    work.sweep()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse(route)).status_code == 200


def test_an_address_that_does_not_exist_stays_unknown(somebody, client_of):
    assert client_of(somebody("operator")).get("/no/such/page/").status_code == 404


def test_signing_out_is_possible(somebody, client_of):
    client = client_of(somebody("operator"))
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_the_page_says_why(somebody, client_of):
    page = Page(client_of(somebody("reviewer")).get("/", follow=True))
    assert page.url == SET_UP
    assert "設定が終わるまで、ほかの画面は開けません" in page.text
    assert page.links["認証アプリを登録する"] == reverse("mfa_activate_totp")


@pytest.mark.parametrize("name", NEED_NONE)
def test_suppliers_choose_for_themselves(name, somebody, client_of):
    client = client_of(somebody(name))
    assert client.get("/")["Location"].startswith("/s/")
    assert "ほかの画面は開けません" not in Page(client.get(SET_UP)).text


@pytest.mark.parametrize("name", NEED_ONE)
def test_where_the_installation_does_not_ask_for_it_nobody_is_led_away(name, somebody, client_of, settings):
    settings.SECOND_FACTOR_COMPULSORY = False
    client = client_of(somebody(name))
    assert client.get("/").status_code in (200, 302)
    assert client.get("/").headers.get("Location") != SET_UP


def test_somebody_who_becomes_staff_is_led_at_once(supplier, supplier_owner, municipality, client_of):
    client = client_of(supplier_owner)
    home = reverse("supplier_home", args=[supplier.pk])
    assert client.get(home).status_code == 200
    StaffMembershipFactory(user=supplier_owner.user, municipality=municipality)
    assert client.get(home)["Location"] == SET_UP


@pytest.mark.django_db(transaction=True)
def test_the_whole_way_from_the_password_to_the_page_that_was_wanted(somebody, municipality):
    person = somebody("reviewer")
    client = give_password(person)
    wanted = reverse("review:inbox", args=[municipality.pk]) + "?status=opened"
    assert client.get(wanted)["Location"] == SET_UP
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    app = App(client.session["mfa.totp.secret"])
    page = Page(client.post(reverse("mfa_activate_totp"), {"code": app.code()}, follow=True))
    assert page.url == reverse("mfa_view_recovery_codes")
    assert page.links["もとの画面へ進む"] == wanted
    assert client.get(wanted).status_code == 200
    assert "もとの画面へ進む" not in Page(client.get(SET_UP)).links


def test_whoever_signs_in_with_the_factor_goes_straight_on(somebody):
    person = somebody("municipality_admin")
    client = signed_in_with(App.of(person), person)
    assert client.get("/")["Location"].startswith("/m/")


def test_a_session_from_before_the_factor_has_to_show_it(somebody, client_of, municipality):
    person = somebody("reviewer")
    client = client_of(person)
    app = App.of(person)
    wanted = reverse("review:inbox", args=[municipality.pk])
    led = client.get(wanted)["Location"]
    assert (urlsplit(led).path, parse_qs(urlsplit(led).query)) == (PROVE, {"next": [wanted]})
    assert client.post(PROVE, {"code": app.code(), "next": wanted})["Location"] == wanted
    assert client.get(wanted).status_code == 200


def test_a_session_from_before_the_factor_cannot_take_the_factor_away(somebody, client_of):
    """Not even with the password, which is what a second factor is for."""
    person = somebody("reviewer")
    client = client_of(person)
    App.of(person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    for name in ("mfa_index", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes"):
        for response in (client.get(reverse(name)), client.post(reverse(name))):
            assert urlsplit(response["Location"]).path == PROVE
    assert Authenticator.objects.count() == 2


def test_whoever_forgets_the_last_factor_is_led_to_a_new_one(somebody):
    person = somebody("reviewer")
    client = signed_in_with(App.of(person), person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert client.get("/")["Location"] == SET_UP


def test_what_another_person_proved_in_this_browser_counts_for_nobody_else(somebody):
    first, second = somebody("reviewer"), somebody("accountant")
    client = signed_in_with(App.of(first), first)
    App.of(second)
    client.force_login(second)
    assert urlsplit(client.get("/")["Location"]).path == PROVE


# What was typed


def form_of(person, **fields: str) -> dict[str, str]:
    return {kept.WRITER: kept.mark(person), **fields}


def test_what_was_typed_is_kept_until_the_factor_is_set_up(somebody, client_of, municipality):
    person = somebody("municipality_admin")
    client = client_of(person)
    address = reverse("invitations:new", args=[municipality.pk])
    assert client.post(address, form_of(person, supplier_name="青空建設"))["Location"] == SET_UP
    row = KeptForm.objects.get(user=person)
    assert client.session["second_factor_wanted"] == f"{address}?kept={row.pk}"
    signed_in = signed_in_with(App.of(person), person)
    assert Page(signed_in.get(f"{address}?kept={row.pk}")).fields["supplier_name"] == "青空建設"


def test_what_was_typed_is_kept_until_the_factor_is_shown(somebody, client_of, municipality):
    person = somebody("municipality_admin")
    client = client_of(person)
    app = App.of(person)
    address = reverse("invitations:new", args=[municipality.pk])
    led = client.post(address, form_of(person, supplier_name="青空建設"))["Location"]
    wanted = parse_qs(urlsplit(led).query)["next"][0]
    assert wanted == f"{address}?kept={KeptForm.objects.get(user=person).pk}"
    page = Page(client.post(PROVE, {"code": app.code(), "next": wanted}, follow=True))
    assert page.fields["supplier_name"] == "青空建設"


def test_what_somebody_else_typed_in_this_browser_is_not_kept(somebody, client_of, municipality):
    person, other = somebody("municipality_admin"), somebody("reviewer")
    address = reverse("invitations:new", args=[municipality.pk])
    client_of(person).post(address, form_of(other, supplier_name="青空建設"))
    assert not KeptForm.objects.exists()


def test_a_part_of_a_page_is_refused_and_a_form_of_it_leads_the_whole_page(somebody, client_of, municipality):
    person = somebody("municipality_admin")
    client = client_of(person)
    address = reverse("invitations:new", args=[municipality.pk])
    by_htmx: dict[str, Any] = {"headers": {"HX-Request": "true"}}
    assert client.get(address, **by_htmx).status_code == 401
    response = client.post(address, form_of(person, supplier_name="青空建設"), **by_htmx)
    assert (response.status_code, response["HX-Redirect"]) == (204, SET_UP)
    assert KeptForm.objects.filter(user=person).exists()


def test_codes_and_passwords_are_never_kept(somebody, client_of):
    person = somebody("reviewer")
    client = client_of(person)
    App.of(person)
    for name in ("mfa_deactivate_totp", "account_change_password", "mfa_activate_totp"):
        client.post(reverse(name), form_of(person, code="123456", oldpassword="a", other="typed"))
    assert not KeptForm.objects.exists()
