"""Whom a mail tells its reader to ask: people of a city, of a supplier, and operators have others to turn to."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import own_account
from accounts.models import OutgoingMail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

OF_SUPPLIERS, OF_CITIES = "取引先の市の担当課", "庁内の情報システムの担当課"


def letters() -> dict[str, str]:
    return {letter.recipient: letter.body for letter in OutgoingMail.objects.all()}


@pytest.mark.parametrize(
    ("person", "answers", "asks", "not_them"),
    [
        ("reviewer", "municipality_admin", OF_CITIES, OF_SUPPLIERS),
        ("colleague", "supplier_owner", OF_SUPPLIERS, OF_CITIES),
    ],
)
def test_everybody_is_sent_to_people_they_know(person, answers, asks, not_them, request):
    acting, other = request.getfixturevalue(person), request.getfixturevalue(answers)
    own_account.address_changed(acting.user, "before@own.example")
    own_account.rights_changed(acting.user, "アカウントの利用が止められました", "運用 担当", of_operator=False)
    told = letters()
    assert set(told) == {"before@own.example", other.user.email, acting.user.email}
    for body in told.values():
        assert asks in body
        assert not_them not in body
    assert ("振込先口座" in told["before@own.example"]) is (person == "colleague")


def test_an_operator_is_sent_to_other_operators(operator):
    own_account.rights_changed(operator, "運用者として登録されました", "運用 次郎", of_operator=True)
    own_account.factor_changed(operator, "認証アプリが登録されました")
    for body in OutgoingMail.objects.values_list("body", flat=True):
        assert "運用者に" in body
        assert "所属の管理者" not in body


def test_a_new_operator_reads_how_to_sign_in_first(client_of, operator):
    typed = {"email": "second@portal.example", "name": "運用 次郎", "is_active": "on", "is_staff": "on"}
    client_of(operator).post(reverse("admin:accounts_user_add"), typed)
    assert "http://testserver/accounts/password/reset/" in letters()["second@portal.example"]


def test_whoever_works_nowhere_any_more_reads_whom_to_ask(client_of, reviewer):
    reviewer.user.staff_memberships.update(active=False)
    page = client_of(reviewer).get("/").content.decode()
    assert "所属の登録が終わっています" in page
    assert "市から届いた仮ID" not in page
    stranger = Client()
    stranger.force_login(UserFactory(email="nobody@own.example"))
    assert "市から届いた仮ID" in stranger.get("/").content.decode()
