"""A supplier that is known already is not invited a second time unawares; a mail that did not arrive is seen."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import codes
from accounts.models import OutgoingMail
from accounts.models.code import InvitePurpose
from portal.lib.ids import uuid7
from suppliers import invitations
from suppliers.invitations import AlreadyInvited
from suppliers.models import Invitation
from tests import factories
from tests.pages import Page, Visitor
from tests.racing import losers, race

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(municipality_admin) -> Visitor:
    return Visitor(municipality_admin)


@pytest.fixture
def typed(department):
    def fill(**changes) -> dict:
        names = {"invitation_id": str(uuid7()), "supplier_name": "見本菓子", "email": "kashi@example.jp"}
        return names | {"departments": [str(department.pk)]} | changes

    return fill


@pytest.fixture
def again(municipality_admin, department):
    """Invite without having said that it is another one."""

    def invite(**changes) -> Invitation:
        wanted = {"supplier_name": "別の名前", "email": "betsu@example.jp", "departments": [department.pk]} | changes
        return invitations.invite(municipality_admin, **wanted)[0]

    return invite


class TestWhoWasInvited:
    @pytest.mark.parametrize("same", [{"email": "KASHI@example.jp"}, {"supplier_name": "見本菓子"}], ids=str)
    def test_is_not_invited_again_by_the_same_address_or_name(self, same, sent, again):
        with pytest.raises(AlreadyInvited) as refused:
            again(**same)
        assert refused.value.invitation == sent.invitation
        assert OutgoingMail.objects.count() == 1

    def test_is_told_on_the_page_with_the_way_to_the_first(self, sent, admin, typed):
        page = admin.send("invitations:new", data=typed())
        assert set(page.errors) == {"id_another"}
        assert "すでに招待しています" in page.text
        assert "見本菓子 様（kashi@example.jp）へ、" in page.text
        address = admin.address("invitations:detail", sent.invitation.pk)
        assert page.links["送った招待を見る"] == address
        assert "再送する" in Page(admin.client.get(address)).buttons
        assert Invitation.objects.count() == 1

    def test_is_invited_all_the_same_after_a_tick_for_just_this_name_and_address(self, sent, admin, typed):
        page = admin.send("invitations:new", data=typed(another="別の名前 kashi@example.jp"))
        assert set(page.errors) == {"id_another"}
        page = admin.send("invitations:new", data=typed(another="見本菓子 kashi@example.jp"))
        assert "招待を送りました" in page.text
        assert Invitation.objects.count() == 2

    def test_may_be_invited_again_after_the_first_was_withdrawn(self, sent, municipality_admin, again):
        invitations.revoke(municipality_admin, invitation_id=sent.invitation.pk)
        assert again(email="kashi@example.jp").email == "kashi@example.jp"

    def test_by_another_city_is_nobodys_business_here(self, sent, other_municipality):
        neighbour = factories.staff_of(other_municipality, role="admin")
        own = factories.DepartmentFactory(municipality=other_municipality)
        wanted = {"supplier_name": "見本菓子", "email": "kashi@example.jp", "departments": [own.pk]}
        assert invitations.invite(neighbour, **wanted)[0].municipality == other_municipality

    @pytest.mark.both_db
    @pytest.mark.django_db(transaction=True)
    def test_by_two_at_once_is_invited_once(self, municipality_admin, municipality, department):
        second = factories.staff_of(municipality, role="admin")
        wanted = {"supplier_name": "見本菓子", "email": "kashi@example.jp", "departments": [department.pk]}
        outcomes = race(*(lambda who=who: invitations.invite(who, **wanted) for who in (municipality_admin, second)))
        assert [type(error) for error in losers(outcomes)] == [AlreadyInvited]


class TestWhoIsRegistered:
    @pytest.mark.parametrize("same", [{"email": "Owner@a.example"}, {"supplier_name": "事業者A"}], ids=str)
    def test_is_told_with_its_departments(self, same, supplier_owner, trading_link, again, admin, typed):
        with pytest.raises(AlreadyInvited) as refused:
            again(**same)
        assert refused.value.supplier == trading_link.supplier
        page = admin.send("invitations:new", data=typed(**same))
        assert "事業者A は、次の課へ請求書を送れます：子育て支援課" in page.text
        assert set(page.errors) == {"id_another"}

    def test_is_invited_to_further_departments_after_a_tick(
        self, supplier_owner, trading_link, admin, typed, other_department
    ):
        name = {"supplier_name": "事業者A", "email": "owner@a.example", "departments": [str(other_department.pk)]}
        page = admin.send("invitations:new", data=typed(**name, another="事業者A owner@a.example"))
        assert "招待を送りました" in page.text

    def test_elsewhere_alone_is_unknown_here(self, supplier_owner, again):
        assert again(email="owner@a.example")


class TestAMailThatDied:
    @pytest.fixture
    def dead(self, sent) -> Invitation:
        OutgoingMail.objects.update(dead_at=timezone.now(), body="")
        return sent.invitation

    def test_is_shown_in_the_list_and_with_what_to_do(self, dead, admin):
        page = admin.read("invitations:list")
        assert "送れませんでした 見本菓子" in page.text
        assert "見本菓子" in admin.read("invitations:list", state="unsent").links
        assert "見本菓子" not in admin.read("invitations:list", state="pending").links
        page = admin.read("invitations:detail", dead.pk)
        assert "招待のメールを送れませんでした" in page.text
        assert "正しいアドレスへ送り直してください" in page.text
        assert page.fields["resend-email"] == "kashi@example.jp"

    def test_is_sent_again_to_the_corrected_address(self, dead, admin):
        data = {"code": str(dead.code_id), "resend-email": "kashi@right.example"}
        page = admin.send("invitations:resend", dead.pk, data=data)
        assert "kashi@right.example" in page.text
        assert OutgoingMail.objects.get(dead_at=None).recipient == "kashi@right.example"
        page = admin.read("invitations:list")
        assert "回答待ち 見本菓子" in page.text
        dead.refresh_from_db()
        assert dead.email == "kashi@right.example"

    def test_of_an_earlier_sending_no_longer_counts(self, sent, admin, municipality_admin):
        first = OutgoingMail.objects.get()
        invitations.resend(municipality_admin, invitation_id=sent.invitation.pk, code_id=sent.invitation.code_id)
        OutgoingMail.objects.filter(pk=first.pk).update(dead_at=timezone.now())
        assert "回答待ち 見本菓子" in admin.read("invitations:list").text


class TestACorrectedAddress:
    @pytest.mark.parametrize("address", ["try..this..0511@docomo.ne.jp", "name.@ezweb.ne.jp"])
    def test_of_a_carrier_is_taken(self, address, sent, admin):
        data = {"code": str(sent.invitation.code_id), "resend-email": address}
        assert address in admin.send("invitations:resend", sent.invitation.pk, data=data).text

    @pytest.mark.parametrize("typo", ["", "kashi", "kashi@"])
    def test_that_is_none_is_told_and_changes_nothing(self, typo, sent, admin):
        data = {"code": str(sent.invitation.code_id), "resend-email": typo}
        page = admin.send("invitations:resend", sent.invitation.pk, data=data)
        assert set(page.errors) == {"id_resend-email"}
        assert page.fields["resend-email"] == typo
        assert codes.still_usable(str(sent.invitation.code_id))
        assert OutgoingMail.objects.count() == 1

    def test_gets_a_code_and_the_wrong_one_has_none_that_works(self, sent, municipality_admin):
        renewed, secret = invitations.resend(
            municipality_admin,
            invitation_id=sent.invitation.pk,
            code_id=sent.invitation.code_id,
            email="kashi@right.example",
        )
        assert codes.verify(renewed.code.public_id, secret, InvitePurpose.SUPPLIER)
        assert codes.verify(*sent.typed.values(), InvitePurpose.SUPPLIER) is None


class TestDepartmentsWithoutStaff:
    def test_are_marked_where_they_are_chosen(self, admin, department, other_department, reviewer):
        page = admin.client.get(reverse("invitations:new", args=[admin.person.id])).content.decode()
        assert "道路課(担当者なし)" in page
        assert "子育て支援課(担当者なし)" not in page

    def test_are_named_after_inviting_and_with_the_invitation(
        self, admin, typed, department, other_department, reviewer
    ):
        both = [str(department.pk), str(other_department.pk)]
        page = admin.send("invitations:new", data=typed(departments=both))
        warning = "次の課にはまだ担当者が登録されていません：道路課。"
        assert warning in page.text
        assert warning in admin.read("invitations:detail", Invitation.objects.get().pk).text

    def test_are_not_mentioned_when_there_are_none(self, admin, typed, reviewer):
        page = admin.send("invitations:new", data=typed())
        assert "担当者が登録されていません" not in page.text
