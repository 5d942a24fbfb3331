"""Typing 仮ID and 仮パスワード."""

import logging
import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import codes
from accounts.models import InviteCode
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

WRONG = "0000-0000-0000-0000"


def test_the_right_code_shows_who_invites_whom_and_to_which_departments(browser_with_code, sent, department):
    page = browser_with_code(sent).get("/invitation/received/").content.decode()
    assert "見本市から見本菓子様への招待" in page
    assert department.name in page
    assert "/accounts/signup/" in page
    assert "/accounts/login/" in page


def test_somebody_who_is_signed_in_goes_on_at_once(browser_with_code, sent, supplier_owner):
    page = browser_with_code(sent, supplier_owner.user).get("/invitation/received/").content.decode()
    assert "/invitation/continue/" in page
    assert "/accounts/signup/" not in page


def test_the_link_of_the_mail_has_the_public_id_filled_in(client, sent):
    page = client.get(f"/invitation/{sent.invitation.code.public_id}/").content.decode()
    assert f'value="{sent.invitation.code.public_id}"' in page
    assert "invite-fragment.js" in page


def test_the_form_behind_the_link_works_like_the_plain_one(client, sent):
    response = client.post(f"/invitation/{sent.invitation.code.public_id}/", sent.typed)
    assert response["Location"] == "/invitation/received/"


def test_what_the_invitation_is_about_is_not_shown_without_its_code(client, sent):
    response = client.get("/invitation/received/")
    assert response["Location"] == "/invitation/"


def _wrong(code: InviteCode, typed: dict[str, str]) -> None:
    typed["secret"] = WRONG


def _unknown(code: InviteCode, typed: dict[str, str]) -> None:
    typed["public_id"] = "ZZZZ-ZZZZ"


def _expired(code: InviteCode, typed: dict[str, str]) -> None:
    InviteCode.objects.filter(pk=code.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def _used(code: InviteCode, typed: dict[str, str]) -> None:
    codes.consume(code, UserFactory())


def _revoked(code: InviteCode, typed: dict[str, str]) -> None:
    codes.revoke(code)


SPOILT = [_wrong, _unknown, _expired, _used, _revoked]


def _answer(client, sent, spoil) -> str:
    typed = sent.typed
    spoil(sent.invitation.code, typed)
    response = client.post("/invitation/", typed)
    assert response.status_code == 200
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|x-csrftoken[^}]+', "", response.content.decode())
    return page.replace(typed["public_id"], "ID").replace(typed["secret"], "SECRET")


def test_the_answer_does_not_tell_what_is_wrong_with_a_code(client_of, invite):
    answers = {_answer(client_of(None), invite(), spoil) for spoil in SPOILT}
    assert len(answers) == 1
    assert "使用済み・期限切れ" in answers.pop()


def test_what_was_typed_stays_after_a_refusal(client, sent):
    page = client.post("/invitation/", {"public_id": "zzzz zzzz", "secret": WRONG}).content.decode()
    assert 'value="zzzz zzzz"' in page
    assert WRONG in page


def test_a_code_of_the_wrong_length_is_named_with_its_field(client):
    page = client.post("/invitation/", {"public_id": "ABC", "secret": ""}).content.decode()
    assert "仮IDは8文字です" in page
    assert "仮パスワードを入力してください" in page


def test_guesses_at_one_code_are_limited_also_from_many_addresses(client_of, sent):
    for guess in range(10):
        typed = sent.typed | {"secret": WRONG}
        assert client_of(None).post("/invitation/", typed, REMOTE_ADDR=f"10.0.0.{guess}").status_code == 200
    refused = client_of(None).post("/invitation/", sent.typed, REMOTE_ADDR="10.0.1.1")
    assert refused.status_code == 429
    assert sent.secret not in refused.content.decode()
    assert "invite" not in refused.wsgi_request.session


def test_guesses_from_one_address_are_limited_also_over_many_codes(client_of, sent):
    for guess in range(20):
        typed = {"public_id": f"{guess:08d}", "secret": WRONG}
        assert client_of(None).post("/invitation/", typed).status_code == 200
    assert client_of(None).post("/invitation/", sent.typed).status_code == 429


def test_looking_at_the_page_costs_no_guess(client):
    for _ in range(30):
        assert client.get("/invitation/").status_code == 200


def test_pages_with_codes_are_never_cached(client, sent):
    assert "no-store" in client.get("/invitation/")["Cache-Control"]
    assert "no-store" in client.post("/invitation/", sent.typed)["Cache-Control"]


def test_the_secret_is_in_no_log_and_no_session(client, sent, caplog):
    caplog.set_level(logging.DEBUG)
    client.post("/invitation/", sent.typed)
    client.get("/invitation/received/")
    assert sent.secret not in caplog.text
    assert all(sent.secret not in str(session.get_decoded()) for session in Session.objects.all())
