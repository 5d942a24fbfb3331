"""A city invites, sends again and withdraws."""

import html
import logging
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail as sent_mail
from django.urls import reverse
from django.utils import timezone

from accounts import codes, mail
from accounts.acting import NotAllowed
from accounts.models import Department, InviteCode, OutgoingMail
from accounts.models.code import InvitePurpose
from portal.lib.ids import uuid7
from suppliers import invitations
from suppliers.models import Invitation
from suppliers.models.invitation import InvitationState
from tests import factories

pytestmark = pytest.mark.django_db


def _state(invitation: Invitation) -> InvitationState:
    return Invitation.objects.get(pk=invitation.pk).state(timezone.now())


def _expire(invitation: Invitation) -> None:
    InviteCode.objects.filter(pk=invitation.code_id).update(expires_at=timezone.now() - timedelta(seconds=1))


def _give_up(invitation: Invitation) -> None:
    """The mail server will never take the mail."""
    OutgoingMail.objects.filter(pk=invitation.mail_id).update(dead_at=timezone.now(), body="")


@pytest.fixture
def ask(client_of, municipality_admin):
    """The administrator's browser, by URL name."""
    client = client_of(municipality_admin)

    def fetch(name: str, *args, data: dict | None = None, **query):
        url = reverse(f"invitations:{name}", args=[municipality_admin.id, *args])
        return client.get(url, query) if data is None else client.post(url, data)

    return fetch


@pytest.fixture
def typed(department) -> dict:
    return {
        "invitation_id": str(uuid7()),
        "supplier_name": "有限会社見本菓子",
        "email": "kashi@example.jp",
        "departments": [str(department.pk)],
    }


class TestInviting:
    def test_the_mail_brings_link_and_both_parts(self, sent):
        body = OutgoingMail.objects.get().body
        public_id = sent.invitation.code.public_id
        assert f"http://testserver/invitation/{public_id}/#{sent.secret}\n" in body
        assert f"仮ID {public_id}" in body
        assert f"仮パスワード {sent.secret}" in body
        assert "見本市" in body
        assert "有効期限 20" in body

    def test_the_subject_says_who_invites_whom_and_keeps_the_code_to_itself(self, sent):
        subject = OutgoingMail.objects.get().subject
        assert "見本市" in subject
        assert "見本菓子" in subject
        assert sent.invitation.code.public_id not in subject

    def test_after_sending_the_secret_is_nowhere_in_the_database(self, sent):
        assert mail.send(OutgoingMail.objects.get().pk)
        assert sent.secret in sent_mail.outbox[-1].body
        for model in apps.get_models():
            for row in model._base_manager.values_list():
                assert sent.secret not in str(row), model
                assert sent.secret.replace("-", "") not in str(row), model

    def test_the_secret_is_in_no_log(self, invite, caplog):
        caplog.set_level(logging.DEBUG)
        sent = invite()
        mail.send(OutgoingMail.objects.get().pk)
        assert sent.secret not in caplog.text

    def test_only_the_citys_own_departments_can_be_chosen(self, invite, other_municipality):
        foreign = factories.DepartmentFactory(municipality=other_municipality)
        with pytest.raises(NotAllowed):
            invite(departments=[foreign.pk])
        assert not OutgoingMail.objects.exists()

    def test_closed_and_merged_departments_cannot_be_chosen(self, invite, municipality, department):
        closed = factories.DepartmentFactory(municipality=municipality, closed=True)
        merged = factories.DepartmentFactory(municipality=municipality, succeeded_by=department)
        for gone in (closed, merged):
            with pytest.raises(NotAllowed):
                invite(departments=[department.pk, gone.pk])

    def test_an_invitation_names_at_least_one_department(self, invite):
        with pytest.raises(NotAllowed):
            invite(departments=[])

    @pytest.mark.parametrize("who", ["reviewer", "accountant", "supplier_owner"])
    def test_nobody_but_an_administrator_invites(self, request, who, department):
        actor = request.getfixturevalue(who)
        with pytest.raises(NotAllowed):
            invitations.invite(actor, supplier_name="見本", email="a@example.jp", departments=[department.pk])


class TestThePageForANewInvitation:
    def test_it_shows_both_parts_once_and_is_not_cached(self, ask, typed):
        response = ask("new", data=typed)
        shown = response.content.decode()
        code = Invitation.objects.get().code
        secret = re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", shown)[0]
        assert codes.verify(code.public_id, secret, InvitePurpose.SUPPLIER) == code
        assert "no-store" in response["Cache-Control"]
        again = ask("detail", Invitation.objects.get().pk).content.decode()
        assert code.public_id in again
        assert secret not in again

    def test_sending_the_form_twice_invites_once(self, ask, typed):
        ask("new", data=typed)
        second = ask("new", data=typed).content.decode()
        assert "すでに送信済み" in second
        assert Invitation.objects.count() == OutgoingMail.objects.count() == InviteCode.objects.count() == 1

    def test_it_names_every_missing_field_and_keeps_what_was_typed(self, ask):
        shown = ask("new", data={"supplier_name": "見本菓子"}).content.decode()
        assert "メールアドレスを入力してください" in shown
        assert "発行先の課を選択してください" in shown
        assert 'value="見本菓子"' in shown

    def test_departments_stand_under_kana_headings_in_kana_order(self, ask, department, other_department):
        factories.DepartmentFactory(municipality=department.municipality, name="会計課", kana="かいけいか")
        shown = ask("new").content.decode()
        order = [shown.index(word) for word in (">か<", "会計課", "子育て支援課", ">た<", "道路課")]
        assert order == sorted(order)

    def test_a_name_with_markup_is_shown_as_text(self, ask, typed):
        typed["supplier_name"] = "<b>見本</b>&菓子"
        shown = ask("new", data=typed).content.decode()
        assert html.escape(typed["supplier_name"]) in shown
        assert typed["supplier_name"] in OutgoingMail.objects.get().body


class TestSendingAgain:
    def test_the_new_code_opens_and_the_old_one_does_not(self, sent, municipality_admin):
        old = sent.invitation.code
        renewed, secret = invitations.resend(municipality_admin, invitation_id=sent.invitation.pk, code_id=old.pk)
        assert codes.verify(renewed.code.public_id, secret, InvitePurpose.SUPPLIER) == renewed.code
        assert codes.verify(old.public_id, sent.secret, InvitePurpose.SUPPLIER) is None
        assert secret in OutgoingMail.objects.order_by("id").last().body

    def test_an_expired_invitation_is_pending_again(self, sent, municipality_admin):
        _expire(sent.invitation)
        assert _state(sent.invitation) == InvitationState.EXPIRED
        invitations.resend(municipality_admin, invitation_id=sent.invitation.pk, code_id=sent.invitation.code_id)
        assert _state(sent.invitation) == InvitationState.PENDING

    def test_pressing_twice_renews_once(self, ask, sent):
        form = {"code": str(sent.invitation.code_id)}
        assert ask("resend", sent.invitation.pk, data=form).status_code == 200
        assert ask("resend", sent.invitation.pk, data=form).status_code == 302
        assert OutgoingMail.objects.count() == 2

    def test_a_withdrawn_invitation_is_not_sent_again(self, sent, municipality_admin):
        invitations.revoke(municipality_admin, invitation_id=sent.invitation.pk)
        with pytest.raises(invitations.InvitationClosed):
            invitations.resend(municipality_admin, invitation_id=sent.invitation.pk, code_id=sent.invitation.code_id)
        assert _state(sent.invitation) == InvitationState.REVOKED

    def test_looking_changes_nothing(self, client_of, municipality_admin, sent):
        for name in ("resend", "revoke"):
            url = reverse(f"invitations:{name}", args=[municipality_admin.id, sent.invitation.pk])
            assert client_of(municipality_admin).get(url).status_code == 302
        assert _state(sent.invitation) == InvitationState.PENDING

    @pytest.mark.parametrize("junk", ["", "x", "01a1fcd5-46da-75eb-907e-d3971fe077f0"])
    def test_a_form_with_a_strange_code_does_nothing(self, ask, sent, junk):
        assert ask("resend", sent.invitation.pk, data={"code": junk}).status_code == 302
        assert OutgoingMail.objects.count() == 1


class TestWithdrawing:
    def test_the_code_opens_no_longer(self, ask, sent):
        ask("revoke", sent.invitation.pk, data={})
        assert codes.verify(sent.invitation.code.public_id, sent.secret, InvitePurpose.SUPPLIER) is None
        assert _state(sent.invitation) == InvitationState.REVOKED

    def test_an_accepted_invitation_stays_accepted(self, sent, municipality_admin, supplier_owner):
        invitations.accept(code=sent.invitation.code, user=supplier_owner.user, supplier_id=supplier_owner.id)
        with pytest.raises(invitations.InvitationClosed):
            invitations.revoke(municipality_admin, invitation_id=sent.invitation.pk)
        assert _state(sent.invitation) == InvitationState.ACCEPTED


class TestTheList:
    def test_each_state_has_its_tab(self, ask, invite, municipality_admin, supplier_owner):
        made = {state: invite(supplier_name=str(state.label)).invitation for state in InvitationState}
        _expire(made[InvitationState.EXPIRED])
        _give_up(made[InvitationState.UNSENT])
        invitations.revoke(municipality_admin, invitation_id=made[InvitationState.REVOKED].pk)
        accepted = made[InvitationState.ACCEPTED]
        invitations.accept(code=accepted.code, user=supplier_owner.user, supplier_id=supplier_owner.id)
        for state, invitation in made.items():
            assert _state(invitation) == state
            rows = ask("list", state=state.value).context["rows"]
            assert [row["invitation"].pk for row in rows] == [invitation.pk]
        assert len(ask("list").context["rows"]) == len(made)

    def test_a_city_sees_only_its_own(self, client_of, sent, other_municipality):
        neighbour = factories.staff_of(other_municipality, role="admin")
        client = client_of(neighbour)
        assert client.get(reverse("invitations:list", args=[neighbour.id])).context["rows"] == []
        for name in ("detail", "resend", "revoke"):
            url = reverse(f"invitations:{name}", args=[neighbour.id, sent.invitation.pk])
            response = client.get(url) if name == "detail" else client.post(url, {"code": sent.invitation.code_id})
            assert response.status_code == 404
        assert _state(sent.invitation) == InvitationState.PENDING

    def test_long_lists_have_pages(self, ask, invite):
        made = [invite(supplier_name=f"見本{number}").invitation.pk for number in range(52)]
        first = ask("list")
        second = ask("list", after=first.context["page"].after)
        shown = [row["invitation"].pk for response in (first, second) for row in response.context["rows"]]
        assert shown == list(reversed(made))

    def test_the_number_of_queries_does_not_grow_with_the_rows(
        self, ask, invite, django_assert_num_queries, django_assert_max_num_queries
    ):
        invite()
        ask("list")
        with django_assert_max_num_queries(30) as one:
            ask("list")
        invite()
        invite()
        with django_assert_num_queries(len(one)):
            ask("list")


def test_a_department_that_was_merged_after_the_invitation_leads_to_its_successor(
    sent, department, other_department, supplier_owner
):
    Department.objects.filter(pk=department.pk).update(succeeded_by=other_department)
    supplier = invitations.accept(code=sent.invitation.code, user=supplier_owner.user, supplier_id=supplier_owner.id)
    assert [link.department for link in supplier.trading_links.all()] == [other_department]
