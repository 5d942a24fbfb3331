"""The operator's pages for people: whoever gives somebody another address takes the old one away."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

OLD, NEW = "zennin@city.example", "kounin@city.example"


@pytest.fixture
def person() -> User:
    """Somebody who has confirmed their address."""
    user = User.objects.create_user(OLD, PASSWORD, name="職員", last_login=timezone.now())
    EmailAddress.objects.create(user=user, email=OLD, verified=True, primary=True)
    return user


@pytest.fixture
def save(client_of, operator, person):
    """The operator saves the person's page."""

    def post(email: str) -> str:
        url = reverse("admin:accounts_user_change", args=[person.pk])
        response = client_of(operator).post(url, {"email": email, "name": "職員", "is_active": "on"}, follow=True)
        assert response.redirect_chain
        return response.content.decode()

    return post


def signed_in_with(email: str) -> bool:
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    return "_auth_user_id" in client.session


def test_the_old_address_signs_nobody_in_any_more_and_gets_no_code_for_a_new_password(save, mailoutbox):
    said = save(NEW)
    assert not signed_in_with(OLD)
    Client().post(reverse("account_reset_password"), {"email": OLD})
    assert not [letter for letter in mailoutbox if "確認コード" in letter.subject]
    assert not EmailAddress.objects.filter(email=OLD).exists()
    assert f"{NEW} に届く確認コード" in said


def test_the_new_address_is_confirmed_by_a_code_before_it_signs_in(save, mailoutbox):
    save(NEW)
    assert not signed_in_with(NEW)
    assert [letter.to for letter in mailoutbox if "確認コード" in letter.subject] == [[NEW]]


def test_an_address_that_stays_is_left_alone(save, person):
    EmailAddress.objects.create(user=person, email="second@city.example", verified=True, primary=False)
    save(OLD)
    assert EmailAddress.objects.filter(user=person, verified=True).count() == 2
    assert signed_in_with(OLD)


@pytest.fixture
def other_operator() -> User:
    return User.objects.create_superuser("second@portal.example", PASSWORD, name="運用 次郎")


@pytest.mark.parametrize(
    ("before", "given", "title"),
    [
        ({}, {"is_staff": "on"}, "運用者として登録されました"),
        ({"is_staff": True}, {"is_staff": "on", "is_superuser": "on"}, "運用者のすべての権限が付きました"),
        ({"is_staff": True, "is_superuser": True}, {"is_staff": "on"}, "運用者のすべての権限が外されました"),
        ({"is_staff": True}, {}, "運用者としての登録が解除されました"),
    ],
)
def test_who_becomes_or_is_no_operator_any_more_is_told_to_the_other_operators(
    before, given, title, client_of, operator, other_operator, person
):
    User.objects.filter(pk=person.pk).update(**before)
    typed = {"email": OLD, "name": "職員", "is_active": "on"} | given
    client_of(operator).post(reverse("admin:accounts_user_change", args=[person.pk]), typed)
    told = {letter.recipient: letter for letter in OutgoingMail.objects.filter(subject__contains=title)}
    assert set(told) == {OLD, operator.email, other_operator.email}
    assert "職員さんの" in told[other_operator.email].subject
    assert f"運用者 {operator}" in told[other_operator.email].body


def test_a_new_operator_is_told_to_the_others(client_of, operator, other_operator):
    typed = {"email": "puppet@portal.example", "name": "新人", "is_active": "on", "is_staff": "on"}
    client_of(operator).post(reverse("admin:accounts_user_add"), typed)
    told = OutgoingMail.objects.filter(subject__contains="運用者として登録").values_list("recipient", flat=True)
    assert set(told) == {"puppet@portal.example", operator.email, other_operator.email}
