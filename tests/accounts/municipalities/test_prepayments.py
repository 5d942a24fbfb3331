"""The reasons for which a city takes claims before the supply: a list in its policy, told by its history in words."""

import pytest
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
    assert "運賃・旅費" in older and older.split(" → ")[1].startswith("賃借料・リース料、その他(市の規則による)")
