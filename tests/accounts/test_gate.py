"""Who may open an account, and where signing in leads."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import codes
from accounts.models import InviteCode, OutgoingMail
from accounts.models.code import InvitePurpose
from suppliers import invitations
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

EMAIL = "kashi@example.jp"
SIGN_UP = {"email": EMAIL, "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def invited(client, municipality_admin, department) -> tuple[Client, InviteCode]:
    """A visitor who has typed a valid code."""
    invitation, secret = invitations.invite(
        municipality_admin, supplier_name="見本菓子", email=EMAIL, departments=[department.pk]
    )
    mail.outbox.clear()
    client.post("/invitation/", {"public_id": invitation.code.public_id, "secret": secret})
    return client, invitation.code


def test_nobody_opens_an_account_without_an_invitation(client):
    page = client.get(reverse("account_signup"))
    assert "登録には招待が必要です" in page.content.decode()
    client.post(reverse("account_signup"), SIGN_UP)
    assert not get_user_model().objects.filter(email=EMAIL).exists()


def test_an_invitation_proposes_the_address_to_which_it_was_sent(invited):
    client, _code = invited
    page = client.get(reverse("account_signup")).content.decode()
    assert re.search(rf'name="email"[^>]*value="{EMAIL}"|value="{EMAIL}"[^>]*name="email"', page)


def test_an_invited_person_signs_up_confirms_the_address_and_goes_on_with_the_invitation(invited):
    client, _code = invited
    response = client.post(reverse("account_signup"), SIGN_UP)
    assert response["Location"] == reverse("account_email_verification_sent")
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]
    response = client.post(reverse("account_email_verification_sent"), {"code": code})
    assert response["Location"] == reverse("invitation_continue")


def test_signing_in_with_an_invitation_in_hand_goes_on_with_it(invited):
    client, _code = invited
    user = UserFactory(email="already@example.jp")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert response["Location"] == reverse("invitation_continue")


def _revoke(code: InviteCode) -> None:
    codes.revoke(code)


def _use(code: InviteCode) -> None:
    codes.consume(code, UserFactory())


def _expire(code: InviteCode) -> None:
    InviteCode.objects.filter(pk=code.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("spoil", [_revoke, _use, _expire])
def test_the_gate_closes_again_when_the_code_is_spoilt_after_it_was_shown(invited, spoil):
    client, code = invited
    spoil(code)
    client.post(reverse("account_signup"), SIGN_UP)
    assert not get_user_model().objects.filter(email=EMAIL).exists()


def test_a_browser_in_which_another_code_was_typed_wrongly_stays_outside(client):
    code, _secret = codes.create(InvitePurpose.SUPPLIER)
    client.post("/invitation/", {"public_id": code.public_id, "secret": "0" * 16})
    client.post(reverse("account_signup"), SIGN_UP)
    assert not get_user_model().objects.filter(email=EMAIL).exists()


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_inactive",
        "account_email_verification_sent",
        "account_confirm_password_reset_code",
        "account_complete_password_reset",
    ],
)
def test_the_way_in_is_open_to_visitors(client, name):
    response = client.get(reverse(name))
    assert "next=" not in response.headers.get("Location", "")


@pytest.mark.parametrize("name", ["account_email", "account_change_password", "account_reauthenticate"])
def test_ones_own_account_is_closed_to_visitors(client, name):
    response = client.get(reverse(name))
    assert response["Location"].startswith(reverse("account_login"))


def test_mail_of_the_sign_in_pages_goes_through_the_outbox(invited, settings):
    settings.EMAIL_BACKEND = "accounts.mail.OutboxBackend"  # pytest-django puts Django's memory in its place
    client, _code = invited
    client.post(reverse("account_signup"), SIGN_UP)
    assert OutgoingMail.objects.filter(recipient=EMAIL, subject__contains="確認コード").exists()


@pytest.mark.parametrize("address", ["try..this..0511@docomo.ne.jp", "name.@ezweb.ne.jp"])
def test_an_address_that_a_carrier_gave_out_is_invited_registered_and_signs_in(
    address, client, municipality_admin, department
):
    invitation, secret = invitations.invite(
        municipality_admin, supplier_name="見本菓子", email=address, departments=[department.pk]
    )
    client.post("/invitation/", {"public_id": invitation.code.public_id, "secret": secret})
    mail.outbox.clear()
    client.post(reverse("account_signup"), SIGN_UP | {"email": address})
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", str(mail.outbox[0].body), re.MULTILINE)
    assert code and mail.outbox[0].to == [address]
    client.post(reverse("account_email_verification_sent"), {"code": code[0]})
    assert get_user_model().objects.filter(email=address).exists()
    client.post(reverse("account_logout"))
    client.post(reverse("account_login"), {"login": address.upper(), "password": PASSWORD})
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "spelling", ["kashi@exam\u200bple.jp", "\ufeffkashi@example.jp\u200e", "ｋａｓｈｉ＠example.jp"]
)
def test_an_address_with_characters_that_nobody_sees_is_one_and_the_same(spelling, invited):
    client, _code = invited
    client.post(reverse("account_signup"), SIGN_UP | {"email": spelling})
    (user,) = get_user_model().objects.filter(email=EMAIL)
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", str(mail.outbox[0].body), re.MULTILINE)
    assert code
    client.post(reverse("account_email_verification_sent"), {"code": code[0]})
    client.post(reverse("account_logout"))
    for typed in (spelling, EMAIL):
        browser = Client()
        browser.post(reverse("account_login"), {"login": typed, "password": PASSWORD})
        assert browser.session["_auth_user_id"] == str(user.pk)
