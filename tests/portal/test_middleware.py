"""Who gets past the door, and on whose behalf a request acts."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import StaffMembership, User
from suppliers.models import SupplierMember
from tests.pages import Visitor

pytestmark = pytest.mark.django_db


class TestSignIn:
    def test_a_page_leads_to_sign_in_and_back(self, client, supplier):
        url = reverse("invoices:list", args=[supplier.pk])
        assert client.get(url)["Location"] == f"{reverse('account_login')}?next={url}"

    def test_a_piece_of_a_page_gets_no_sign_in_page_into_its_middle(self, client, supplier):
        response = client.get(reverse("invoices:list", args=[supplier.pk]), headers={"HX-Request": "true"})
        assert (response.status_code, response.content) == (401, b"")
        assert "Location" not in response

    @pytest.mark.parametrize("url", ["/", "/healthz", "/accounts/login/", "/invitation/"])
    def test_what_is_for_everybody_is_given_to_htmx_too(self, client, url):
        assert client.get(url, headers={"HX-Request": "true"}).status_code == 200

    def test_whoever_is_signed_in_gets_the_piece(self, supplier_owner):
        visitor = Visitor(supplier_owner)
        answer = visitor.client.get(visitor.address("invoices:list"), headers={"HX-Request": "true"})
        assert answer.status_code == 200

    def test_somebody_whose_account_was_closed_is_out_at_once(self, supplier_owner):
        visitor = Visitor(supplier_owner)
        assert visitor.read("supplier_home").status == 200
        User.objects.update(is_active=False)
        assert visitor.ask("supplier_home")["Location"].startswith(reverse("account_login"))


class TestTheOrganisationInTheUrl:
    def test_that_does_not_exist_and_that_is_not_ones_own_look_the_same(self, supplier_owner, supplier_b, municipality):
        client = Visitor(supplier_owner).client
        for url in (
            reverse("supplier_home", args=[supplier_b.pk]),
            reverse("supplier_home", args=[uuid4()]),
            reverse("city_home", args=[municipality.pk]),
            reverse("city_home", args=[supplier_owner.id]),
        ):
            assert client.get(url).status_code == 404

    def test_is_closed_to_those_who_have_left(self, supplier_owner, reviewer):
        SupplierMember.objects.update(active=False)
        StaffMembership.objects.update(active=False)
        assert Visitor(supplier_owner).read("supplier_home").status == 404
        assert Visitor(reviewer).read("city_home").status == 404

    def test_two_tabs_of_two_organisations_do_not_mix(self, supplier_owner, supplier_b):
        SupplierMember.objects.create(user=supplier_owner.user, supplier=supplier_b, role="member")
        client = Visitor(supplier_owner).client
        urls = {
            name: reverse("supplier_home", args=[pk])
            for name, pk in (("事業者A", supplier_owner.id), ("事業者B", supplier_b.pk))
        }
        for name in ("事業者A", "事業者B", "事業者A"):
            assert f'<h1 class="page__heading">{name}</h1>' in client.get(urls[name]).content.decode()


class TestTheAnswer:
    def test_lets_a_browser_load_nothing_from_elsewhere_and_run_nothing_inline(self, supplier_owner, opened_invoice):
        visitor = Visitor(supplier_owner)
        answer = visitor.ask("invoices:detail", opened_invoice.pk)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer["X-Frame-Options"] == "DENY"
        page = answer.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"<[^>]+\s(style|on\w+)=", page)
        assert not re.search(r"""(src|href)=["'](https?:)?//""", page)
