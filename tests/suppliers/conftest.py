"""An invitation of 見本市, and a browser that has shown its code."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from suppliers import invitations
from suppliers.models import Invitation

COMPANY = {
    "kind": "corporation",
    "name": "有限会社見本菓子",
    "kana": "ユウゲンガイシャミホンカシ",
    "registered": "yes",
    "registration_number": "Ｔ７１２３-456789012",
    "representative_title": "代表取締役",
    "representative_name": "宮園 太郎",
    "postcode": "8930014",
    "address": "鹿児島県鹿屋市寿1-1",
    "building": "",
    "phone": "0994(43)2111",
    "fiscal_year_end_month": "6",
}
PERSON = {"name": "宮園 花子", "kana": "みやぞの はなこ", "section": "営業部", "phone": ""}


@dataclass
class Sent:
    """An invitation with the secret that its mail holds."""

    invitation: Invitation
    secret: str

    @property
    def typed(self) -> dict[str, str]:
        return {"public_id": self.invitation.code.public_id, "secret": self.secret}


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def invite(municipality_admin, department) -> Callable[..., Sent]:
    def send(**changes) -> Sent:
        wanted = {"supplier_name": "見本菓子", "email": "kashi@example.jp", "departments": [department.pk]}
        return Sent(*invitations.invite(municipality_admin, **wanted | {"another": True} | changes))

    return send


@pytest.fixture
def sent(invite) -> Sent:
    return invite()


@pytest.fixture
def browser_with_code(client_of) -> Callable[..., Client]:
    """A browser, signed in or not, in which the code was typed."""

    def open_with(sent: Sent, user: User | None = None) -> Client:
        client = client_of(user)
        response = client.post("/invitation/", sent.typed)
        assert response["Location"] == "/invitation/received/"
        return client

    return open_with
