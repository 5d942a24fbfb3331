"""What somebody typed is not lost: not with the session, not with the token of a form, not to a faster colleague."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import kept
from accounts.models import KeptForm
from invoices.enums import ReturnReason, Status
from invoices.lifecycle import review
from portal import work
from portal.lib.ids import uuid7
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

REASON = "数量が納品書と違います。\n3行目を直してください。"
RETURN = {"return-reason": "wrong_content", "return-comment": REASON}
PASSWORD = "kept-for-nobody-1"


class Browser:
    """A browser that minds the tokens of forms, with people who come and go before it."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)

    def read(self, url: str) -> HttpResponse:
        return self.client.get(url, follow=True)

    def hidden(self, url: str) -> dict[str, str]:
        """The hidden fields that every form of the page bears."""
        return dict(re.findall(r'name="(csrfmiddlewaretoken|writer|kept)" value="([^"]+)"', self.text(url)))

    def text(self, url: str) -> str:
        return self.read(url).content.decode()

    def sign_in(self, user, following: str = "") -> HttpResponse:
        user.set_password(PASSWORD)
        user.save()
        user.emailaddress_set.update_or_create(email=user.email, defaults={"verified": True, "primary": True})
        login = following or reverse("account_login")
        fields = self.hidden(login) | {"login": user.email, "password": PASSWORD}
        return self.client.post(login, fields, follow=True)


@pytest.fixture
def window() -> Browser:
    return Browser()


@pytest.fixture
def page_url(opened_invoice, reviewer) -> str:
    return reverse("review:detail", args=[reviewer.id, opened_invoice.pk])


@pytest.fixture
def return_url(opened_invoice, reviewer) -> str:
    return reverse("review:return", args=[reviewer.id, opened_invoice.pk])


def test_a_reason_survives_the_end_of_the_session(window, opened_invoice, reviewer, page_url, return_url):
    window.sign_in(reviewer.user)
    fields = window.hidden(page_url) | RETURN
    window.client.cookies.pop("sessionid")
    login = window.client.post(return_url, fields)
    assert login.status_code == 302
    assert "ログインすると、書いていた内容に戻れます" in window.text(login["Location"])
    page = Page(window.sign_in(reviewer.user, login["Location"]))
    assert page.status == 200
    assert page.url == page_url
    assert page.forms[return_url] == RETURN
    assert "書いていた内容は、まだ送られていません" in page.text
    opened_invoice.refresh_from_db()
    assert opened_invoice.status == Status.OPENED


def test_what_came_back_is_sent_by_pressing_once_more_and_then_forgotten(
    window, opened_invoice, reviewer, page_url, return_url
):
    window.sign_in(reviewer.user)
    fields = window.hidden(page_url) | RETURN
    window.client.cookies.pop("sessionid")
    login = window.client.post(return_url, fields)["Location"]
    window.sign_in(reviewer.user, login)
    again = f"{page_url}?kept={KeptForm.objects.get().pk}"
    assert window.client.post(return_url, window.hidden(again) | RETURN).status_code == 302
    opened_invoice.refresh_from_db()
    assert opened_invoice.return_comment == REASON
    assert not KeptForm.objects.exists()


def test_another_person_who_signs_in_does_not_see_what_was_typed(
    window, opened_invoice, reviewer, second_reviewer, page_url, return_url
):
    window.sign_in(reviewer.user)
    fields = window.hidden(page_url) | RETURN
    window.client.cookies.pop("sessionid")
    login = window.client.post(return_url, fields)["Location"]
    response = window.sign_in(second_reviewer.user, login)
    assert response.status_code == 200
    assert "納品書と違います" not in response.content.decode()


def test_a_reason_survives_a_sign_in_in_another_window(window, opened_invoice, reviewer, page_url, return_url):
    window.sign_in(reviewer.user)
    fields = window.hidden(page_url) | RETURN
    window.client.logout()
    window.sign_in(reviewer.user)
    response = window.client.post(return_url, fields, follow=True)
    page = Page(response)
    assert (page.status, page.url) == (200, page_url)
    assert page.forms[return_url]["return-comment"] == REASON


def test_the_form_of_whoever_was_before_the_browser_is_shown_to_nobody_else(
    window, opened_invoice, reviewer, second_reviewer, page_url, return_url
):
    window.sign_in(reviewer.user)
    fields = window.hidden(page_url) | RETURN
    window.client.logout()
    window.sign_in(second_reviewer.user)
    response = window.client.post(return_url, fields, follow=True)
    assert response.status_code == 403
    assert "納品書と違います" not in response.content.decode()
    back = re.search(r'href="([^"]+kept=[^"]+)"', response.content.decode())
    assert back
    assert "納品書と違います" not in window.text(back[1])
    window.client.logout()
    window.sign_in(reviewer.user)
    assert "納品書と違います" in window.text(back[1])


def test_a_form_of_another_site_is_refused_and_nothing_of_it_is_kept(window, reviewer, page_url, return_url):
    window.sign_in(reviewer.user)
    for strange in ({}, {"writer": "forged"}, {"writer": f"{reviewer.user.pk}:x:y"}):
        assert window.client.post(return_url, RETURN | strange).status_code == 403
    marked = RETURN | {"writer": kept.mark(reviewer.user)}
    elsewhere = window.client.post(return_url, marked, headers={"Origin": "https://elsewhere.example"})
    assert elsewhere.status_code == 403
    assert not KeptForm.objects.exists()


def test_a_visitor_who_never_signed_in_leaves_nothing(client, return_url):
    assert client.post(return_url, RETURN).status_code == 302
    assert not KeptForm.objects.exists()


def test_a_reason_survives_a_step_of_a_colleague_in_between(opened_invoice, reviewer, second_reviewer):
    review.accept(invoice_id=opened_invoice.pk, actor=second_reviewer)
    page = Visitor(reviewer).send("review:return", opened_invoice.pk, data=RETURN)
    assert page.status == 200
    assert "この請求書はすでに受理されています。" in page.text
    assert "この操作は行われませんでした" in page.text
    assert page.fields["typed_again"].replace("\r", "") == REASON


def test_a_reason_survives_a_colleagues_step_during_the_sign_in(
    window, opened_invoice, reviewer, second_reviewer, page_url, return_url
):
    window.sign_in(reviewer.user)
    fields = window.hidden(page_url) | RETURN
    window.client.cookies.pop("sessionid")
    login = window.client.post(return_url, fields)["Location"]
    review.return_invoice(
        invoice_id=opened_invoice.pk, actor=second_reviewer, reason=ReturnReason.MINOR, comment="印字不良です。"
    )
    assert REASON.splitlines()[1] in window.sign_in(reviewer.user, login).content.decode()


def test_a_request_of_the_supplier_survives(opened_invoice, supplier_owner, reviewer):
    review.accept(invoice_id=opened_invoice.pk, actor=reviewer)
    page = Visitor(supplier_owner).send(
        "invoices:request_return", opened_invoice.pk, data={"request-comment": "数量を間違えました。"}
    )
    assert page.status == 200
    assert page.fields["typed_again"] == "数量を間違えました。"


def test_an_invoice_that_was_never_saved_survives_the_end_of_the_session(
    window, supplier_owner, trading_link, bank_account
):
    window.sign_in(supplier_owner.user)
    new = reverse("invoices:new", args=[supplier_owner.id])
    page = Page(window.read(new))
    address = next(url for url in page.forms if url.endswith("/edit/"))
    typed = page.forms[address] | {"title": "給食用の米", "lines-0-description": "こしひかり", "do": "save"}
    fields = window.hidden(new) | typed
    window.client.cookies.pop("sessionid")
    login = window.client.post(address, fields)["Location"]
    again = Page(window.sign_in(supplier_owner.user, login))
    assert again.status == 200
    assert again.forms[address]["title"] == "給食用の米"
    assert again.forms[address]["lines-0-description"] == "こしひかり"
    assert again.forms[address]["page"] == typed["page"]


def test_what_is_typed_for_an_issued_invoice_can_be_copied(unopened_invoice, supplier_owner):
    page = Visitor(supplier_owner).send(
        "invoices:edit", unopened_invoice.pk, data={"title": "給食用の米 10月分", "do": "save", "lines-count": "0"}
    )
    assert page.status == 200
    assert "給食用の米 10月分" in page.fields["typed_again"]


@pytest.mark.parametrize(
    ("route", "data"),
    [
        ("suppliers:bank_account_new", {"bank": "0185", "holder": "ミヤゾノショウジ"}),
        ("suppliers:company_edit", {"name": "事業者Aの新しい名前"}),
        ("suppliers:billing_source_new", {"name": "鹿屋支店", "address": "鹿児島県鹿屋市寿1-1"}),
    ],
)
def test_every_form_of_a_supplier_comes_back(client, client_of, supplier_owner, route, data):
    url = reverse(route, args=[supplier_owner.id])
    login = client.post(url, data | {"writer": kept.mark(supplier_owner.user)})["Location"]
    name = KeptForm.objects.get().pk
    assert str(name) in login
    page = Page(client_of(supplier_owner).get(kept.with_kept(url, name)))
    assert page.fields | data == page.fields


@pytest.mark.parametrize(
    ("route", "data"),
    [
        ("accounts:policy", {"addressee": "新しい市長", "version": "0"}),
        ("invitations:new", {"supplier_name": "新しい事業者", "email": "new@c.example"}),
        ("review:record_paper", {"issuer_name": "紙の事業者", "title": "修繕"}),
    ],
)
def test_every_form_of_a_city_comes_back(client, client_of, municipality_admin, department, route, data):
    url = reverse(route, args=[municipality_admin.id])
    client.post(url, data | {"writer": kept.mark(municipality_admin.user)})
    page = Page(client_of(municipality_admin).get(kept.with_kept(url, KeptForm.objects.get().pk)))
    assert page.fields | data == page.fields


def test_the_ticks_of_a_batch_come_back(client, client_of, opened_invoice, reviewer):
    url = reverse("review:batch", args=[reviewer.id])
    sent = {"do": "accept", "status": "opened", "invoice": str(opened_invoice.pk)}
    client.post(url, sent | {"writer": kept.mark(reviewer.user)})
    page = Page(client_of(reviewer).get(kept.with_kept(url, KeptForm.objects.get().pk), follow=True))
    assert page.ticked == {str(opened_invoice.pk)}
    opened_invoice.refresh_from_db()
    assert opened_invoice.status == Status.OPENED


def test_passwords_and_codes_are_not_kept(rf, reviewer):
    secrets = {"password": "a", "oldpassword": "b", "return-code": "c", "code": "d", "new_password2": "e"}
    request = rf.post("/m/", secrets | {"postcode": "893-0014"})
    name = kept.keep(request, reviewer.user)
    assert KeptForm.objects.get(pk=name).fields == "postcode=893-0014"


def test_the_sign_in_pages_and_the_operators_keep_nothing(window, operator):
    window.sign_in(operator)
    for url in (reverse("account_change_password"), reverse("admin:accounts_user_add")):
        fields = {"writer": kept.mark(operator), "email": "x@y.example", "name": "氏名"}
        window.client.post(url, fields)
        Client().post(url, fields)
    assert not KeptForm.objects.exists()


def test_of_too_much_nothing_is_kept(rf, reviewer):
    assert kept.keep(rf.post("/m/", {"comment": "あ" * (kept.FIELDS_MAX // 9 + 1)}), reviewer.user) is None
    assert not KeptForm.objects.exists()


def test_one_person_has_only_the_newest(rf, reviewer):
    names = [kept.keep(rf.post("/m/", {"comment": str(n)}), reviewer.user) for n in range(kept.FORMS_MAX + 2)]
    assert set(KeptForm.objects.values_list("pk", flat=True)) == set(names[2:])


def test_what_nobody_came_back_for_is_removed_by_the_clock(rf, reviewer):
    old, new = (kept.keep(rf.post("/m/", {"comment": "理由"}), reviewer.user) for _n in range(2))
    KeptForm.objects.filter(pk=old).update(created_at=timezone.now() - kept.KEEP - timedelta(minutes=1))
    assert kept.find(reviewer.user, str(old)) is None
    work.sweep()
    assert KeptForm.objects.get().pk == new


@pytest.mark.parametrize("name", ["", "x", "00000000-0000-7000-8000-000000000000", "//elsewhere.example"])
def test_a_name_that_is_none_changes_nothing(client_of, reviewer, page_url, name):
    response = client_of(reviewer).get(page_url, {"kept": name})
    assert response.status_code == 200
    assert "まだ送られていません" not in response.content.decode()


def test_a_sign_in_page_that_is_out_of_date_asks_once_more(window, reviewer):
    window.text(reverse("account_login"))
    fields = {"csrfmiddlewaretoken": "a" * 64, "login": reviewer.user.email, "password": PASSWORD}
    response = window.client.post(reverse("account_login") + "?next=/m/", fields, follow=True)
    assert response.status_code == 200
    assert "もう一度ログインしてください" in response.content.decode()


@pytest.mark.parametrize("route", ["review:open", "review:accept"])
def test_a_button_pressed_after_the_session_leads_back_to_its_page(window, opened_invoice, reviewer, page_url, route):
    window.sign_in(reviewer.user)
    fields = window.hidden(page_url)
    window.client.cookies.pop("sessionid")
    login = window.client.post(reverse(route, args=[reviewer.id, opened_invoice.pk]), fields)["Location"]
    page = Page(window.sign_in(reviewer.user, login))
    assert (page.status, page.url) == (200, page_url)
    assert "もう一度押してください" in page.text
    assert not KeptForm.objects.exists()


def test_a_form_for_what_is_gone_shows_what_was_typed(client_of, supplier_owner):
    url = reverse("suppliers:billing_source_edit", args=[supplier_owner.id, uuid7()])
    response = client_of(supplier_owner).post(url, {"name": "鹿屋支店の新しい名前"})
    assert response.status_code == 404
    assert "鹿屋支店の新しい名前" in response.content.decode()


def test_htmx_is_told_plainly_and_nothing_is_kept(client, reviewer, return_url):
    marked = RETURN | {"writer": kept.mark(reviewer.user)}
    assert client.post(return_url, marked, headers={"HX-Request": "true"}).status_code == 401
    assert not KeptForm.objects.exists()
