"""Guessing at passwords and codes ends, and the owners of the accounts are served meanwhile."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time

from accounts import rate_limits
from accounts.models import AccessLog, User
from tests.factories import PASSWORD, UserFactory
from tests.factors import App
from tests.racing import race

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]

CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)
NEW_PASSWORD = "a new word for the door 7"
HALL, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def _counted_in_the_database(settings, transactional_db) -> None:
    """As in production, where all processes count together."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}
    }
    call_command("createcachetable", verbosity=0)
    cache.clear()


def person(email: str, *, verified: bool = True) -> User:
    user = UserFactory(email=email)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=verified)
    return user


@pytest.fixture
def owner() -> User:
    return person("taro@city.example")


def browser(address: str = HALL) -> Client:
    return Client(REMOTE_ADDR=address)


def sign_in(at: Client, email: str, password: str = PASSWORD) -> bool:
    at.post(reverse("account_login"), {"login": email, "password": password})
    return "_auth_user_id" in at.session


def used_before(email: str) -> Client:
    """A browser in which somebody has signed in, and out again."""
    own = browser()
    assert sign_in(own, email)
    own.post(reverse("account_logout"))
    return own


def guess(email: str, times: int, address: str | Callable[[int], str] = ELSEWHERE) -> None:
    for number in range(times):
        at = browser(address if isinstance(address, str) else address(number))
        assert not sign_in(at, email, f"guess {number}")


def many_addresses(number: int) -> str:
    return f"192.0.2.{number + 1}"


def test_guessing_from_one_address_ends(owner):
    guess(owner.email, 5)
    assert not sign_in(browser(ELSEWHERE), owner.email)


@pytest.mark.parametrize("times", [5, 25])
def test_whoever_guesses_elsewhere_locks_nobody_out(times, owner):
    guess(owner.email, times)
    assert sign_in(browser(), owner.email)


def test_a_right_password_is_no_guess(owner):
    for _n in range(40):
        assert sign_in(browser(), owner.email)


def test_the_owner_is_served_in_their_own_browser_while_the_desk_beside_guesses(owner):
    own = used_before(owner.email)
    guess(owner.email, 6, HALL)
    assert not sign_in(browser(), owner.email)
    assert sign_in(own, owner.email)


def test_guessing_from_everywhere_ends_and_the_owners_browser_is_served(owner):
    own = used_before(owner.email)
    guess(owner.email, 31, many_addresses)
    assert not sign_in(browser("203.0.113.200"), owner.email)
    assert sign_in(own, owner.email)


def test_one_machine_that_guesses_stops_a_whole_city_hall_only_at_strange_browsers(owner):
    own = used_before(owner.email)
    for number in range(61):
        sign_in(browser(), f"nobody{number}@city.example", "guess")
    assert not sign_in(browser(), owner.email)
    assert sign_in(own, owner.email)


def test_an_own_browser_guesses_no_more_than_a_few_times_either(owner):
    own = used_before(owner.email)
    for number in range(10):
        assert not sign_in(own, owner.email, f"guess {number}")
    assert not sign_in(own, owner.email)


def test_an_own_browser_guesses_no_more_than_a_hundred_times_a_day(owner):
    """A thief who has it may wait between the tries, and carry it from one network to the next."""
    own = used_before(owner.email)
    with freeze_time(timezone.now()) as clock:
        for number in range(100):
            assert not sign_in(own, owner.email, f"guess {number}")
            clock.tick(timedelta(minutes=1))
        clock.tick(timedelta(minutes=10))
        own.defaults["REMOTE_ADDR"] = ELSEWHERE
        assert not sign_in(own, owner.email)
        clock.tick(timedelta(days=1))
        assert sign_in(own, owner.email)


def test_an_open_session_guesses_at_the_old_password_a_few_times_an_hour(owner):
    own = used_before(owner.email)
    assert sign_in(own, owner.email)
    typed = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    with freeze_time(timezone.now()) as clock:
        for number in range(10):
            own.post(reverse("account_change_password"), typed | {"oldpassword": f"guess {number}"})
            clock.tick(timedelta(minutes=3))
        own.post(reverse("account_change_password"), typed | {"oldpassword": PASSWORD})
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def give_code(at: Client, user: User, code: str) -> bool:
    at.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    at.post(reverse("mfa_authenticate"), {"code": code})
    return "_auth_user_id" in at.session


def test_one_machine_that_guesses_codes_stops_nobody_else_in_the_city_hall(owner):
    app = App.of(owner)
    for name in ("a", "b", "c", "d"):
        App.of(victim := person(f"{name}@city.example"))
        for number in range(4):
            assert not give_code(browser(), victim, f"00000{number}")
    assert give_code(browser(), owner, app.code())


def test_codes_of_one_account_are_guessed_a_few_times(owner):
    app = App.of(owner)
    for number in range(5):
        assert not give_code(browser(many_addresses(number)), owner, f"00000{number}")
    for _n in range(2):
        assert not give_code(browser(), owner, app.code())
    assert AccessLog.objects.filter(action="sign_in_refused").count() == 6, "the last two at once"


def test_an_own_browser_is_no_way_to_guess_at_a_colleague(owner):
    colleague = person("hanako@city.example")
    own = used_before(owner.email)
    for number in range(5):
        assert not sign_in(own, colleague.email, f"guess {number}")
    assert not sign_in(own, colleague.email)


def test_a_new_password_by_mail_lets_the_owner_in_again(owner):
    guess(owner.email, 31, many_addresses)
    new = browser()
    assert not sign_in(new, owner.email)
    new.post(reverse("account_reset_password"), {"email": owner.email})
    code = CODE.search(str(mail.outbox[-1].body))
    assert code
    new.post(reverse("account_confirm_password_reset_code"), {"code": code[0]})
    new.post(reverse("account_complete_password_reset"), {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert sign_in(new, owner.email, NEW_PASSWORD)


def test_an_address_is_the_same_in_the_dress_of_ipv6(owner):
    guess(owner.email, 5, lambda number: ELSEWHERE if number % 2 else f"::ffff:{ELSEWHERE}")
    for address in (ELSEWHERE, f"::ffff:{ELSEWHERE}"):
        assert not sign_in(browser(address), owner.email)


def test_whoever_stands_outside_reads_what_to_do(owner):
    guess(owner.email, 5)
    page = browser(ELSEWHERE).post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    assert "パスワードを設定し直してください" in page.content.decode()


@pytest.mark.usefixtures("_counted_in_the_database")
def test_of_twenty_guesses_at_once_no_more_are_checked_than_one_after_the_other(owner):
    race(*[lambda n=n: sign_in(browser(ELSEWHERE), owner.email, f"guess {n}") for n in range(20)])
    assert not sign_in(browser(ELSEWHERE), owner.email)


def same_session(client: Client) -> Client:
    other = browser()
    other.cookies = client.cookies
    return other


@pytest.mark.usefixtures("_counted_in_the_database")
def test_of_twenty_tries_of_a_mailed_code_at_once_three_are_compared():
    newcomer = person("jiro@city.example", verified=False)
    at = browser()
    sign_in(at, newcomer.email)
    code = CODE.search(str(mail.outbox[-1].body))
    assert code
    tries = [lambda: same_session(at).post(reverse("account_email_verification_sent"), {"code": "BBBB-BBBB"})] * 20
    # Whatever the session has become by then, the code has had its tries.
    kept = dict(at.session.items())
    race(*tries)
    session = at.session
    session.update(kept)
    session.save()
    at.post(reverse("account_email_verification_sent"), {"code": code[0]})
    assert "_auth_user_id" not in at.session


@pytest.mark.usefixtures("_counted_in_the_database")
def test_of_twenty_that_count_at_once_as_many_are_allowed_as_may_be():
    request: HttpRequest = RequestFactory().post("/")
    allowed = race(*[lambda: rate_limits.allow(request, "accounts.mailed_code", "3/d/key", key="one code")] * 20)
    assert sum(each is True for each in allowed) <= 3
    rest = [rate_limits.allow(request, "accounts.mailed_code", "3/d/key", key="one code") for _n in range(3)]
    assert sum(each is True for each in [*allowed, *rest]) == 3
