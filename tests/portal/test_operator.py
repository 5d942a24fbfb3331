"""The operator's site: for operators only, and nothing in it changes what is frozen or removes what must be kept."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.urls import reverse

from accounts import access, mail
from accounts.models import AccessKind, AccessLog, InviteCode, OutgoingMail
from invoices.models import Document, Invoice, InvoiceEvent, InvoiceLine, NumberSeries, Payment
from portal.lib.calendar import today_jst
from suppliers import invitations
from suppliers.models import Invitation, RegisterLookup
from tests.pages import Page

pytestmark = pytest.mark.django_db

FROZEN = [Invoice, InvoiceEvent, Document, NumberSeries, AccessLog, OutgoingMail, InviteCode, RegisterLookup]
OURS = [
    model for model in admin.site._registry if model.__module__.startswith(("accounts.", "suppliers.", "invoices."))
]
CAST = [
    "supplier_owner",
    "colleague",
    "other_supplier",
    "reviewer",
    "other_department_staff",
    "accountant",
    "municipality_admin",
    "other_city_staff",
]


def page(model, what: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


@pytest.fixture
def a_row_of_each(unopened_invoice, reviewer, municipality_admin, department, policy):
    """At least one row of every frozen kind."""
    mail.queue(recipient="a@example.jp", subject="件名", body="仮パスワード ABCD")
    invitations.invite(municipality_admin, supplier_name="新", email="n@n.example", departments=[department.pk])
    RegisterLookup.objects.create(number="T7123456789012", day=today_jst())
    about = ("Invoice", unopened_invoice.pk, "事業者A")
    access.write(AccessKind.READ, user=reviewer.user, organisations=[reviewer.id], about=about)
    Payment.objects.create(invoice=unopened_invoice, kind="payment", amount=1, paid_on=today_jst())


@pytest.mark.parametrize("name", CAST)
def test_the_operators_site_is_closed_to_everybody_else(name, request, client_of):
    client = client_of(request.getfixturevalue(name))
    for url in ("/operator/", page(Invoice, "changelist"), page(OutgoingMail, "changelist")):
        response = client.get(url)
        assert response.status_code in (302, 403)
        assert "Django" not in response.content.decode()


def test_a_visitor_is_sent_to_sign_in(client):
    response = client.get("/operator/")
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_an_operator_sees_every_list(operator, client_of, a_row_of_each):
    client = client_of(operator)
    assert client.get("/operator/").status_code == 200
    for model in admin.site._registry:
        assert client.get(page(model, "changelist")).status_code == 200, model


@pytest.mark.parametrize("model", FROZEN)
def test_frozen_rows_can_be_looked_at_and_neither_added_changed_nor_deleted(model, operator, client_of, a_row_of_each):
    client = client_of(operator)
    row = model.objects.first()
    before = list(model.objects.order_by("pk").values())
    assert client.get(page(model, "change", row.pk)).status_code == 200
    assert client.get(page(model, "add")).status_code == 403
    assert client.post(page(model, "add"), {}).status_code == 403
    assert client.post(page(model, "change", row.pk), {"status": "draft", "actor_name": "別人"}).status_code == 403
    assert client.get(page(model, "delete", row.pk)).status_code == 403
    assert client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    client.post(
        page(model, "changelist"), {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
    )
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_nothing_of_ours_is_deleted_in_the_operators_site(model, operator, client_of, bank_account, a_row_of_each):
    """Masters are retired; what was issued under them names them for ten years."""
    row = model.objects.first()
    assert row is not None
    assert client_of(operator).post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def test_no_body_of_a_mail_and_no_secret_is_shown(operator, client_of, a_row_of_each):
    client = client_of(operator)
    letter = OutgoingMail.objects.get(recipient="a@example.jp")
    assert "ABCD" not in client.get(page(OutgoingMail, "change", letter.pk)).content.decode()
    code = InviteCode.objects.get()
    assert code.secret_hash not in client.get(page(InviteCode, "change", code.pk)).content.decode()


def test_lines_are_not_registered_at_all():
    assert InvoiceLine not in admin.site._registry
    assert Invitation in admin.site._registry


def _labels(model) -> dict[str, str]:
    """What stands on the pages of a table: its names, its columns, its fields and what they can hold."""
    shown_by = admin.site._registry[model]
    meta = model._meta
    names = {"name": meta.verbose_name, "names": meta.verbose_name_plural, "app": meta.app_config.verbose_name}
    columns = {f"column {name}": label_for_field(name, model, shown_by) for name in shown_by.list_display}
    shown = shown_by.fields or [field.name for field in meta.fields if field.editable and not field.primary_key]
    fields = {field.name: field for field in meta.fields if field.name in shown}
    choices = {f"{name} {value}": label for name, field in fields.items() for value, label in field.flatchoices}
    return names | columns | {name: field.verbose_name for name, field in fields.items()} | choices


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model.__name__)
def test_the_operators_site_is_in_japanese(model):
    japanese = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
    assert {name: str(text) for name, text in _labels(model).items() if not japanese.search(str(text))} == {}


def test_the_operators_site_is_called_by_the_portals_name(operator, client_of):
    page = client_of(operator).get("/operator/").content.decode()
    assert "請求書窓口 運用者の画面" in page
    assert "Django" not in page


def test_an_operator_finds_the_way_there_from_the_start_page(operator, client_of):
    start = Page(client_of(operator).get("/", follow=True))
    assert start.links["運用者の画面を開く"] == reverse("admin:index")


def test_an_operator_finds_it_in_the_menu_of_every_page_and_nobody_else_does(operator, reviewer, client_of):
    link = f'href="{reverse("admin:index")}"'
    assert link in client_of(operator).get(reverse("check")).content.decode()
    assert link not in client_of(reviewer).get(reverse("check")).content.decode()
