"""The operator's site: for operators only, and nothing in it changes what is frozen or removes what must be kept."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts import access, mail
from accounts.models import AccessLog, InviteCode, OutgoingMail
from invoices.models import Document, Invoice, InvoiceEvent, InvoiceLine, NumberSeries
from portal.lib.calendar import today_jst
from suppliers import invitations
from suppliers.models import Invitation, RegisterLookup

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
    access.record(reviewer, "read", "Invoice", unopened_invoice.pk)


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
