"""New staff sign in for the first time by one mailed link, whose secret stands in no address that a server sees."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import FirstSignIn, InviteCode, OutgoingMail, StaffMembership, StaffRole, User
from accounts.municipalities import first_sign_in
from tests.factories import PASSWORD, UserFactory
from tests.first_links import follow_mailed_link, mailed_code
from tests.pages import Page
from tests.racing import losers, race, winners

pytestmark = pytest.mark.django_db

EMAIL = "atarashii@city.example"
TYPED = {"password1": PASSWORD, "password2": PASSWORD}
GIVE = "/start/code/"


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


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


def mailed() -> str:
    return OutgoingMail.objects.filter(recipient=EMAIL).order_by("created_at").last().body


@pytest.fixture
def code(add, person) -> str:
    add(person)
    return mailed_code(mailed())


def give(code: str, client: Client | None = None) -> Page:
    return Page((client or Client()).post(GIVE, {"code": code}, follow=True))


def begin(code: str) -> tuple[Client, Page]:
    client = Client()
    return client, give(code, client)


def opens(code: str) -> bool:
    return begin(code)[1].url == "/start/"


class TestTheLink:
    def test_leads_to_a_page_that_asks_for_a_password_and_signs_in_without_any_code(self, code, municipality):
        client, page = begin(code)
        assert page.url == "/start/"
        for shown in ("見本市", "新 職員", EMAIL):
            assert shown in page.text
        response = client.post("/start/", TYPED, follow=True)
        assert response.redirect_chain[-1][0] == reverse("city_home", args=[municipality.pk])
        assert OutgoingMail.objects.count() == 1, "the link is the only mail"
        address = EmailAddress.objects.get(user__email=EMAIL)
        assert (address.email, address.verified, address.primary) == (EMAIL, True, True)

    def test_afterwards_the_password_signs_in(self, code):
        client, _page = begin(code)
        client.post("/start/", TYPED)
        response = Client().post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
        assert (response.status_code, response["Location"]) == (302, reverse("home"))

    def test_is_not_used_up_by_programs_that_look_at_it(self, code):
        for _look in range(3):
            assert begin(code)[1].status == 200
            Client().get(GIVE)
            Client().head(GIVE)
        client, _page = begin(code)
        assert client.post("/start/", TYPED).status_code == 302
        assert User.objects.get(email=EMAIL).last_login is not None

    def test_works_once(self, code):
        (first, _page), (second, _other) = begin(code), begin(code)
        assert first.post("/start/", TYPED).status_code == 302
        assert second.post("/start/", TYPED, follow=True).status_code == 410
        assert "使用済み" in give(code).errors["id_code"]
        assert "このリンクは使えません" in Page(first.get("/start/")).text

    def test_is_for_a_week(self, code):
        code = InviteCode.objects.get()
        assert abs(code.expires_at - timezone.now() - timedelta(days=7)) < timedelta(minutes=5)
        client, _page = begin(code)
        InviteCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert client.post("/start/", TYPED, follow=True).status_code == 410
        assert not opens(code)

    @pytest.mark.parametrize(
        "change",
        [{"email": "another@city.example"}, {"is_active": False}, {"last_login": Now()}],
        ids=["address", "inactive", "signed-in"],
    )
    def test_dies_with_the_address_and_when_it_is_no_longer_needed(self, change, code):
        client, _page = begin(code)
        User.objects.filter(email=EMAIL).update(**change)
        assert client.post("/start/", TYPED, follow=True).status_code == 410
        assert not opens(code)

    @pytest.mark.parametrize("part", ["/start/ABCD-EFGH/ABCD-EFGH-JKMN-PQRS/", "/start/"])
    def test_of_nobody_opens_nothing(self, part, code):
        client = Client()
        assert client.get(part).status_code == 410
        assert client.post("/start/", TYPED, follow=True).status_code == 410

    @pytest.mark.parametrize(
        "typed", ["", "ABCD", "ABCD-EFGH-ABCD-EFGH-JKMN-PQRS", "https://portal.example/start/code/#", "#" * 290]
    )
    def test_a_code_of_nobody_is_refused_beside_its_field(self, typed, code):
        page = give(typed)
        assert (page.status, page.url) == (200, GIVE)
        assert page.errors["id_code"]
        assert page.links["ログインへ進む"] == reverse("account_login")

    @pytest.mark.parametrize("written", ["{code}", "http://testserver/start/code/#{code}", "  {small} ", "{plain}"])
    def test_without_a_script_its_code_is_typed_or_pasted_in_any_way(self, written, code):
        words = {"code": code, "small": code.lower(), "plain": code.replace("-", "")}
        assert opens(written.format(**words))

    def test_as_it_was_mailed_before_still_leads_to_the_password(self, code):
        public_id, secret = code[:9], code[10:]
        page = Page(Client().get(reverse("first_sign_in_link", args=[public_id, secret]), follow=True))
        assert (page.status, page.url) == (200, "/start/")
        assert EMAIL in page.text

    def test_shows_its_secret_to_the_server_in_the_body_of_a_form_alone(self, code):
        """So it is in no log, in no history of the browser and in no Referer."""
        client = Client()
        paths = [path for path, _status in follow_mailed_link(client, mailed()).redirect_chain]
        address = next(word for word in mailed().split() if "/start/" in word)
        assert (address.partition("#")[0], paths) == (f"http://testserver{GIVE}", ["/start/"])
        assert "invite-fragment.js" in client.get(GIVE).content.decode()

    def test_keeps_its_secret_out_of_the_database(self, code):
        begin(code)
        assert code[10:] not in str(list(InviteCode.objects.values())) + str(list(FirstSignIn.objects.values()))

    def test_is_not_guessed_at_for_long(self, code, settings):
        settings.INVITE_CODE_RATE_LIMITS = {"address": "20/m/ip", "code": "3/h/key"}
        wrong = f"{code[:9]}-ABCD-EFGH-JKMN-PQRS"
        assert [give(wrong).status for _n in range(4)] == [200, 200, 200, 429]
        assert give(code).status == 429

    @pytest.mark.parametrize("typed", [{"password1": "kurz", "password2": "kurz"}, TYPED | {"password2": "anders"}])
    def test_is_not_used_up_by_a_password_that_will_not_do(self, typed, code):
        client, _page = begin(code)
        response = client.post("/start/", typed)
        assert response.status_code == 200
        assert Page(response).errors
        assert client.post("/start/", TYPED).status_code == 302

    def test_of_a_supplier_is_none(self, code, municipality_admin, department):
        InviteCode.objects.update(purpose="supplier")
        assert not opens(code)


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

    def test_sends_a_new_link_and_the_old_one_dies(self, code, client_of, operator):
        assert f"{EMAIL} へ送りました" in self.send_again(client_of, operator)
        again = mailed_code(mailed())
        assert again != code
        assert not opens(code)
        assert opens(again)

    def test_sends_none_to_who_has_signed_in(self, add, client_of, operator):
        known = UserFactory(email=EMAIL, last_login=timezone.now())
        add(known)
        assert not OutgoingMail.objects.filter(body__contains="/start/").exists()
        assert "ログインしたことがあるか" in self.send_again(client_of, operator)

    def test_sees_what_has_become_of_it(self, code, client_of, operator):
        assert "リンク送信済み" in self.list_page(client_of, operator)
        InviteCode.objects.update(expires_at=timezone.now())
        assert "リンクの期限切れ" in self.list_page(client_of, operator)
        OutgoingMail.objects.update(dead_at=timezone.now())
        assert "メールを送れませんでした" in self.list_page(client_of, operator)
        User.objects.filter(email=EMAIL).update(last_login=timezone.now())
        assert "ログイン済み" in self.list_page(client_of, operator)
