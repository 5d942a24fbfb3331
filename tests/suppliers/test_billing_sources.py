"""Branches that claim for a supplier."""

from dataclasses import replace
from functools import partial

import pytest
from django.urls import reverse

from accounts.acting import NotAllowed
from portal.lib.errors import InputError
from portal.lib.ids import uuid7
from suppliers.billing_sources import SOURCES_MAX, SourceInput, add_source, change_source, retire_source
from suppliers.models import BillingSource
from tests.pages import on_one_line
from tests.racing import losers, race, winners
from tests.suppliers.queueing import race_behind

pytestmark = pytest.mark.django_db

BRANCH = SourceInput(
    name="鹿屋支店",
    signer_title="支店長",
    signer_name="柏木 一",
    postcode="893-0014",
    address="鹿児島県鹿屋市寿1-1",
    phone="0994-43-2111",
)
TYPED = {
    "name": "鹿屋支店",
    "signer_title": "支店長",
    "signer_name": "柏木 一",
    "postcode": "８９３００１４",
    "address": "鹿児島県鹿屋市寿1-1",
    "building": "",
    "phone": "0994(43)2111",
}


@pytest.fixture
def branch(supplier_owner) -> BillingSource:
    return add_source(supplier_owner, BRANCH)


@pytest.fixture
def owners(client_of, supplier_owner):
    return client_of(supplier_owner)


def _url(name: str, *arguments, supplier) -> str:
    return reverse(f"suppliers:{name}", args=[supplier.pk, *arguments])


@pytest.mark.both_db
def test_an_owner_adds_changes_and_retires_a_branch_and_the_history_tells(supplier_owner):
    row = add_source(supplier_owner, BRANCH)
    change_source(supplier_owner, row.pk, replace(BRANCH, address="鹿児島県鹿屋市寿2-2", signer_title="所長"))
    retire_source(supplier_owner, row.pk)
    row.refresh_from_db()
    assert (row.supplier_id, row.name, row.address, row.active) == (
        supplier_owner.id,
        "鹿屋支店",
        "鹿児島県鹿屋市寿2-2",
        False,
    )
    history = [(then.address, then.signer_title, then.active) for then in row.history.order_by("history_id")]
    assert history == [
        ("鹿児島県鹿屋市寿1-1", "支店長", True),
        ("鹿児島県鹿屋市寿2-2", "所長", True),
        ("鹿児島県鹿屋市寿2-2", "所長", False),
    ]


@pytest.mark.parametrize(
    ("half", "missing"),
    [({"signer_name": ""}, "signer_name_missing"), ({"signer_title": ""}, "signer_title_missing")],
)
def test_a_delegate_has_title_and_name(supplier_owner, branch, half, missing):
    for step in (
        lambda: add_source(supplier_owner, replace(BRANCH, name="別", **half)),
        lambda: change_source(supplier_owner, branch.pk, replace(BRANCH, **half)),
    ):
        with pytest.raises(InputError) as refused:
            step()
        assert refused.value.code == missing
    assert BillingSource.objects.get().history.count() == 1


def test_a_branch_needs_no_delegate(supplier_owner):
    assert add_source(supplier_owner, replace(BRANCH, signer_title="", signer_name="")).signer_name == ""


def test_two_branches_in_use_never_have_the_same_name(supplier_owner, branch):
    with pytest.raises(NotAllowed, match="同じ名前"):
        add_source(supplier_owner, BRANCH)
    other = add_source(supplier_owner, replace(BRANCH, name="志布志支店"))
    with pytest.raises(NotAllowed, match="同じ名前"):
        change_source(supplier_owner, other.pk, BRANCH)
    retire_source(supplier_owner, branch.pk)
    assert change_source(supplier_owner, other.pk, BRANCH).name == "鹿屋支店"


def test_the_same_name_in_another_spelling_is_the_same_name(supplier_owner):
    add_source(supplier_owner, replace(BRANCH, name="自由ヶ丘支店"))
    with pytest.raises(NotAllowed, match="同じ名前"):
        add_source(supplier_owner, replace(BRANCH, name="自由ケ丘 支店"))


def test_another_suppliers_branch_takes_no_name_away(branch, other_supplier):
    assert add_source(other_supplier, BRANCH).supplier_id == other_supplier.id


def test_the_number_of_branches_is_bounded_and_retired_ones_do_not_count(supplier_owner, supplier):
    BillingSource.objects.bulk_create(
        BillingSource(supplier=supplier, name=f"第{n}支店", postcode="893-0014", address="寿", phone="0")
        for n in range(SOURCES_MAX)
    )
    with pytest.raises(NotAllowed, match="50件まで"):
        add_source(supplier_owner, BRANCH)
    retire_source(supplier_owner, BillingSource.objects.first().pk)
    add_source(supplier_owner, BRANCH)
    assert BillingSource.objects.active().count() == SOURCES_MAX


@pytest.mark.both_db
@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_add_the_last_branch_at_once_one_is_told(supplier_owner, supplier):
    BillingSource.objects.bulk_create(
        BillingSource(supplier=supplier, name=f"第{n}支店", postcode="893-0014", address="寿", phone="0")
        for n in range(SOURCES_MAX - 1)
    )
    names = ("鹿屋支店", "志布志支店")
    outcomes = race(*(partial(add_source, supplier_owner, replace(BRANCH, name=name)) for name in names))
    assert (len(winners(outcomes)), [type(loser) for loser in losers(outcomes)]) == (1, [NotAllowed])
    assert BillingSource.objects.active().count() == SOURCES_MAX


@pytest.mark.both_db
@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_add_the_same_branch_at_once_one_is_told(supplier_owner, colleague):
    outcomes = race(*(lambda: add_source(supplier_owner, BRANCH) for _ in range(2)))
    assert (len(winners(outcomes)), [type(loser) for loser in losers(outcomes)]) == (1, [NotAllowed])
    assert BillingSource.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_adds_a_branch_before_the_other_is_done(supplier_owner, supplier):
    outcomes = race_behind(supplier, *(lambda: add_source(supplier_owner, BRANCH) for _ in range(2)))
    assert (len(winners(outcomes)), [type(loser) for loser in losers(outcomes)]) == (1, [NotAllowed])
    assert BillingSource.objects.count() == 1


def test_a_retired_branch_is_not_changed_and_not_retired_again(supplier_owner, branch):
    retire_source(supplier_owner, branch.pk)
    for step in (
        lambda: change_source(supplier_owner, branch.pk, BRANCH),
        lambda: retire_source(supplier_owner, branch.pk),
    ):
        with pytest.raises(NotAllowed, match="停止"):
            step()


@pytest.mark.parametrize("name", ["colleague", "reviewer", "municipality_admin"])
def test_only_owners_touch_branches(name, request, branch):
    actor = request.getfixturevalue(name)
    for step in (
        lambda: add_source(actor, replace(BRANCH, name="別")),
        lambda: change_source(actor, branch.pk, BRANCH),
        lambda: retire_source(actor, branch.pk),
    ):
        with pytest.raises(NotAllowed, match="管理者だけ"):
            step()
    assert BillingSource.objects.get().active


def test_the_branch_of_another_supplier_is_out_of_reach(other_supplier, branch):
    for step in (retire_source, lambda actor, pk: change_source(actor, pk, BRANCH)):
        with pytest.raises(BillingSource.DoesNotExist):
            step(other_supplier, branch.pk)
    branch.refresh_from_db()
    assert branch.active


def test_the_form_keeps_a_branch_in_the_notation_of_the_portal(owners, supplier):
    page = owners.post(_url("billing_source_new", supplier=supplier), TYPED, follow=True).content.decode()
    row = BillingSource.objects.get()
    assert (row.postcode, row.phone) == ("893-0014", "0994-43-2111")
    assert "鹿屋支店 を保存しました。" in page
    assert "支店長" in page


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "支店・営業所の名前を入力してください"),
        ({"name": "あ" * 61}, "60文字以内"),
        ({"signer_name": ""}, "受任者の氏名を入力するか、役職を消してください"),
        ({"signer_title": " "}, "受任者の役職を入力するか、氏名を消してください"),
        ({"postcode": "89"}, "郵便番号"),
        ({"address": ""}, "住所を入力してください"),
        ({"phone": ""}, "電話番号を入力してください"),
    ],
)
def test_the_form_says_which_field_and_what_to_do_and_keeps_what_was_typed(owners, supplier, change, message):
    typed = TYPED | change
    page = owners.post(_url("billing_source_new", supplier=supplier), typed).content.decode()
    assert message in page
    assert all(f'value="{value}"' in page for value in typed.values() if value.strip())
    assert not BillingSource.objects.exists()


def test_the_postcode_fills_the_address_and_saves_nothing(owners, supplier):
    typed = TYPED | {"address": "", "fill_address": "overwrite"}
    page = owners.post(_url("billing_source_new", supplier=supplier), typed).content.decode()
    assert 'value="鹿児島県鹿屋市寿"' in page
    assert 'value="鹿屋支店"' in page
    assert not BillingSource.objects.exists()
    unknown = owners.post(_url("billing_source_new", supplier=supplier), typed | {"postcode": "000-0000"})
    assert "見つかりません" in unknown.content.decode()


def test_saving_a_branch_unchanged_works(owners, supplier, branch):
    page = owners.get(_url("billing_source_edit", branch.pk, supplier=supplier))
    response = owners.post(_url("billing_source_edit", branch.pk, supplier=supplier), page.context["form"].initial)
    assert response["Location"] == _url("billing_sources", supplier=supplier)
    branch.refresh_from_db()
    assert branch.signer_name == "柏木 一"


def test_a_second_branch_of_the_same_name_is_refused_on_the_page(owners, supplier, branch):
    assert "同じ名前" in owners.post(_url("billing_source_new", supplier=supplier), TYPED).content.decode()


def test_a_retired_branch_is_offered_no_more_and_not_lost(owners, supplier, branch):
    owners.post(_url("billing_source_retire", branch.pk, supplier=supplier))
    assert owners.get(_url("billing_source_edit", branch.pk, supplier=supplier)).status_code == 404
    page = owners.get(_url("billing_sources", supplier=supplier)).content.decode()
    assert "利用を止めた請求元" in page
    assert "鹿屋支店" in page
    again = owners.post(_url("billing_source_retire", branch.pk, supplier=supplier), follow=True)
    assert "停止されています" in again.content.decode()


def test_a_colleague_sees_branches_and_no_button(client_of, colleague, supplier, branch):
    page = client_of(colleague).get(_url("billing_sources", supplier=supplier)).content.decode()
    assert "鹿屋支店" in page
    assert _url("billing_source_new", supplier=supplier) not in page
    assert _url("billing_source_edit", branch.pk, supplier=supplier) not in page


def test_the_list_shows_only_the_suppliers_own(owners, supplier, other_supplier):
    add_source(other_supplier, replace(BRANCH, name="よその支店"))
    assert "よその支店" not in owners.get(_url("billing_sources", supplier=supplier)).content.decode()


def test_a_branch_that_does_not_exist_is_not_found(owners, supplier):
    assert owners.post(_url("billing_source_retire", uuid7(), supplier=supplier)).status_code == 404


@pytest.mark.parametrize("name", ["company", "bank_accounts", "billing_sources", "seals"])
def test_the_rooms_of_a_company_lead_to_one_another(owners, supplier, name):
    page = on_one_line(owners.get(_url(name, supplier=supplier)).content.decode())
    for other in ("company", "bank_accounts", "billing_sources", "seals"):
        assert f'href="{_url(other, supplier=supplier)}"' in page
    assert page.count('tabs__link" href="' + _url(name, supplier=supplier) + '" aria-current="page"') == 1
