"""An open browser of an operator changes nothing: whoever sits there shows again who they are."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import KeptForm, StaffMembership, User
from suppliers.models import SupplierMember
from tests.factories import PASSWORD
from tests.factors import App, leave_open, with_address
from tests.pages import Page

pytestmark = pytest.mark.django_db

REAUTHENTICATE = "account_reauthenticate"
NEW = "thief@evil.example"
PEOPLE = "admin:accounts_user_changelist"


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def at_work(client_of, operator) -> Client:
    """Of the operator, who signed in just now."""
    return client_of(with_address(operator))


@pytest.fixture
def left(at_work) -> Client:
    """The same one, which was left open."""
    return leave_open(at_work)


def is_question(answer: Any) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(reverse(REAUTHENTICATE))


def everything(request: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Of each change: where, and what is sent."""
    colleague, reviewer = request.getfixturevalue("colleague").user, request.getfixturevalue("reviewer").user
    App.of(colleague)
    member, staff = colleague.supplier_memberships.get(), reviewer.staff_memberships.get()
    fields = {"email": colleague.email, "name": colleague.name, "kana": colleague.kana, "is_active": "on"}
    person = reverse("admin:accounts_user_change", args=[colleague.pk])
    factors = {"action": "take_factors_away", "_selected_action": [str(colleague.pk)], "confirmed": "yes"}
    return {
        "another address": (person, fields | {"email": NEW}),
        "another operator": (reverse("admin:accounts_user_add"), fields | {"email": NEW, "is_staff": "on"}),
        "somebody who is switched off": (person, fields | {"is_active": ""}),
        "factors that are taken away": (reverse(PEOPLE), factors),
        "a member's rights": (
            reverse("admin:suppliers_suppliermember_change", args=[member.pk]),
            {"role": "owner", "section": "", "phone": "", "active": "on"},
        ),
        "a member of staff who goes": (
            reverse("admin:accounts_staffmembership_change", args=[staff.pk]),
            {"role": "reviewer", "departments": []},
        ),
    }


CHANGES = [
    "another address",
    "another operator",
    "somebody who is switched off",
    "factors that are taken away",
    "a member's rights",
    "a member of staff who goes",
]


def rows() -> list[Any]:
    """All that one of these changes would change."""
    return [
        list(User.objects.values_list("pk", "email", "is_active", "is_staff")),
        list(Authenticator.objects.values_list("pk", flat=True)),
        list(SupplierMember.objects.values_list("pk", "role")),
        list(StaffMembership.objects.values_list("pk", "active")),
        [message.to for message in mail.outbox],
    ]


@pytest.mark.parametrize("change", CHANGES)
def test_an_open_session_changes_nothing_without_the_password(change, left, request):
    url, data = everything(request)[change]
    before = rows()
    assert is_question(left.post(url, data))
    assert rows() == before
    if url != reverse(PEOPLE):  # the form is not shown either, so that nothing is typed for nothing
        assert is_question(left.get(url))


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_signed_in_just_now_is_not_asked(change, at_work, request):
    url, data = everything(request)[change]
    before = rows()
    assert not is_question(at_work.post(url, data))
    assert rows() != before


def test_the_question_leads_back_and_nothing_that_was_sent_is_kept(left, colleague, request):
    url, data = everything(request)["another address"]
    asked = left.post(url, data)["Location"]
    fields = Page(left.get(asked)).forms[reverse(REAUTHENTICATE)]
    page = Page(left.post(reverse(REAUTHENTICATE), fields | {"password": PASSWORD}, follow=True))
    assert page.url == url
    assert page.fields["email"] == colleague.user.email
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize("name", ["admin:index", PEOPLE, "admin:accounts_accesslog_changelist"])
def test_what_is_only_looked_at_asks_nothing(name, left):
    assert left.get(reverse(name)).status_code == 200


def test_whoever_is_no_operator_is_sent_to_the_sign_in_and_asked_nothing(client_of, reviewer):
    answer = leave_open(client_of(reviewer)).get(reverse("admin:accounts_user_add"))
    assert answer.status_code == 403 or not is_question(answer)


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_password_is_set_on_the_page_of_everybody(method, at_work, operator):
    typed = {"old_password": PASSWORD, "new_password1": "a new word 7 for it", "new_password2": "a new word 7 for it"}
    answer = getattr(at_work, method)("/operator/password_change/", typed)
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_change_password"))
    operator.refresh_from_db()
    assert operator.check_password(PASSWORD)


def test_that_page_is_linked(at_work):
    assert 'href="/operator/password_change/"' in at_work.get("/operator/").content.decode()
