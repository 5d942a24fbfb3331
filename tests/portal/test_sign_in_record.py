"""Who signed in, was refused, signed out, and changed an account: when, from where, and in whose record it stands."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog, User
from accounts.municipalities import first_sign_in
from tests.factories import PASSWORD, SupplierMemberFactory, UserFactory, staff_of
from tests.first_links import follow_mailed_link

pytestmark = pytest.mark.django_db

FROM = {"REMOTE_ADDR": "192.0.2.7"}
NEW_PASSWORD = "a new word for the door 7"


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def staff(reviewer) -> User:
    EmailAddress.objects.create(user=reviewer.user, email=reviewer.user.email, primary=True, verified=True)
    return reviewer.user


def sign_in(email: str, password: str = PASSWORD, client: Client | None = None, **about: str) -> Client:
    client = client or Client(**(FROM | about))
    client.post(reverse("account_login"), {"login": email, "password": password})
    return client


def rows() -> list[tuple[object, ...]]:
    return list(AccessLog.objects.order_by("at", "id").values_list("action", "user__email", "organisation_id"))


def test_signing_in_and_out_is_written_down(staff, reviewer):
    client = sign_in(staff.email)
    client.post(reverse("account_logout"))
    assert rows() == [("sign_in", staff.email, reviewer.id), ("sign_out", staff.email, reviewer.id)]
    first = AccessLog.objects.order_by("at", "id")[0]
    assert (first.user_name, first.address) == ("鶴田 洋子", "192.0.2.7")


def test_a_wrong_password_is_written_down_for_the_account_and_never_itself(staff, reviewer):
    sign_in(staff.email, "not my password")
    assert rows() == [("sign_in_refused", staff.email, reviewer.id)]
    assert "not my password" not in str(AccessLog.objects.values())


def test_of_an_account_that_does_not_exist_nothing_is_kept_that_was_typed():
    sign_in("my-secret-password@typed-into-the-wrong-box.example")
    assert rows() == [("sign_in_refused", None, None)]
    assert "typed-into" not in str(AccessLog.objects.values())
    assert "my-secret" not in str(AccessLog.objects.values())


def test_somebody_who_may_not_sign_in_any_more_is_refused(staff, reviewer):
    User.objects.filter(pk=staff.pk).update(is_active=False)
    sign_in(staff.email)
    assert rows() == [("sign_in_refused", staff.email, reviewer.id)]


def test_what_the_limit_refuses_is_written_down_once(staff):
    client = Client(**FROM)
    for _n in range(8):
        sign_in(staff.email, "guess", client)
    assert [row[0] for row in rows()] == ["sign_in_refused"] * 6


def test_each_organisation_has_the_sign_in_of_its_people_in_its_own_record(staff, reviewer, supplier, supplier_b):
    SupplierMemberFactory(user=staff, supplier=supplier)
    SupplierMemberFactory(user=staff, supplier=supplier_b, active=False)
    sign_in(staff.email)
    assert {row[2] for row in rows()} == {reviewer.id, supplier.pk}


def test_an_operators_sign_in_stands_in_the_record_of_the_operators(operator):
    EmailAddress.objects.create(user=operator, email=operator.email, primary=True, verified=True)
    sign_in(operator.email)
    assert rows() == [("sign_in", operator.email, None)]


def test_a_new_password_is_written_down(staff, reviewer):
    client = sign_in(staff.email)
    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(reverse("account_change_password"), typed)
    assert rows()[-1] == ("password", staff.email, reviewer.id)
    assert NEW_PASSWORD not in str(AccessLog.objects.values())


def test_a_new_address_by_the_operator_is_written_down_for_whom_and_by_whom(staff, reviewer, operator, client_of):
    page = reverse("admin:accounts_user_change", args=[staff.pk])
    client_of(operator).post(page, {"email": "new@city.example", "name": staff.name, "is_active": "on"})
    row = AccessLog.objects.get(action="address")
    assert (row.user, row.role, row.organisation_id) == (operator, "operator", reviewer.id)
    assert (row.object_type, row.object_id, row.object_name) == ("User", staff.pk, "鶴田 洋子")


@pytest.mark.parametrize(
    ("came", "written"),
    [
        ({"REMOTE_ADDR": "::ffff:192.0.2.9"}, "192.0.2.9"),
        ({"REMOTE_ADDR": "2001:db8::1"}, "2001:db8::1"),
        # Nobody is believed who is no proxy of ours.
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "203.0.113.5"}, "192.0.2.7"),
    ],
)
def test_the_address_is_that_of_the_browser(came, written, staff):
    sign_in(staff.email, **came)
    assert AccessLog.objects.get().address == written


@pytest.mark.parametrize(
    ("forwarded", "written"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("198.51.100.1, 203.0.113.5", "203.0.113.5"),  # what stands further left, anybody can write
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("", "192.0.2.7"),
    ],
)
def test_behind_a_proxy_it_is_the_address_that_the_proxy_saw(forwarded, written, staff, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    sign_in(staff.email, HTTP_X_FORWARDED_FOR=forwarded)
    assert AccessLog.objects.get().address == written


def test_ipv4_addresses_in_the_dress_of_ipv6_do_not_share_one_limit(settings):
    """As one network they would all be `::`, and one guesser would lock out everybody."""
    settings.SIGN_IN_RATES = settings.SIGN_IN_RATES | {"address": "1/m/ip"}
    person = UserFactory()
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    for _n in range(3):
        sign_in("nobody@x.example", "guess", REMOTE_ADDR="::ffff:192.0.2.66")
    assert "_auth_user_id" in sign_in(person.email, REMOTE_ADDR="::ffff:192.0.2.7").session


def test_the_request_has_our_own_id_and_beside_it_what_the_sender_called_it(staff):
    client = Client(**FROM)
    sent = client.post(
        reverse("account_login"),
        {"login": staff.email, "password": PASSWORD},
        headers={"X-Request-ID": 'theirs-1\r\n"forged"'},
    )
    row = AccessLog.objects.get()
    assert (row.request_id, row.client_request_id) == (sent["X-Request-ID"], "theirs-1forged")


def test_the_first_sign_in_tells_of_the_password_and_the_sign_in(municipality, department):
    newcomer = staff_of(municipality, department).user
    link = first_sign_in.send(newcomer, municipality)
    client = Client(**FROM)
    follow_mailed_link(client, link.mail.body)
    client.post(reverse("first_sign_in"), {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert [row[:2] for row in rows()] == [("sign_in", newcomer.email), ("password", newcomer.email)]
