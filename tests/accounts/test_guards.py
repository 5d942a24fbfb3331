"""The doors of views: strangers find nothing, members without the role are refused."""

from uuid import uuid4

import pytest
from django.http import Http404, HttpResponse
from django.urls import reverse

from accounts.guards import require_city, require_supplier

pytestmark = pytest.mark.django_db

OWNERS_PAGES = ["suppliers:company_edit", "suppliers:bank_account_new"]
MEMBERS_PAGES = ["suppliers:company", "suppliers:bank_accounts", "suppliers:trading"]
ADMINS_PAGES = ["invitations:list", "invitations:new", "accounts:policy", "accounts:taxable_departments"]


@pytest.mark.parametrize("name", [*OWNERS_PAGES, *MEMBERS_PAGES])
def test_an_owner_enters_every_page_of_the_supplier(client_of, supplier_owner, name):
    assert client_of(supplier_owner).get(reverse(name, args=[supplier_owner.id])).status_code == 200


@pytest.mark.parametrize("name", MEMBERS_PAGES)
def test_a_colleague_reads(client_of, colleague, name):
    assert client_of(colleague).get(reverse(name, args=[colleague.id])).status_code == 200


@pytest.mark.parametrize("name", OWNERS_PAGES)
def test_a_colleague_is_refused_what_owners_do(client_of, colleague, name):
    assert client_of(colleague).get(reverse(name, args=[colleague.id])).status_code == 403
    assert client_of(colleague).post(reverse(name, args=[colleague.id]), {}).status_code == 403


@pytest.mark.parametrize("name", [*OWNERS_PAGES, *MEMBERS_PAGES])
def test_for_strangers_a_supplier_does_not_exist(client_of, supplier, other_supplier, municipality_admin, name):
    for stranger in (other_supplier, municipality_admin):
        assert client_of(stranger).get(reverse(name, args=[supplier.id])).status_code == 404


@pytest.mark.parametrize("name", ADMINS_PAGES)
def test_only_administrators_of_the_city_invite(client_of, municipality_admin, reviewer, accountant, name):
    url = reverse(name, args=[municipality_admin.id])
    assert client_of(municipality_admin).get(url).status_code == 200
    assert client_of(reviewer).get(url).status_code == 403
    assert client_of(accountant).get(url).status_code == 403


@pytest.mark.parametrize("name", ADMINS_PAGES)
def test_for_strangers_a_city_does_not_exist(client_of, municipality_admin, other_city_staff, supplier_owner, name):
    for stranger in (other_city_staff, supplier_owner):
        assert client_of(stranger).get(reverse(name, args=[municipality_admin.id])).status_code == 404


@pytest.mark.parametrize("name", [*OWNERS_PAGES, *MEMBERS_PAGES, *ADMINS_PAGES])
def test_visitors_are_asked_to_sign_in(client, name):
    response = client.get(reverse(name, args=[uuid4()]))
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(("door", "other"), [(require_supplier, "reviewer"), (require_city, "supplier_owner")])
def test_a_door_for_one_kind_of_organisation_does_not_open_for_the_other(rf, request, door, other):
    visit = rf.get("/")
    visit.acting_for = request.getfixturevalue(other)
    with pytest.raises(Http404):
        door(lambda visit: HttpResponse())(visit)
