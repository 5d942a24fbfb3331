"""Operators among themselves: whoever is one can do an operator's work, and nobody shuts the last door behind them."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.models import User
from tests.factors import App

pytestmark = pytest.mark.django_db

ADD, LIST = "admin:accounts_user_add", "admin:accounts_user_changelist"


def form_of(person: User, **changed: object) -> dict[str, object]:
    typed = {"email": person.email, "name": person.name, "kana": person.kana, "is_active": "on", "is_staff": "on"}
    return {name: value for name, value in (typed | changed).items() if value}


@pytest.mark.parametrize("right", ["is_active", "is_staff"])
def test_nobody_takes_their_own_rights_away(right, client_of, operator):
    page = reverse("admin:accounts_user_change", args=[operator.pk])
    answer = client_of(operator).post(page, form_of(operator, **{right: ""}))
    assert list(answer.context["adminform"].form.errors) == [right]
    operator.refresh_from_db()
    assert (operator.is_active, operator.is_staff, operator.is_superuser) == (True, True, True)


def test_a_new_operator_can_do_an_operators_work(client_of, operator):
    client_of(operator).post(reverse(ADD), form_of(User(email="second@portal.example", name="運用 次郎")))
    second = User.objects.get(email="second@portal.example")
    assert client_of(second).get(reverse(LIST)).status_code == 200
    client_of(operator).post(reverse("admin:accounts_user_change", args=[second.pk]), form_of(second, is_staff=""))
    second.refresh_from_db()
    assert (second.is_staff, second.is_superuser) == (False, False)


def test_second_factors_go_only_after_the_names_were_read(client_of, operator, reviewer, supplier_owner):
    for actor in (reviewer, supplier_owner):
        App.of(actor.user)
    client = client_of(operator)
    wanted = {"action": "take_factors_away", "_selected_action": [str(reviewer.user.pk)]}
    asked = client.post(reverse(LIST), wanted)
    assert Authenticator.objects.filter(user=reviewer.user).exists()
    assert reviewer.user.email in asked.content.decode()
    assert supplier_owner.user.email not in asked.content.decode()
    client.post(reverse(LIST), wanted | {"confirmed": "yes"})
    assert not Authenticator.objects.filter(user=reviewer.user).exists()
    assert Authenticator.objects.filter(user=supplier_owner.user).exists()
