"""A passkey or a code that is refused is written down and counted as a refused password is."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog, User
from tests.factors import App, give_password, is_signed_in, recovery_codes, with_address
from tests.passkey import Passkey, sign_in_with

pytestmark = pytest.mark.django_db

HALL, ELSEWHERE = "198.51.100.7", "203.0.113.9"
WRONG = "AAAA"  # no challenge of ours


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def person(reviewer) -> User:
    return with_address(reviewer.user)


@pytest.fixture
def passkey(person) -> Passkey:
    return Passkey.of(person)


@pytest.fixture
def app(person) -> App:
    return App.of(person)


def at(address: str = HALL) -> Client:
    return Client(REMOTE_ADDR=address)


def wrong_code(app: App) -> str:
    good = {app.code(step) for step in (-2, -1, 0, 1, 2)}
    return next(code for code in ("000000", "000001", "000002", "000003", "000004", "000005") if code not in good)


def by_passkey_alone(person: User, request: pytest.FixtureRequest) -> None:
    sign_in_with(request.getfixturevalue("passkey"), at(), challenge=WRONG)


def by_passkey_after_the_password(person: User, request: pytest.FixtureRequest) -> None:
    passkey = request.getfixturevalue("passkey")
    client = give_password(person, at())
    client.get(reverse("mfa_authenticate"))
    client.post(reverse("mfa_authenticate"), {"credential": passkey.answer(WRONG)})


def by_passkey_when_asked_again(person: User, request: pytest.FixtureRequest) -> None:
    passkey = request.getfixturevalue("passkey")
    client = at()
    client.force_login(person)
    client.get(reverse("mfa_reauthenticate_webauthn"))
    client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": passkey.answer(WRONG)})


def by_code(person: User, request: pytest.FixtureRequest) -> None:
    app = request.getfixturevalue("app")
    give_password(person, client := at())
    client.post(reverse("mfa_authenticate"), {"code": wrong_code(app)})


def by_code_from_paper(person: User, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("app")
    assert "99999999" not in recovery_codes(person)
    give_password(person, client := at())
    client.post(reverse("mfa_authenticate"), {"code": "99999999"})


def by_code_when_asked_again(person: User, request: pytest.FixtureRequest) -> None:
    app = request.getfixturevalue("app")
    client = at()
    client.force_login(person)
    client.post(reverse("mfa_reauthenticate"), {"code": wrong_code(app)})


def by_code_that_was_used(person: User, request: pytest.FixtureRequest) -> None:
    app = request.getfixturevalue("app")
    cache.add(f"second-factor-code:{person.pk}:{app.code()}", 1)
    give_password(person, client := at())
    client.post(reverse("mfa_authenticate"), {"code": app.code()})


WAYS: dict[str, tuple[Callable[[User, pytest.FixtureRequest], None], str]] = {
    "a passkey alone": (by_passkey_alone, "パスキー"),
    "a passkey after the password": (by_passkey_after_the_password, "パスキー"),
    "a passkey when asked again": (by_passkey_when_asked_again, "パスキー"),
    "a code of the app": (by_code, "認証アプリ"),
    "a code from paper": (by_code_from_paper, "認証アプリ"),
    "a code when asked again": (by_code_when_asked_again, "認証アプリ"),
    "a code that was used before": (by_code_that_was_used, "認証アプリ"),
}
each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def refused() -> list[tuple[object, ...]]:
    """Rows of the access record."""
    rows = AccessLog.objects.order_by("at", "id").filter(action="sign_in_refused")
    return list(rows.values_list("user__email", "object_name", "organisation_id", "address"))


@each_way
def test_it_is_written_down_for_its_person(way, person, reviewer, request):
    refuse, factor = way
    refuse(person, request)
    assert refused() == [(person.email, factor, reviewer.id, HALL)]


@each_way
def test_it_counts_for_the_account_at_that_address_as_a_password_does(way, person, request):
    refuse, _factor = way
    for _n in range(5):
        refuse(person, request)
    Authenticator.objects.all().delete()
    assert not is_signed_in(give_password(person, at()))
    assert is_signed_in(give_password(person, at(ELSEWHERE)))


def test_whoever_is_locked_out_is_so_with_a_passkey_too_and_that_is_written_down_once(person, passkey):
    for _n in range(5):
        sign_in_with(passkey, at(), challenge=WRONG)
    for _n in range(3):
        sign_in_with(passkey, client := at())
        assert not is_signed_in(client)
    assert len(refused()) == 6
    sign_in_with(passkey, client := at(ELSEWHERE))
    assert is_signed_in(client)


def test_one_that_is_right_is_no_guess(person, passkey):
    for _n in range(7):
        sign_in_with(passkey, client := at())
        assert is_signed_in(client)
    assert refused() == []


def test_of_a_passkey_that_names_nobody_it_is_known_that_there_was_one():
    sign_in_with(Passkey(User(email="gone@city.example")), at())
    assert refused() == [(None, "", None, HALL)]


def test_nonsense_of_one_machine_ends_after_a_minutes_worth(person, passkey):
    for _n in range(61):
        at().post(reverse("mfa_login_webauthn"), {"credential": "{"})
    assert len(refused()) == 61
    at().post(reverse("mfa_login_webauthn"), {"credential": "{"})
    assert len(refused()) == 61
    sign_in_with(passkey, client := at(ELSEWHERE))
    assert is_signed_in(client)
