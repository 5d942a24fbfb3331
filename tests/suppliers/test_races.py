"""Two people at the same moment."""

import pytest

from suppliers import invitations
from suppliers.invitations import InvitationClosed
from suppliers.models import Supplier, SupplierMember, TradingLink
from tests.factories import UserFactory
from tests.racing import losers, race, winners
from tests.suppliers.test_registration import REGISTRATION

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_db]


def test_two_people_who_accept_the_same_invitation_have_one_winner(sent):
    people = [UserFactory() for _ in range(2)]
    outcomes = race(
        *(
            lambda person=person: invitations.accept(code=sent.invitation.code, user=person, registration=REGISTRATION)
            for person in people
        )
    )
    assert len(winners(outcomes)) == 1
    assert [type(loser) for loser in losers(outcomes)] == [InvitationClosed]
    assert Supplier.objects.count() == SupplierMember.objects.count() == TradingLink.objects.count() == 1


def test_acceptance_and_renewal_at_once_leave_no_second_way_in(sent, municipality_admin):
    code, person = sent.invitation.code, UserFactory()
    outcomes = race(
        lambda: invitations.accept(code=code, user=person, registration=REGISTRATION),
        lambda: invitations.resend(municipality_admin, invitation_id=sent.invitation.pk, code_id=code.pk),
    )
    assert len(winners(outcomes)) == 1
    assert [type(loser) for loser in losers(outcomes)] == [InvitationClosed]
    sent.invitation.refresh_from_db()
    assert (sent.invitation.supplier is None) == (not Supplier.objects.exists())
    assert (sent.invitation.code_id == code.pk) == Supplier.objects.exists()
