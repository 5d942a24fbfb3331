"""How long somebody stays signed in, where else they are, and how they end that."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import sessions
from accounts.models import User
from portal.templatetags.portal import browser
from tests.factories import PASSWORD
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1 Version/18.1 Safari/604.1"


def age(client: Client, *, began: timedelta = timedelta(0), seen: timedelta = timedelta(0)) -> None:
    """Make the session so much older."""
    session = client.session
    session["session_began"] -= began.total_seconds()
    session["session_seen"] -= seen.total_seconds()
    session.save()


def sign_in(user: User, user_agent: str = CHROME) -> Client:
    EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
    client = Client(HTTP_USER_AGENT=user_agent)
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302, Page(answer).text
    return client


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("person", "limits"),
    [
        ("reviewer", sessions.FOR_STAFF),
        ("accountant", sessions.FOR_STAFF),
        ("municipality_admin", sessions.FOR_STAFF),
        ("supplier_owner", sessions.FOR_OTHERS),
    ],
)
def test_a_session_ends_after_its_time_without_a_request_and_in_all(person, limits, request):
    visitor = Visitor(request.getfixturevalue(person))
    home = "supplier_home" if person == "supplier_owner" else "city_home"
    age(visitor.client, began=limits.whole - MINUTE, seen=limits.idle - MINUTE)
    assert visitor.read(home).status == 200
    age(visitor.client, seen=limits.idle + MINUTE)
    assert visitor.ask(home)["Location"].startswith(reverse("account_login"))
    visitor = Visitor(request.getfixturevalue(person))
    age(visitor.client, began=limits.whole + MINUTE)
    assert visitor.ask(home)["Location"].startswith(reverse("account_login"))


def test_an_operators_session_is_as_short_as_that_of_staff(client_of, operator):
    client = client_of(operator)
    age(client, seen=sessions.FOR_STAFF.idle + MINUTE)
    assert client.get(reverse("admin:index")).status_code == 302


def test_whoever_is_at_work_stays(reviewer):
    visitor = Visitor(reviewer)
    for _hour in range(5):
        age(visitor.client, began=timedelta(minutes=50), seen=timedelta(minutes=50))
        assert visitor.read("city_home").status == 200


def test_the_sign_in_page_says_why(reviewer):
    visitor = Visitor(reviewer)
    age(visitor.client, seen=sessions.FOR_STAFF.idle + MINUTE)
    page = Page(visitor.client.get(visitor.address("city_home"), follow=True))
    assert "しばらく操作がなかったか、ログインから時間がたったため、ログアウトしました。" in page.text


def test_the_list_names_the_browsers_of_this_account_alone(reviewer, accountant):
    here, _there = sign_in(reviewer.user), sign_in(reviewer.user, IPHONE)
    sign_in(accountant.user)
    page = Page(here.get(reverse("usersessions_list")))
    assert page.text.index("Chrome (Windows)") < page.text.index("(この端末)") < page.text.index("Safari (iPhone)")
    assert page.text.count("Chrome (Windows)") == 1
    assert page.text.count("Safari (iPhone)") == 1


def test_the_others_are_ended_at_a_press_and_this_one_stays(reviewer):
    here, there = sign_in(reviewer.user), sign_in(reviewer.user, IPHONE)
    page = Page(here.post(reverse("usersessions_list"), follow=True))
    assert "ほかの端末をログアウトしました。" in page.text
    assert "ほかにログインしている端末はありません。" in page.text
    home = reverse("city_home", args=[reviewer.id])
    assert here.get(home).status_code == 200
    assert there.get(home)["Location"].startswith(reverse("account_login"))
    assert Session.objects.filter(session_key=there.session.session_key).count() == 0


def test_a_change_of_the_password_ends_all_others(reviewer):
    here, there = sign_in(reviewer.user), sign_in(reviewer.user, IPHONE)
    new = "a-new-and-long-password-71"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post(reverse("account_change_password"), form).status_code == 302
    home = reverse("city_home", args=[reviewer.id])
    assert here.get(home).status_code == 200
    assert there.get(home)["Location"].startswith(reverse("account_login"))
    assert "ほかにログインしている端末はありません。" in Page(here.get(reverse("usersessions_list"))).text


def test_when_a_session_was_used_last_is_noted_once_a_minute(reviewer):
    client = sign_in(reviewer.user)
    before = UserSession.objects.get().last_seen_at
    client.get(reverse("city_home", args=[reviewer.id]))
    assert UserSession.objects.get().last_seen_at == before
    age(client, seen=2 * MINUTE)
    client.get(reverse("city_home", args=[reviewer.id]))
    assert UserSession.objects.get().last_seen_at > before


def test_what_another_request_put_into_the_session_meanwhile_stays(reviewer):
    key = sign_in(reviewer.user).session.session_key
    slow, quick = SessionStore(key), SessionStore(key)
    slow["session_seen"] -= 120
    slow.save()
    slow = SessionStore(key)
    slow.load()
    seen = slow["session_seen"]
    quick["what somebody typed"] = "事業者A"
    quick.save()
    sessions.note(slow, reviewer.user)
    assert not slow.modified
    now = SessionStore(key)
    assert (now["what somebody typed"], now["session_seen"] > seen) == ("事業者A", True)


@pytest.mark.parametrize(
    ("said", "called"),
    [
        (CHROME, "Chrome (Windows)"),
        (CHROME + " Edg/131.0", "Edge (Windows)"),
        (IPHONE, "Safari (iPhone)"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox (Linux)"),
        ("curl/8", "不明なブラウザ"),
        ("", "不明なブラウザ"),
    ],
)
def test_browsers_are_called_as_people_call_them(said, called):
    assert browser(said) == called
