"""The reasons for which a city takes claims before the supply: a list in its policy, told by its history in words."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from accounts.prepayment import Prepayment
from tests.accounts.municipalities.test_policy import save
from tests.pages import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(municipality_admin) -> Visitor:
    return Visitor(municipality_admin)


@pytest.mark.parametrize("value", ["rent", {"rent": True}, ["rent", "rent"], ["anything"], [""], [1]])
def test_only_a_list_of_reasons_is_taken_for_prepayments(value, policy):
    policy.prepayments = value
    with pytest.raises(ValidationError):
        policy.full_clean()
    policy.prepayments = [Prepayment.RENT.value]
    policy.full_clean()


def test_they_stand_in_the_history_in_words(admin, policy):
    save(admin, prepayments=["rent", "other"])
    page = save(admin, prepayments=[])
    newer, older = page.text.split("変更の履歴 日時 変更した人 内容 ")[1].split("有馬 幸 ")[1:3]
    assert newer.startswith("前払を認める理由：賃借料・リース料、その他(市の規則による) → なし")
    assert "運賃、旅費" in older and older.split(" → ")[1].startswith("賃借料・リース料、その他(市の規則による)")


def test_whoever_chooses_reads_where_the_order_names_each(admin):
    text = admin.read("accounts:policy").text
    for said in (
        "賃借料・リース料（地方自治法施行令163条三）",
        "工事などの前払金（地方自治法施行令附則7条）",
        "運賃（地方自治法施行令163条七）",
        "旅費（地方自治法施行令162条一）",
        "負担金・補助金・交付金（地方自治法施行令162条三・163条二）",
        "その他(市の規則による)（地方自治法施行令162条六・163条八）",
    ):
        assert said in text
    assert all(reason.article for reason in Prepayment if reason)


def test_who_took_fares_and_journeys_ahead_takes_both_still(admin, policy):
    add_travel = import_module("accounts.migrations.0010_travel").add_travel
    save(admin, prepayments=["rent", "fare", "grant"])
    for _time in range(2):
        add_travel(apps, None)
        policy.refresh_from_db()
        assert policy.prepayments == ["rent", "fare", "travel", "grant"]
    assert policy.history.latest().prepayments == policy.prepayments
    save(admin, prepayments=["rent"])
    add_travel(apps, None)
    policy.refresh_from_db()
    assert policy.prepayments == ["rent"]
