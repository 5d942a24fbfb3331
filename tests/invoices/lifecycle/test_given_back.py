"""When the acceptance of a correction is taken back, the mails say for what counts again what had been transferred."""

import pytest

from accounts.models import OutgoingMail
from invoices.enums import Status
from invoices.models import Payment
from tests.office import adds_up, fresh

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def bodies(step) -> dict[str, str]:
    """By recipient, what a step makes the portal write."""
    OutgoingMail.objects.all().delete()
    step()
    return {mail.recipient: mail.body for mail in OutgoingMail.objects.all()}


GIVEN_BACK = "引き継いでいた次の額は、修正前の"


def test_the_mail_of_a_reopening_names_the_claim_and_the_amount(office, claim):
    office.pay(claim, 1000)
    new = office.accept(office.correction(claim))
    (body,) = bodies(lambda: office.reopen(new)).values()
    assert f"この請求書が引き継いでいた次の額は、修正前の請求書に戻りました。\n{claim.number} 支払済額 1,000円" in body


def test_both_mails_of_a_recall_do(office, claim):
    office.pay(claim)
    new = office.take_over(office.accept(office.correction(claim)))
    said = bodies(lambda: office.recall(new))
    assert set(said) == {"reviewer@city.example", "owner@a.example"}
    assert all(f"\n{claim.number} 支払済額 1,782円" in body for body in said.values())


def test_what_was_set_off_is_called_so(office, claim):
    office.accept(office.note(claim, 20))
    office.pay(claim)
    new = office.accept(office.correction(claim))
    (body,) = bodies(lambda: office.reopen(new)).values()
    assert f"\n{claim.number} 支払済額と充当額 1,782円" in body


def test_of_a_credit_note_it_says_what_had_come_back(office, claim):
    office.pay(claim)
    note = office.refund(office.accept(office.note(claim, 20)), 94)
    new = office.accept(office.correction(note, -30))
    (body,) = bodies(lambda: office.reopen(new)).values()
    assert (
        f"この返還請求書が引き継いでいた次の額は、修正前の返還請求書に戻りました。\n{note.number} 戻入額 94円" in body
    )


def test_along_a_chain_the_last_that_stands_is_named_with_what_it_holds_in_the_end(office, claim):
    office.pay(claim, 1000)
    second = office.accept(office.correction(claim))
    office.pay(second, 500)
    third = office.accept(office.correction(second))
    (body,) = bodies(lambda: office.reopen(third)).values()
    assert f"\n{second.number} 支払済額 1,500円" in body
    assert claim.number not in body
    assert fresh(second).settled == 1500


def test_nothing_is_said_where_nothing_had_been_transferred(office, claim):
    new = office.accept(office.correction(claim))
    (body,) = bodies(lambda: office.reopen(new)).values()
    assert GIVEN_BACK not in body
    assert not any(GIVEN_BACK in body for body in bodies(lambda: office.recall(claim)).values())


class TestAnEntryThatWasMistakenAndTransferred:
    """It was corrected on the old document after its correction had been accepted, so what was transferred is nothing.

    The acceptance is taken back all the same, and the old document is what is to be settled again.
    """

    def test_of_a_claim(self, office, claim):
        office.pay(claim)
        new = office.accept(office.correction(claim, 61))
        office.correct(Payment.objects.get(kind="payment"))
        (body,) = bodies(lambda: office.reopen(fresh(new))).values()
        assert GIVEN_BACK not in body
        now = fresh(claim)
        assert (now.status, now.settled, now.paid_on, now.superseded_by) == (Status.ACCEPTED, 0, None, None)
        adds_up()

    def test_of_a_claim_whose_correction_comes_to_nothing_and_was_taken_over(self, office, claim):
        office.pay(claim)
        new = office.take_over(office.accept(office.deliver(office.of_nothing(office.begun(claim)))))
        office.correct(Payment.objects.get(kind="payment"))
        assert fresh(new).state_label == "支払不要"
        assert office.recall(new).status == Status.OPENED
        assert (fresh(claim).status, fresh(claim).paid_on) == (Status.ACCEPTED, None)
        adds_up()

    def test_of_a_claim_that_was_partly_set_off(self, office, claim):
        office.accept(office.note(claim, 20))
        office.pay(claim)
        new = office.accept(office.correction(claim, 61))
        for entry in Payment.objects.correctable():
            office.correct(entry)
        office.reopen(fresh(new))
        assert (fresh(claim).status, fresh(claim).settled, fresh(claim).set_off) == (Status.ACCEPTED, 0, 0)
        adds_up()

    def test_of_a_credit_note(self, office, claim):
        office.pay(claim)
        note = office.refund(office.accept(office.note(claim, 20)))
        new = office.accept(office.correction(note, -30))
        office.correct(Payment.objects.get(kind="refund"))
        office.reopen(fresh(new))
        assert (fresh(note).status, fresh(note).settled, fresh(note).paid_on) == (Status.ACCEPTED, 0, None)
        adds_up()
