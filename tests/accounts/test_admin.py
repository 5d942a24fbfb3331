"""The operator's view of the outbox."""

import pytest
from django.db.models.functions import Now

from accounts import mail
from accounts.models import OutgoingMail

pytestmark = pytest.mark.django_db

OUTBOX = "/operator/accounts/outgoingmail/"


@pytest.fixture
def outbox() -> dict[str, OutgoingMail]:
    """One mail of each state."""
    mails = {
        state: mail.queue(recipient=f"{state}@city.example", subject="件名", body="確認コード: 7KQ2-M9XV")
        for state in ("pending", "done", "dead")
    }
    rows = OutgoingMail.objects
    rows.filter(pk=mails["done"].pk).update(done_at=Now(), body="")
    rows.filter(pk=mails["dead"].pk).update(dead_at=Now(), body="", last_error="550 5.1.1 no such mailbox")
    return mails


@pytest.mark.parametrize("state", ["pending", "done", "dead"])
def test_mails_are_listed_by_what_became_of_them(state, outbox, client_of, operator):
    page = client_of(operator).get(OUTBOX, {"state": state}).content.decode()
    assert [other for other in outbox if f"{other}@city.example" in page] == [state]


def test_all_mails_are_listed_with_the_reason_of_failures(outbox, client_of, operator):
    page = client_of(operator).get(OUTBOX).content.decode()
    assert all(f"{state}@city.example" in page for state in outbox)
    assert "550 5.1.1 no such mailbox" in page


@pytest.mark.parametrize("state", ["pending", "dead"])
def test_a_mail_is_shown_without_its_text_and_says_why_it_cannot_be_sent_again(state, outbox, client_of, operator):
    page = client_of(operator).get(f"{OUTBOX}{outbox[state].pk}/change/").content.decode()
    assert "ここから送り直すことはできません" in page
    assert "7KQ2-M9XV" not in page


def test_nobody_changes_or_deletes_a_mail(outbox, client_of, operator):
    url = f"{OUTBOX}{outbox['pending'].pk}"
    client = client_of(operator)
    assert client.post(f"{url}/change/", {"recipient": "thief@evil.example"}).status_code == 403
    assert client.post(f"{url}/delete/", {"post": "yes"}).status_code == 403
    assert OutgoingMail.objects.filter(recipient="pending@city.example").exists()
