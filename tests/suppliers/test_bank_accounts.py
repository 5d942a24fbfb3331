"""Bank accounts."""

from functools import partial

import pytest
from django.urls import reverse

from accounts.acting import NotAllowed
from portal.lib.errors import InputError
from portal.lib.japan import AccountType
from suppliers import bank_accounts
from suppliers.bank_accounts import (
    ACCOUNTS_MAX,
    AccountInput,
    add_account,
    resolve_bank,
    resolve_branch,
    retire_account,
)
from suppliers.models import BankAccount
from tests import factories
from tests.racing import losers, race, winners
from tests.suppliers.queueing import race_behind

pytestmark = pytest.mark.django_db

TYPED = {"bank": "鹿児島銀行", "branch": "鹿屋", "account_type": "1", "number": "１２３４５", "holder": "ミホンカシ(ユ"}


@pytest.fixture
def owners(client_of, supplier_owner):
    return client_of(supplier_owner)


def _url(name: str, account: BankAccount | None = None, *, supplier) -> str:
    return reverse(f"suppliers:{name}", args=[supplier.pk, *([account.pk] if account else [])])


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0185", "0185"),
        ("185", "0185"),
        ("０１８５", "0185"),
        ("0185 鹿児島銀行", "0185"),
        ("0185　鹿児島銀行", "0185"),
        ("鹿児島銀行", "0185"),
        ("鹿児島", "0185"),
        ("かごしま", "0185"),
        ("ゆうちょ", "9900"),
        ("鹿児島相互信用金庫", "1991"),
    ],
)
def test_a_bank_is_found_by_code_or_name(typed, code):
    assert resolve_bank(typed).code == code


@pytest.mark.parametrize("typed", ["", "9876", "見本銀行", "0185999", "鹿児島県庁"])
def test_a_bank_that_does_not_exist_is_told(typed):
    with pytest.raises(InputError) as refused:
        resolve_bank(typed)
    assert refused.value.code == "unknown_bank"


def test_of_several_banks_the_candidates_are_named():
    with pytest.raises(InputError) as refused:
        resolve_bank("三菱")
    assert refused.value.code == "ambiguous_bank"
    assert "0005 三菱UFJ銀行" in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "code"), [("500", "500"), ("500 鹿屋", "500"), ("鹿屋", "500"), ("鹿屋支店", "500"), ("0", "000")]
)
def test_a_branch_is_found_by_code_or_name(typed, code):
    assert resolve_branch(resolve_bank("0185"), typed).code == code


def test_a_branch_of_another_bank_is_not_found():
    with pytest.raises(InputError) as refused:
        resolve_branch(resolve_bank("0185"), "銀座")
    assert refused.value.code == "unknown_branch"


def test_an_account_is_kept_in_the_banks_own_notation(owners, supplier):
    response = owners.post(_url("bank_account_new", supplier=supplier), TYPED, follow=True)
    account = BankAccount.objects.get()
    assert (account.bank_code, account.bank_name) == ("0185", "鹿児島銀行")
    assert (account.branch_code, account.branch_name) == ("500", "鹿屋")
    assert (account.number, account.holder) == ("0012345", "ﾐﾎﾝｶｼ(ﾕ")
    page = response.content.decode()
    assert "0012345" in page
    assert "ﾐﾎﾝｶｼ(ﾕ" in page


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"bank": ""}, "金融機関を入力してください"),
        ({"bank": "見本銀行"}, "金融機関が見つかりません"),
        ({"branch": "銀座"}, "その支店は見つかりません"),
        ({"account_type": "7"}, "預金種別を一覧から選び直してください"),
        ({"number": "12345678"}, "口座番号は7桁までの数字で"),
        ({"holder": "見本菓子"}, "口座名義に使えない文字があります"),
    ],
)
def test_the_form_says_which_field_and_what_to_do_and_keeps_what_was_typed(owners, supplier, change, message):
    typed = TYPED | change
    page = owners.post(_url("bank_account_new", supplier=supplier), typed).content.decode()
    assert message in page
    assert all(f'value="{typed[name]}"' in page for name in ("bank", "branch", "number", "holder") if typed[name])
    assert not BankAccount.objects.exists()


def test_the_same_account_is_registered_once(owners, supplier):
    owners.post(_url("bank_account_new", supplier=supplier), TYPED)
    page = owners.post(_url("bank_account_new", supplier=supplier), TYPED).content.decode()
    assert "この口座はすでに登録されています" in page
    assert BankAccount.objects.count() == 1


def account_input(number: str) -> AccountInput:
    bank = resolve_bank("0185")
    return AccountInput(bank, resolve_branch(bank, "500"), AccountType.ORDINARY, number, "ﾐﾎﾝｶｼ(ﾕ")


def fill_up_to(count: int, supplier) -> None:
    BankAccount.objects.bulk_create(factories.BankAccountFactory.build(supplier=supplier) for _ in range(count))


def test_the_number_of_accounts_is_bounded_and_retired_ones_do_not_count(supplier_owner, supplier):
    fill_up_to(ACCOUNTS_MAX, supplier)
    with pytest.raises(NotAllowed, match="口座の数を超えています"):
        add_account(supplier_owner, account_input("7000001"))
    retire_account(supplier_owner, BankAccount.objects.first().pk)
    add_account(supplier_owner, account_input("7000001"))
    assert BankAccount.objects.active().count() == ACCOUNTS_MAX


@pytest.mark.both_db
@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_add_the_last_account_at_once_one_is_told(supplier_owner, supplier):
    fill_up_to(ACCOUNTS_MAX - 1, supplier)
    outcomes = race(*(partial(add_account, supplier_owner, account_input(number)) for number in ("7000001", "7000002")))
    assert (len(winners(outcomes)), [type(loser) for loser in losers(outcomes)]) == (1, [NotAllowed])
    assert BankAccount.objects.active().count() == ACCOUNTS_MAX


@pytest.mark.django_db(transaction=True)
def test_nobody_counts_the_accounts_before_the_other_is_done(supplier_owner, supplier):
    fill_up_to(ACCOUNTS_MAX - 1, supplier)
    steps = (partial(add_account, supplier_owner, account_input(number)) for number in ("7000001", "7000002"))
    outcomes = race_behind(supplier, *steps)
    assert (len(winners(outcomes)), [type(loser) for loser in losers(outcomes)]) == (1, [NotAllowed])
    assert BankAccount.objects.active().count() == ACCOUNTS_MAX


@pytest.mark.django_db(transaction=True)
def test_two_people_who_add_the_same_account_at_once_add_it_once(supplier_owner, supplier):
    outcomes = race_behind(
        supplier, *(partial(add_account, supplier_owner, account_input("7000001")) for _ in range(2))
    )
    assert (len(winners(outcomes)), [type(loser) for loser in losers(outcomes)]) == (1, [NotAllowed])
    assert BankAccount.objects.count() == 1


def test_a_change_keeps_what_was_there_before(owners, supplier, bank_account):
    owners.post(_url("bank_account_edit", bank_account, supplier=supplier), TYPED)
    bank_account.refresh_from_db()
    assert bank_account.branch_code == "500"
    assert [row.branch_code for row in bank_account.history.all()] == ["500", "100"]


def test_saving_an_account_unchanged_works(owners, supplier):
    owners.post(_url("bank_account_new", supplier=supplier), TYPED)
    account = BankAccount.objects.get()
    page = owners.get(_url("bank_account_edit", account, supplier=supplier))
    response = owners.post(_url("bank_account_edit", account, supplier=supplier), page.context["form"].initial)
    assert response["Location"] == _url("bank_accounts", supplier=supplier)


def test_a_retired_account_is_offered_no_more_and_not_lost(owners, supplier, bank_account):
    owners.post(_url("bank_account_retire", bank_account, supplier=supplier))
    bank_account.refresh_from_db()
    assert not bank_account.active
    assert bank_account.history.count() == 2
    assert owners.get(_url("bank_account_edit", bank_account, supplier=supplier)).status_code == 404
    assert "利用を止めた口座" in owners.get(_url("bank_accounts", supplier=supplier)).content.decode()


def test_looking_retires_nothing(owners, supplier, bank_account):
    assert owners.get(_url("bank_account_retire", bank_account, supplier=supplier)).status_code == 302
    bank_account.refresh_from_db()
    assert bank_account.active


@pytest.mark.parametrize("name", ["bank_account_edit", "bank_account_retire"])
def test_a_colleague_changes_nothing(client_of, colleague, supplier, bank_account, name):
    assert client_of(colleague).post(_url(name, bank_account, supplier=supplier), TYPED).status_code == 403
    with pytest.raises(NotAllowed):
        bank_accounts.retire_account(colleague, bank_account.pk)


@pytest.mark.parametrize("name", ["bank_account_edit", "bank_account_retire"])
def test_an_account_of_another_supplier_does_not_exist(client_of, other_supplier, supplier_b, bank_account, name):
    response = client_of(other_supplier).post(_url(name, bank_account, supplier=supplier_b), TYPED)
    assert response.status_code == 404
    bank_account.refresh_from_db()
    assert bank_account.active
    assert bank_account.branch_code == "100"


def test_the_list_shows_only_the_suppliers_own(owners, supplier, bank_account, supplier_b):
    factories.BankAccountFactory(supplier=supplier_b, bank_name="よその銀行")
    page = owners.get(_url("bank_accounts", supplier=supplier)).content.decode()
    assert bank_account.bank_name in page
    assert "よその銀行" not in page


def test_choosing_a_bank_brings_its_branches(owners):
    page = owners.get(reverse("check_branches"), {"bank": "0185 鹿児島銀行"}).content.decode()
    assert '<option value="500 鹿屋">' in page
    assert "<option" not in owners.get(reverse("check_branches"), {"bank": "三菱"}).content.decode()


def test_the_holder_is_shown_as_the_bank_reads_it(owners):
    assert "ﾐﾎﾝｶｼ(ﾕ" in owners.get(reverse("check_account_holder"), {"holder": "みほんかし（ユ"}).content.decode()
    assert 'data-level="error"' in owners.get(reverse("check_account_holder"), {"holder": "見本"}).content.decode()
    assert owners.get(reverse("check_account_holder")).content.strip() == b""


@pytest.mark.parametrize("name", ["check_branches", "check_account_holder", "check_registration_number"])
def test_answers_while_typing_are_for_people_who_are_signed_in(client, name):
    assert client.get(reverse(name))["Location"].startswith(reverse("account_login"))
