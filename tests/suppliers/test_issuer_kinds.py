"""Joint ventures, associations and foreign suppliers: registered and changed by the same form as everybody else."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from suppliers.models import Supplier, SupplierKind
from suppliers.registration import Level, judge_registration_number
from tests import factories
from tests.pages import Visitor
from tests.suppliers.conftest import COMPANY, PERSON

pytestmark = pytest.mark.django_db

UNKNOWN_DIGIT = "T1234567890123"
VENTURE = COMPANY | {
    "kind": "joint_venture",
    "name": "見本・みなみ特定建設工事共同企業体",
    "kana": "みほん・みなみとくていけんせつこうじきょうどうきぎょうたい",
    "member_name": "株式会社見本建設",
    "members_all_registered": "on",
    "notice_filed_on": "令和8年4月1日",
}
ASSOCIATION = COMPANY | {
    "kind": "association",
    "name": "本町町内会",
    "kana": "ほんまちちょうないかい",
    "registration_number": UNKNOWN_DIGIT,
    "representative_title": "会長",
}
FOREIGN = COMPANY | {
    "kind": "foreign",
    "name": "Sample Maps Inc.",
    "kana": "",
    "registration_number": UNKNOWN_DIGIT,
    "postcode": "CA 94043-1351",
    "address": "1600 Sample Parkway\r\nMountain View, California\r\nUnited States of America",
    "phone": "+1 (650) 253-0000",
}
KINDS = {"joint venture": VENTURE, "association": ASSOCIATION, "foreign": FOREIGN}


@pytest.fixture
def owner(supplier_owner) -> Visitor:
    return Visitor(supplier_owner)


@pytest.fixture
def visitor(browser_with_code, sent):
    return browser_with_code(sent, factories.UserFactory(email="kashi@example.jp", name="", kana=""))


def registered(visitor, company) -> Supplier:
    visitor.post(reverse("invitation_company"), company)
    visitor.post(reverse("invitation_person"), PERSON)
    visitor.post(reverse("invitation_confirm"))
    return Supplier.objects.get()


@pytest.mark.parametrize("typed", KINDS.values(), ids=KINDS)
def test_each_is_registered_from_an_invitation_and_shown_before(typed, visitor):
    visitor.post(reverse("invitation_company"), typed)
    visitor.post(reverse("invitation_person"), PERSON)
    page = visitor.get(reverse("invitation_confirm")).content.decode()
    assert typed["name"] in page
    visitor.post(reverse("invitation_confirm"))
    supplier = Supplier.objects.get()
    assert (supplier.kind, supplier.name) == (typed["kind"], typed["name"])
    assert supplier.is_registered


def test_a_joint_venture_is_kept_with_its_member_and_notice_and_with_its_history(owner, supplier):
    page = owner.send("suppliers:company_edit", data=VENTURE)
    assert "会社情報を保存しました" in page.text
    assert "代表構成員 株式会社見本建設" in page.text
    assert "令和8年4月1日" in page.text
    then = supplier.history.first()
    assert (then.kind, then.member_name, then.notice_filed_on) == (
        SupplierKind.JOINT_VENTURE,
        "株式会社見本建設",
        date(2026, 4, 1),
    )
    assert owner.read("suppliers:company_edit").forms[""]["member_name"] == "株式会社見本建設"


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"member_name": ""}, "member_name", "代表構成員を入力してください"),
        ({"members_all_registered": ""}, "members_all_registered", "すべての構成員が登録を受けていなければ"),
        ({"notice_filed_on": ""}, "notice_filed_on", "届出書を提出した日を入力するか"),
        ({"registration_number": ""}, "registration_number", "登録番号を入力してください"),
        ({"registered": "no", "registration_ended_on": "R8.5.1"}, "registration_ended_on", "「発行できる」を選び"),
        ({"registered": "no", "registered_on": "R8.3.1"}, "registered_on", "「発行できる」を選んでください"),
        ({"registration_ended_on": "R8.4.1"}, "registration_ended_on", "届出書を提出した日より後の日付を"),
    ],
)
def test_a_joint_venture_gets_a_number_only_with_all_members_registered_and_the_notice_filed(
    change, field, message, owner, supplier
):
    page = owner.send("suppliers:company_edit", data=VENTURE | change)
    assert message in page.errors[f"id_{field}"]
    supplier.refresh_from_db()
    assert supplier.kind == SupplierKind.CORPORATION


def test_a_joint_venture_is_told_that_it_ends_with_the_registration_of_any_member(owner):
    owner.send("suppliers:company_edit", data=VENTURE | {"registration_ended_on": "R8.10.1"})
    page = owner.read("suppliers:company_edit")
    assert page.forms[""]["registration_ended_on"] == "2026-10-01"
    assert "構成員のいずれかが登録を受けなくなった日" in page.text
    assert "登録より前の取引の請求書には登録番号を印字しません" not in page.text  # there the day of the notice decides
    assert "登録の失効日 2026年10月1日" in owner.read("suppliers:company").text


def test_a_joint_venture_without_notice_registers_without_a_number(visitor):
    plain = {"registered": "no", "registration_number": "", "members_all_registered": "", "notice_filed_on": ""}
    supplier = registered(visitor, VENTURE | plain)
    assert (supplier.kind, supplier.registration_number) == (SupplierKind.JOINT_VENTURE, "")
    assert not supplier.is_registered


@pytest.mark.parametrize("columns", [{"members_all_registered": False}, {"notice_filed_on": None}])
def test_no_other_way_gives_a_joint_venture_a_number_without_them(columns):
    venture = {"kind": "joint_venture", "members_all_registered": True, "notice_filed_on": date(2026, 4, 1)}
    with pytest.raises(IntegrityError, match="joint_venture_number"), transaction.atomic():
        factories.SupplierFactory(**venture | columns)
    assert factories.SupplierFactory(**venture).is_registered
    assert not factories.SupplierFactory(**venture | columns | {"registration_number": ""}).is_registered


def test_what_only_a_joint_venture_has_goes_with_it(owner, supplier):
    owner.send("suppliers:company_edit", data=VENTURE)
    owner.send("suppliers:company_edit", data=VENTURE | {"kind": "corporation"})
    supplier.refresh_from_db()
    assert (supplier.member_name, supplier.members_all_registered, supplier.notice_filed_on) == ("", False, None)


@pytest.mark.parametrize("kind", SupplierKind)
def test_only_a_corporations_number_must_have_its_check_digit(kind):
    level = Level.ERROR if kind == SupplierKind.CORPORATION else Level.WARNING
    assert judge_registration_number(UNKNOWN_DIGIT, kind).level == level


def test_a_foreign_supplier_has_an_address_in_free_lines(visitor):
    supplier = registered(visitor, FOREIGN)
    assert supplier.address == "1600 Sample Parkway\nMountain View, California\nUnited States of America"
    assert (supplier.postcode, supplier.phone, supplier.kana) == ("CA 94043-1351", "+1-650-253-0000", "")


def test_a_foreign_supplier_needs_no_postcode_and_may_have_a_romanised_name(visitor):
    supplier = registered(visitor, FOREIGN | {"postcode": "", "kana": "Sample Maps"})
    assert (supplier.postcode, supplier.kana) == ("", "Sample Maps")


def test_a_foreign_address_is_shown_line_by_line_without_the_mark_of_japanese_post(owner, supplier):
    page = owner.send("suppliers:company_edit", data=FOREIGN)
    assert "住所 CA 94043-1351 1600 Sample Parkway Mountain View, California United States of America" in page.text
    assert "〒" not in page.text


@pytest.mark.parametrize("kind", ["corporation", "sole_proprietor", "association", "joint_venture"])
@pytest.mark.parametrize("change", [{"postcode": "94043"}, {"kana": ""}, {"postcode": ""}])
def test_everybody_else_writes_a_japanese_address_and_a_reading(kind, change, owner):
    page = owner.send("suppliers:company_edit", data=VENTURE | {"kind": kind} | change)
    assert f"id_{next(iter(change))}" in page.errors


@pytest.mark.parametrize(
    ("kind", "shown", "hidden"),
    [
        ("joint_venture", {"member_name", "notice_filed_on"}, set()),
        ("foreign", {"address"}, {"member_name"}),
        ("corporation", {"postcode"}, {"member_name", "notice_filed_on"}),
    ],
)
def test_a_button_brings_the_fields_of_the_chosen_kind_and_saves_nothing(kind, shown, hidden, owner, supplier):
    page = owner.send("suppliers:company_edit", data=COMPANY | {"kind": kind, "name": "新しい名", "shape": "1"})
    form = page.forms[""]
    assert shown <= form.keys()
    assert not hidden & form.keys()
    assert (form["name"], page.errors) == ("新しい名", {})
    supplier.refresh_from_db()
    assert supplier.name != "新しい名"


def test_the_same_button_serves_a_newcomer_and_keeps_what_was_typed(visitor):
    page = visitor.post(reverse("invitation_company"), VENTURE | {"shape": "1"}).content.decode()
    assert 'name="member_name"' in page
    assert "株式会社見本建設" in page
    assert not Supplier.objects.exists()
