"""What every answer says to browsers and proxies about who may keep it and show it."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.pages import Visitor

pytestmark = pytest.mark.django_db

PUBLIC = ["home", "check", "account_login", "account_reset_password", "invitation_entry", "healthz"]


def kept_by_nobody(answer) -> bool:
    return answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("route", [*PUBLIC, "supplier_home"])
def test_every_answer_keeps_devices_and_other_sites_out(route, supplier_owner):
    arguments = [supplier_owner.id] if route == "supplier_home" else []
    answer = Visitor(supplier_owner).client.get(reverse(route, args=arguments))
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    for ability in ("camera", "microphone", "geolocation", "payment", "usb"):
        assert f"{ability}=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize("address", ["/nowhere/", "/m/01999999-0000-7000-8000-000000000000/", "/static/css/portal.css"])
def test_refusals_and_static_files_do_so_too(address):
    answer = Client().get(address)
    answer.close()
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_pages_and_files_for_people_who_are_signed_in_are_kept_by_nobody(
    supplier_owner, reviewer, unopened_invoice, draft, municipality_admin
):
    supplier, city = Visitor(supplier_owner), Visitor(municipality_admin)
    for route in ("invoices:detail", "invoices:pdf", "invoices:receipt"):
        assert kept_by_nobody(supplier.ask(route, unopened_invoice.pk)), route
    assert kept_by_nobody(supplier.ask("invoices:sheet", unopened_invoice.pk, 1))
    for route in ("supplier_home", "invoices:list", "invoices:new", "suppliers:company"):
        assert kept_by_nobody(supplier.ask(route)), route
    for route in ("review:detail", "review:pdf"):
        assert kept_by_nobody(city.ask(route, unopened_invoice.pk)), route
    assert kept_by_nobody(city.ask("review:sheet", unopened_invoice.pk, 1))


def test_pages_of_the_operator_and_refusals_to_people_are_kept_by_nobody(operator, client_of, reviewer):
    assert kept_by_nobody(client_of(operator).get("/operator/"))
    assert kept_by_nobody(Visitor(reviewer).ask("accounts:policy"))
    assert kept_by_nobody(client_of(reviewer).get("/nowhere/"))


def test_the_way_to_sign_in_is_kept_by_nobody(supplier):
    assert kept_by_nobody(Client().get(reverse("supplier_home", args=[supplier.pk])))


def test_what_is_the_same_for_everybody_may_be_kept():
    assert "no-store" not in Client().get("/").headers.get("Cache-Control", "")
    static = Client().get("/static/css/portal.css")
    static.close()
    assert "no-store" not in static.headers.get("Cache-Control", "")


def test_a_public_page_that_greets_somebody_is_kept_by_nobody(supplier_owner, client_of):
    assert kept_by_nobody(client_of(supplier_owner).get(reverse("check")))
