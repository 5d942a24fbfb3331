"""A supplier's own data."""

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.acting import NotAllowed
from suppliers.company import change_company
from suppliers.models import Supplier
from tests import factories
from tests.suppliers.conftest import COMPANY
from tests.suppliers.test_registration import REGISTRATION

pytestmark = pytest.mark.django_db


@pytest.fixture
def owners(client_of, supplier_owner):
    return client_of(supplier_owner)


def _url(name: str, supplier: Supplier) -> str:
    return reverse(f"suppliers:{name}", args=[supplier.pk])


def test_an_owner_changes_it_and_the_history_says_from_what_and_by_whom(owners, supplier, supplier_owner):
    before = supplier.name
    assert owners.post(_url("company_edit", supplier), COMPANY)["Location"] == _url("company", supplier)
    supplier.refresh_from_db()
    assert supplier.name == COMPANY["name"]
    now, then = supplier.history.all()[:2]
    assert (then.name, now.name) == (before, COMPANY["name"])
    assert now.history_user == supplier_owner.user


def test_the_form_starts_with_what_is_registered(owners, supplier):
    page = owners.get(_url("company_edit", supplier)).content.decode()
    assert f'value="{supplier.name}"' in page
    assert re.search(r'value="yes"[^>]*checked', page)


def test_it_may_say_since_when_it_is_registered(owners, supplier):
    owners.post(_url("company_edit", supplier), COMPANY | {"registered_on": "R7.4.1"})
    supplier.refresh_from_db()
    assert supplier.registered_on == date(2025, 4, 1)
    assert "登録年月日 2025年4月1日" in owners.get(_url("company", supplier)).content.decode()
    assert 'value="2025-04-01"' in owners.get(_url("company_edit", supplier)).content.decode()
    owners.post(_url("company_edit", supplier), COMPANY | {"registered_on": ""})
    supplier.refresh_from_db()
    assert supplier.registered_on is None


def test_it_may_say_since_when_it_is_registered_no_more(owners, supplier):
    owners.post(_url("company_edit", supplier), COMPANY | {"registration_ended_on": "R8.4.1"})
    supplier.refresh_from_db()
    assert supplier.registration_ended_on == date(2026, 4, 1)
    assert "登録の失効日 2026年4月1日" in owners.get(_url("company", supplier)).content.decode()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"registered_on": "2023-09-30"}, "令和5年10月1日以降の日付を入力してください"),
        (
            {"registered": "no", "registration_number": "", "registered_on": "2025-04-01"},
            "登録年月日を消すか、「登録している」を選んでください",
        ),
        (
            {"registered": "no", "registration_number": "", "registration_ended_on": "2026-04-01"},
            "登録が終わったときは、「登録している」を選び、登録番号を残してください",
        ),
        (
            {"registered_on": "2025-04-01", "registration_ended_on": "2025-04-01"},
            "登録年月日より後の日付を入力してください",
        ),
    ],
)
def test_the_day_of_registration_is_one_that_can_be(owners, supplier, typed, message):
    page = owners.post(_url("company_edit", supplier), COMPANY | typed)
    assert message in page.content.decode()
    supplier.refresh_from_db()
    assert supplier.name != COMPANY["name"]


def test_who_is_registered_no_more_is_told_to_keep_its_number_and_not_to_delete_it(owners, supplier):
    ended = {"registered": "no", "registration_ended_on": "2026-04-01"}
    page = owners.post(_url("company_edit", supplier), COMPANY | ended).content.decode()
    assert "登録番号を残してください" in page
    assert "登録番号を消すか" not in page


def test_an_unregistered_issuer_is_shown_as_one(client_of):
    supplier = factories.SupplierFactory(registration_number="")
    owners = client_of(factories.member_of(supplier))
    assert "免税事業者" in owners.get(_url("company", supplier)).content.decode()
    assert re.search(r'value="no"[^>]*checked', owners.get(_url("company_edit", supplier)).content.decode())


def test_a_doubtful_number_of_a_sole_proprietor_is_saved_with_a_warning(owners, supplier):
    typed = COMPANY | {"kind": "sole_proprietor", "registration_number": "T1234567890123"}
    page = owners.post(_url("company_edit", supplier), typed, follow=True).content.decode()
    assert "検査数字" in page
    supplier.refresh_from_db()
    assert supplier.registration_number == "T1234567890123"


def test_the_postcode_button_saves_nothing(owners, supplier):
    typed = COMPANY | {"address": "", "fill_address": "overwrite"}
    page = owners.post(_url("company_edit", supplier), typed).content.decode()
    assert 'value="鹿児島県鹿屋市寿"' in page
    supplier.refresh_from_db()
    assert supplier.name != COMPANY["name"]


def test_only_owners_change_it(colleague, supplier):
    with pytest.raises(NotAllowed):
        change_company(colleague, REGISTRATION.company)
    assert Supplier.objects.get().name == supplier.name


def test_departments_to_send_to_stand_by_city_in_kana_order(owners, supplier, department, other_department):
    gone = factories.DepartmentFactory(municipality=department.municipality, name="旧課", closed=True)
    for each in (other_department, department, gone):
        factories.TradingLinkFactory(supplier=supplier, department=each)
    page = owners.get(_url("trading", supplier)).content.decode()
    order = [page.index(word) for word in ("見本市", "<dt>か</dt>", "子育て支援課", "<dt>た</dt>", "道路課")]
    assert order == sorted(order)
    assert "旧課" not in page
