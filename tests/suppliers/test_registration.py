"""Accepting an invitation: step by step in the visitor, and the domain function behind it."""

import re
from dataclasses import replace

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts.acting import NotAllowed
from suppliers import invitations
from suppliers.invitations import InvitationClosed
from suppliers.models import MemberRole, Supplier, SupplierKind, SupplierMember, TradingLink
from suppliers.registration import CompanyInput, PersonInput, Registration
from tests import factories
from tests.pages import Page
from tests.suppliers.conftest import COMPANY, PERSON

pytestmark = pytest.mark.django_db

REGISTRATION = Registration(
    CompanyInput(
        kind=SupplierKind.CORPORATION,
        name="有限会社見本菓子",
        kana="みほんかし",
        registration_number="T7123456789012",
        representative_title="代表取締役",
        representative_name="宮園 太郎",
        postcode="893-0014",
        address="鹿児島県鹿屋市寿1-1",
        building="",
        phone="0994-43-2111",
        fiscal_year_end_month=6,
    ),
    PersonInput(name="宮園 花子", kana="みやぞの はなこ"),
)


@pytest.fixture
def newcomer():
    return factories.UserFactory(email="kashi@example.jp", name="", kana="")


@pytest.fixture
def visitor(browser_with_code, sent, newcomer):
    return browser_with_code(sent, newcomer)


def _fill_in(visitor, company=COMPANY, person=PERSON) -> None:
    assert visitor.post(reverse("invitation_company"), company)["Location"] == reverse("invitation_person")
    assert visitor.post(reverse("invitation_person"), person)["Location"] == reverse("invitation_confirm")


class TestANewcomer:
    def test_registers_in_four_steps(self, visitor, newcomer, sent, department):
        assert visitor.get(reverse("invitation_continue"))["Location"] == reverse("invitation_company")
        _fill_in(visitor)
        page = visitor.get(reverse("invitation_confirm")).content.decode()
        for shown in (
            "有限会社見本菓子",
            "T7123456789012",
            "代表取締役",
            "893-0014",
            "宮園 花子",
            department.name,
            "6月",
        ):
            assert shown in page
        assert visitor.post(reverse("invitation_confirm"))["Location"] == reverse("invitation_done")
        supplier = Supplier.objects.get()
        member = SupplierMember.objects.get()
        assert (member.user, member.supplier, member.role) == (newcomer, supplier, MemberRole.OWNER)
        assert supplier.kana == "ゆうげんがいしゃみほんかし"
        assert supplier.postcode == "893-0014"
        assert supplier.phone == "0994-43-2111"
        assert [link.department for link in supplier.trading_links.open()] == [department]
        newcomer.refresh_from_db()
        assert newcomer.name == "宮園 花子"
        sent.invitation.refresh_from_db()
        assert sent.invitation.supplier == supplier
        assert sent.invitation.accepted_at is not None
        done = visitor.get(reverse("invitation_done")).content.decode()
        assert reverse("suppliers:bank_account_new", args=[supplier.pk]) in done

    def test_finds_everything_still_typed_when_going_back(self, visitor):
        _fill_in(visitor)
        company = visitor.get(reverse("invitation_company")).content.decode()
        assert 'value="有限会社見本菓子"' in company
        assert re.search(r'value="yes"[^>]*checked', company)
        assert 'value="宮園 花子"' in visitor.get(reverse("invitation_person")).content.decode()

    def test_finds_everything_still_typed_after_a_mistake(self, visitor):
        page = visitor.post(reverse("invitation_company"), COMPANY | {"postcode": "12", "name": "見本<菓子>"})
        shown = page.content.decode()
        assert "郵便番号は7桁の数字で入力してください" in shown
        assert 'value="見本&lt;菓子&gt;"' in shown
        assert 'value="12"' in shown
        assert 'value="12"' in visitor.get(reverse("invitation_company")).content.decode()

    def test_cannot_skip_a_step(self, visitor):
        assert visitor.post(reverse("invitation_confirm"))["Location"] == reverse("invitation_company")
        visitor.post(reverse("invitation_company"), COMPANY)
        assert visitor.post(reverse("invitation_confirm"))["Location"] == reverse("invitation_person")
        assert not Supplier.objects.exists()

    def test_pressing_the_last_button_twice_registers_once_and_ends_well(self, visitor):
        _fill_in(visitor)
        visitor.post(reverse("invitation_confirm"))
        assert visitor.post(reverse("invitation_confirm"))["Location"] == reverse("invitation_done")
        assert Supplier.objects.count() == 1

    def test_is_told_when_the_invitation_was_withdrawn_in_the_meantime(self, visitor, sent, municipality_admin):
        _fill_in(visitor)
        invitations.revoke(municipality_admin, invitation_id=sent.invitation.pk)
        response = visitor.post(reverse("invitation_confirm"), follow=True)
        assert "招待を確認できません" in response.content.decode()
        assert not Supplier.objects.exists()

    @pytest.mark.parametrize("step", ["continue", "company", "person", "confirm"])
    def test_gets_nowhere_without_a_code(self, client_of, newcomer, step):
        assert client_of(newcomer).get(reverse(f"invitation_{step}"))["Location"] == reverse("invitation_entry")

    @pytest.mark.parametrize("step", ["continue", "company", "person", "confirm", "done"])
    def test_gets_nowhere_without_signing_in(self, client, step):
        assert client.get(reverse(f"invitation_{step}"))["Location"].startswith(reverse("account_login"))


class TestTheCompanyForm:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"representative_title": ""}, "代表者職を入力してください"),
            ({"representative_name": ""}, "代表者氏名を入力してください"),
            ({"kind": ""}, "事業者の区分を選択してください"),
            ({"registered": ""}, "(インボイス)の登録を選択してください"),
            ({"registration_number": ""}, "登録番号を入力してください"),
            ({"registration_number": "T12"}, "登録番号は「T」と13桁の数字で入力してください"),
            ({"registration_number": "T1234567890123"}, "登録番号の検査数字"),
            ({"registered": "no"}, "登録番号を消すか"),
            ({"kana": "見本菓子"}, "事業者名(かな)はひらがなで入力してください"),
            ({"phone": "43-2111"}, "電話番号は0から始まる"),
            ({"fiscal_year_end_month": "13"}, "決算月を一覧から選び直してください"),
            ({"name": "見" * 61}, "事業者名は60文字以内で入力してください"),
        ],
    )
    def test_says_which_field_and_what_to_do(self, visitor, change, message):
        typed = COMPANY | change
        response = visitor.post(reverse("invitation_company"), typed)
        assert response.status_code == 200
        assert message in response.content.decode()

    def test_an_issuer_without_registration_has_no_number(self, visitor):
        _fill_in(visitor, COMPANY | {"registered": "no", "registration_number": ""})
        visitor.post(reverse("invitation_confirm"))
        assert Supplier.objects.get().registration_number == ""

    def test_a_wrong_digit_is_only_a_warning_for_a_sole_proprietor(self, visitor):
        _fill_in(visitor, COMPANY | {"kind": "sole_proprietor", "registration_number": "T1234567890123"})
        page = visitor.get(reverse("invitation_confirm")).content.decode()
        assert "登録番号を確かめてください" in page
        visitor.post(reverse("invitation_confirm"))
        assert Supplier.objects.get().registration_number == "T1234567890123"

    def test_the_postcode_fills_the_address_without_asking_for_the_rest(self, visitor):
        typed = {"name": "見本", "postcode": "８９３－００１４", "address": "", "fill_address": "overwrite"}
        page = visitor.post(reverse("invitation_company"), typed).content.decode()
        assert 'value="鹿児島県鹿屋市寿"' in page
        assert 'value="見本"' in page
        assert "入力してください</li>" not in page

    def test_the_button_replaces_an_address_of_elsewhere(self, visitor):
        typed = {"postcode": "893-0014", "address": "宮崎県", "fill_address": "overwrite"}
        assert 'value="鹿児島県鹿屋市寿"' in visitor.post(reverse("invitation_company"), typed).content.decode()

    def test_leaving_the_postcode_field_never_replaces_an_address(self, visitor):
        typed = {"postcode": "893-0014", "address": "宮崎県", "fill_address": "if-empty"}
        assert 'value="宮崎県"' in visitor.post(reverse("invitation_company"), typed).content.decode()

    def test_the_number_of_the_house_stays_when_the_button_is_pressed_again(self, visitor):
        typed = {"postcode": "893-0014", "address": "鹿児島県鹿屋市寿20-1", "fill_address": "overwrite"}
        assert 'value="鹿児島県鹿屋市寿20-1"' in visitor.post(reverse("invitation_company"), typed).content.decode()

    @pytest.mark.parametrize(
        ("postcode", "message"), [("999-9999", "住所が見つかりません"), ("12", "郵便番号は7桁の数字で")]
    )
    def test_a_postcode_without_an_address_is_told(self, visitor, postcode, message):
        typed = {"postcode": postcode, "fill_address": "overwrite"}
        page = visitor.post(reverse("invitation_company"), typed).content.decode()
        assert message in page
        assert f'value="{postcode}"' in page


class TestAnswersWhileTyping:
    @pytest.mark.parametrize(
        ("query", "level"),
        [
            ({"registration_number": "T7123456789012", "kind": "corporation"}, "success"),
            ({"registration_number": "Ｔ7123-4567-89012"}, "success"),
            ({"registration_number": "T1234567890123", "kind": "corporation"}, "error"),
            ({"registration_number": "T1234567890123", "kind": "sole_proprietor"}, "warning"),
            ({"registration_number": "T12345678901234", "kind": "corporation"}, "error"),
        ],
    )
    def test_the_registration_number_is_judged(self, client_of, newcomer, query, level):
        page = client_of(newcomer).get(reverse("check_registration_number"), query).content.decode()
        assert f'data-level="{level}"' in page

    @pytest.mark.parametrize("query", [{}, {"registration_number": "T123"}, {"kind": "x"}])
    def test_an_unfinished_number_is_left_alone(self, client_of, newcomer, query):
        assert client_of(newcomer).get(reverse("check_registration_number"), query).content.strip() == b""


class TestSomebodyWhoOwnsASupplier:
    @pytest.fixture
    def owners_browser(self, browser_with_code, sent, supplier_owner):
        return browser_with_code(sent, supplier_owner.user)

    def test_accepts_for_it(self, owners_browser, supplier, department):
        page = owners_browser.get(reverse("invitation_continue")).content.decode()
        assert supplier.name in page
        response = owners_browser.post(reverse("invitation_continue"), {"supplier": str(supplier.pk)})
        assert response["Location"] == reverse("invitation_done")
        assert [link.department for link in supplier.trading_links.open()] == [department]
        assert Supplier.objects.count() == 1

    def test_may_register_another_one(self, owners_browser):
        response = owners_browser.post(reverse("invitation_continue"), {"supplier": "new"})
        assert response["Location"] == reverse("invitation_company")

    def test_is_asked_to_choose(self, owners_browser):
        page = owners_browser.post(reverse("invitation_continue"), {}).content.decode()
        assert "選択してください" in page

    def test_cannot_accept_for_somebody_elses(self, owners_browser, supplier_b):
        owners_browser.post(reverse("invitation_continue"), {"supplier": str(supplier_b.pk)})
        assert not TradingLink.objects.exists()

    def test_a_colleague_who_is_no_owner_is_sent_to_the_owner_and_may_still_register_another_company(
        self, browser_with_code, sent, colleague
    ):
        visitor = browser_with_code(sent, colleague.user)
        page = visitor.get(reverse("invitation_continue"))
        assert page.status_code == 200
        assert "自社の管理者に依頼してください" in page.content.decode()
        assert colleague.name in page.content.decode()
        another = visitor.get(reverse("invitation_continue"), {"new": "1"})
        assert another["Location"] == reverse("invitation_company")
        _fill_in(visitor)
        visitor.post(reverse("invitation_confirm"))
        assert SupplierMember.objects.get(user=colleague.user, role=MemberRole.OWNER).supplier.name == COMPANY["name"]

    def test_the_code_that_a_colleague_showed_still_serves_the_owner(
        self, browser_with_code, sent, colleague, supplier_owner, supplier, department
    ):
        browser_with_code(sent, colleague.user).get(reverse("invitation_continue"))
        owner = browser_with_code(sent, supplier_owner.user)
        owner.post(reverse("invitation_continue"), {"supplier": str(supplier.pk)})
        assert [link.department for link in supplier.trading_links.open()] == [department]

    def test_somebody_who_has_left_their_company_registers_like_anybody_else(self, browser_with_code, sent, colleague):
        SupplierMember.objects.filter(user=colleague.user).update(active=False)
        visitor = browser_with_code(sent, colleague.user)
        assert visitor.get(reverse("invitation_continue"))["Location"] == reverse("invitation_company")


class TestAccepting:
    def test_for_a_supplier_one_does_not_own_leaves_the_code_unused(self, sent, colleague):
        with pytest.raises(NotAllowed):
            invitations.accept(code=sent.invitation.code, user=colleague.user, supplier_id=colleague.id)
        sent.invitation.code.refresh_from_db()
        assert sent.invitation.code.used_at is None

    def test_is_nothing_for_an_operator_and_leaves_the_code_unused(self, sent, operator):
        with pytest.raises(NotAllowed, match="運用者は事業者の社員になれません"):
            invitations.accept(code=sent.invitation.code, user=operator, registration=REGISTRATION)
        sent.invitation.code.refresh_from_db()
        assert sent.invitation.code.used_at is None

    def test_opens_a_link_that_was_closed(self, sent, supplier_owner, department, supplier):
        link = factories.TradingLinkFactory(supplier=supplier, department=department, active=False)
        invitations.accept(code=sent.invitation.code, user=supplier_owner.user, supplier_id=supplier.pk)
        link.refresh_from_db()
        assert link.active
        assert link.history.count() == 2

    def test_passes_over_a_department_that_was_closed_since(self, invite, supplier_owner, department, other_department):
        sent = invite(departments=[department.pk, other_department.pk])
        other_department.closed = True
        other_department.save()
        supplier = invitations.accept(
            code=sent.invitation.code, user=supplier_owner.user, supplier_id=supplier_owner.id
        )
        assert [link.department for link in supplier.trading_links.all()] == [department]

    def test_where_every_department_was_closed_since_leaves_the_code_unused_and_says_so(
        self, browser_with_code, sent, supplier_owner, department
    ):
        department.closed = True
        department.save()
        owner = browser_with_code(sent, supplier_owner.user)
        choice = {"supplier": str(supplier_owner.id)}
        page = Page(owner.post(reverse("invitation_continue"), choice, follow=True))
        assert "招待された課は、すべて廃止されました" in page.text
        sent.invitation.refresh_from_db()
        assert (sent.invitation.accepted_at, sent.invitation.code.used_at) == (None, None)

    def test_happens_wholly_or_not_at_all(self, sent, newcomer):
        nameless = replace(REGISTRATION.company, name=None)
        with pytest.raises(IntegrityError):
            invitations.accept(
                code=sent.invitation.code, user=newcomer, registration=Registration(nameless, REGISTRATION.person)
            )
        sent.invitation.refresh_from_db()
        newcomer.refresh_from_db()
        assert sent.invitation.accepted_at is None
        assert sent.invitation.code.used_at is None
        assert newcomer.name == ""

    def test_a_second_time_fails_with_a_clear_message(self, sent, newcomer, supplier_owner):
        invitations.accept(code=sent.invitation.code, user=newcomer, registration=REGISTRATION)
        with pytest.raises(InvitationClosed) as refused:
            invitations.accept(code=sent.invitation.code, user=supplier_owner.user, supplier_id=supplier_owner.id)
        assert "使用済み" in str(refused.value.message)
        assert not TradingLink.objects.filter(supplier=supplier_owner.id).exists()
