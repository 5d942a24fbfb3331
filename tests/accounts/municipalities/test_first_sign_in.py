"""New staff sign in for the first time by one mailed link, and by no code."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import FirstSignIn, InviteCode, OutgoingMail, StaffMembership, StaffRole, User
from accounts.municipalities import first_sign_in
from tests.factories import PASSWORD, UserFactory
from tests.pages import Page
from tests.racing import losers, race, winners

pytestmark = pytest.mark.django_db

EMAIL = "atarashii@city.example"
TYPED = {"password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def person() -> User:
    """As the operator adds them: without a password."""
    return User.objects.create(email=EMAIL, name="新 職員")


@pytest.fixture
def add(client_of, operator, municipality, department):
    """The operator makes somebody a member of the city's staff."""

    def post(user: User) -> None:
        form = {"user": user.pk, "municipality": municipality.pk, "role": StaffRole.REVIEWER, "active": "on"}
        url = reverse("admin:accounts_staffmembership_add")
        response = client_of(operator).post(url, {**form, "departments": [department.pk]})
        assert response.status_code == 302

    return post


def mailed_link() -> str:
    body = OutgoingMail.objects.filter(recipient=EMAIL).order_by("created_at").last().body
    return re.search(r"http://testserver(/start/\S+)", body)[1]


@pytest.fixture
def link(add, person) -> str:
    add(person)
    return mailed_link()


def begin(link: str) -> tuple[Client, Page]:
    client = Client()
    return client, Page(client.get(link, follow=True))


class TestTheLink:
    def test_leads_to_a_page_that_asks_for_a_password_and_signs_in_without_any_code(self, link, municipality):
        client, page = begin(link)
        assert page.url == "/start/"
        for shown in ("見本市", "新 職員", EMAIL):
            assert shown in page.text
        response = client.post("/start/", TYPED, follow=True)
        assert response.redirect_chain[-1][0] == reverse("city_home", args=[municipality.pk])
        assert OutgoingMail.objects.count() == 1, "the link is the only mail"
        address = EmailAddress.objects.get(user__email=EMAIL)
        assert (address.email, address.verified, address.primary) == (EMAIL, True, True)

    def test_afterwards_the_password_signs_in(self, link):
        client, _page = begin(link)
        client.post("/start/", TYPED)
        response = Client().post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
        assert (response.status_code, response["Location"]) == (302, reverse("home"))

    def test_is_not_used_up_by_programs_that_look_at_it(self, link):
        for _look in range(3):
            assert begin(link)[1].status == 200
            Client().head(link)
        client, _page = begin(link)
        assert client.post("/start/", TYPED).status_code == 302
        assert User.objects.get(email=EMAIL).last_login is not None

    def test_works_once(self, link):
        (first, _page), (second, _other) = begin(link), begin(link)
        assert first.post("/start/", TYPED).status_code == 302
        assert second.post("/start/", TYPED, follow=True).status_code == 410
        response = Client().get(link)
        assert response.status_code == 410
        assert "このリンクは使えません" in response.content.decode()

    def test_is_for_a_week(self, link):
        code = InviteCode.objects.get()
        assert abs(code.expires_at - timezone.now() - timedelta(days=7)) < timedelta(minutes=5)
        client, _page = begin(link)
        InviteCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert client.post("/start/", TYPED, follow=True).status_code == 410
        assert Client().get(link).status_code == 410

    @pytest.mark.parametrize(
        "change",
        [{"email": "another@city.example"}, {"is_active": False}, {"last_login": Now()}],
        ids=["address", "inactive", "signed-in"],
    )
    def test_dies_with_the_address_and_when_it_is_no_longer_needed(self, change, link):
        client, _page = begin(link)
        User.objects.filter(email=EMAIL).update(**change)
        assert client.post("/start/", TYPED, follow=True).status_code == 410
        assert Client().get(link).status_code == 410

    @pytest.mark.parametrize("part", ["/start/ABCD-EFGH/ABCD-EFGH-JKMN-PQRS/", "/start/"])
    def test_of_nobody_opens_nothing(self, part, link):
        client = Client()
        assert client.get(part).status_code == 410
        assert client.post("/start/", TYPED, follow=True).status_code == 410

    def test_keeps_its_secret_out_of_the_database_and_of_the_second_address(self, link):
        secret = link.rstrip("/").rsplit("/", 1)[1]
        assert secret not in begin(link)[1].url
        assert secret not in str(list(InviteCode.objects.values())) + str(list(FirstSignIn.objects.values()))

    @pytest.mark.parametrize("typed", [{"password1": "kurz", "password2": "kurz"}, TYPED | {"password2": "anders"}])
    def test_is_not_used_up_by_a_password_that_will_not_do(self, typed, link):
        client, _page = begin(link)
        response = client.post("/start/", typed)
        assert response.status_code == 200
        assert Page(response).errors
        assert client.post("/start/", TYPED).status_code == 302

    def test_of_a_supplier_is_none(self, link, municipality_admin, department):
        InviteCode.objects.update(purpose="supplier")
        assert Client().get(link).status_code == 410


@pytest.mark.both_db
@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_it_at_once_one_is_refused(person, municipality):
    link = first_sign_in.send(person, municipality)
    outcomes = race(lambda: first_sign_in.use(link.pk), lambda: first_sign_in.use(link.pk))
    assert (len(winners(outcomes)), len(losers(outcomes))) == (1, 1)
    assert isinstance(losers(outcomes)[0], first_sign_in.LinkNotUsable)


class TestTheOperator:
    def list_page(self, client_of, operator) -> str:
        return client_of(operator).get(reverse("admin:accounts_staffmembership_changelist")).content.decode()

    def send_again(self, client_of, operator) -> str:
        pk = StaffMembership.objects.get(user__email=EMAIL).pk
        data = {"action": "send_links", "_selected_action": [pk]}
        url = reverse("admin:accounts_staffmembership_changelist")
        return client_of(operator).post(url, data, follow=True).content.decode()

    def test_sends_a_new_link_and_the_old_one_dies(self, link, client_of, operator):
        assert f"{EMAIL} へ送りました" in self.send_again(client_of, operator)
        again = mailed_link()
        assert again != link
        assert Client().get(link).status_code == 410
        assert begin(again)[1].status == 200

    def test_sends_none_to_who_has_signed_in(self, add, client_of, operator):
        known = UserFactory(email=EMAIL, last_login=timezone.now())
        add(known)
        assert not OutgoingMail.objects.filter(body__contains="/start/").exists()
        assert "ログインしたことがあるか" in self.send_again(client_of, operator)

    def test_sees_what_has_become_of_it(self, link, client_of, operator):
        assert "リンク送信済み" in self.list_page(client_of, operator)
        InviteCode.objects.update(expires_at=timezone.now())
        assert "リンクの期限切れ" in self.list_page(client_of, operator)
        OutgoingMail.objects.update(dead_at=timezone.now())
        assert "メールを送れませんでした" in self.list_page(client_of, operator)
        User.objects.filter(email=EMAIL).update(last_login=timezone.now())
        assert "ログイン済み" in self.list_page(client_of, operator)
