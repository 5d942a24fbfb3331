"""An invoice that was accepted or paid is corrected: the duty does not end there, and nobody pays both."""

import pytest

from invoices.enums import Action, Status
from invoices.lifecycle import accounting, corrections, issuing, payments, review
from invoices.lifecycle.related import accepted_correction, paid_before
from invoices.lifecycle.workflow import Blocked, can
from invoices.models import Invoice
from portal.lib.calendar import today_jst
from tests import factories
from tests.racing import race

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]

OLD = ("accepted_invoice", "taken_over_invoice", "paid_invoice")


@pytest.fixture
def correct(supplier_owner, reviewer):
    """Correct an invoice, deliver the correction, and bring it as far as it is to go."""

    def step_by_step(old: Invoice, to: Status = Status.ACCEPTED) -> Invoice:
        draft = corrections.reissue(invoice_id=old.pk, actor=supplier_owner)
        new = factories.deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
        if to != Status.UNOPENED:
            new = review.open_invoice(invoice_id=new.pk, actor=reviewer)
        return review.accept(invoice_id=new.pk, actor=reviewer) if to == Status.ACCEPTED else new

    return step_by_step


def pay(invoice: Invoice, accountant) -> Invoice:
    return payments.pay(invoice_id=invoice.pk, actor=accountant, paid_on=today_jst())


@pytest.mark.parametrize("fixture", OLD)
def test_it_is_corrected_and_stays_as_it_is_until_the_correction_is_accepted(
    fixture, request, supplier_owner, reviewer, correct
):
    old = request.getfixturevalue(fixture)
    before = Invoice.objects.values().get(pk=old.pk)
    assert can(supplier_owner, Action.REISSUE, old)
    new = correct(old, to=Status.OPENED)
    assert new.replaces == old
    assert Invoice.objects.values().get(pk=old.pk) == before
    review.accept(invoice_id=new.pk, actor=reviewer)
    after = Invoice.objects.values().get(pk=old.pk)
    assert {name for name in before if after[name] != before[name]} <= {
        "superseded_by_id",
        "status",
        "settled",
        "paid_at",
        "paid_on",
        "updated_at",
    }
    assert after["status"] == Status.ACCEPTED


@pytest.mark.parametrize("fixture", ["unopened_invoice", "opened_invoice"])
def test_what_the_department_still_examines_is_returned_instead(fixture, request, supplier_owner):
    assert not can(supplier_owner, Action.REISSUE, request.getfixturevalue(fixture))


def test_the_old_one_is_neither_taken_over_nor_paid_once_its_correction_is_accepted(
    accepted_invoice, correct, accountant, reviewer
):
    opened = correct(accepted_invoice, to=Status.OPENED)
    assert can(accountant, Action.PAY, accepted_invoice)
    assert accepted_correction(accepted_invoice) is None
    new = review.accept(invoice_id=opened.pk, actor=reviewer)
    said = f"修正後の請求書{new.number}に置き換えられています。この先の手続きは、そちらで進めてください。"
    accepted_invoice.refresh_from_db()
    with pytest.raises(Blocked, match=said):
        accounting.take_over(invoice_id=accepted_invoice.pk, actor=accountant)
    with pytest.raises(Blocked, match=said):
        pay(accepted_invoice, accountant)
    assert pay(new, accountant).status == Status.PAID


def test_a_correction_that_is_returned_frees_the_old_one(accepted_invoice, correct, accountant, reviewer):
    new = correct(accepted_invoice)
    review.reopen(invoice_id=new.pk, actor=reviewer, comment="金額の誤り")
    accepted_invoice.refresh_from_db()
    assert can(accountant, Action.PAY, accepted_invoice)


def test_a_correction_of_the_correction_counts_for_the_first(accepted_invoice, correct, accountant, reviewer):
    second = correct(accepted_invoice)
    third = correct(second)
    assert accepted_correction(second) == accepted_correction(accepted_invoice) == third
    for old in (accepted_invoice, second):
        old.refresh_from_db()
        assert not can(accountant, Action.PAY, old)
    assert can(accountant, Action.PAY, third)


def test_what_was_paid_on_the_old_ones_is_known_of_the_correction_before_it_is_accepted(
    paid_invoice, correct, reviewer
):
    new = correct(paid_invoice, to=Status.OPENED)
    assert paid_before(new) == paid_invoice.paid_amount == 1782
    assert paid_before(paid_invoice) == 0
    new = Invoice.objects.get(pk=review.accept(invoice_id=new.pk, actor=reviewer).pk)
    assert (paid_before(new), new.settled) == (0, 1782)
    assert paid_before(correct(new, to=Status.OPENED)) == 1782


def test_nothing_is_set_off_against_the_old_one_nor_overpaid_nor_disputed(accepted_invoice, correct, accountant):
    correct(accepted_invoice)
    accepted_invoice.refresh_from_db()
    for action in (Action.SET_OFF, Action.OVERPAY, Action.DISPUTE):
        assert not can(accountant, action, accepted_invoice)


def test_a_correction_is_not_counted_against_the_citys_limit(accepted_invoice, policy, correct):
    policy.bulk_limit_per_month = 1
    policy.save()
    assert correct(accepted_invoice).status == Status.ACCEPTED


@pytest.mark.django_db(transaction=True)
def test_a_correction_accepted_while_the_old_one_is_paid_is_waited_for(accepted_invoice, correct, accountant, reviewer):
    """Either the old one was paid before, or its payment is refused: never both after the acceptance."""
    new = correct(accepted_invoice, to=Status.OPENED)
    race(
        lambda: review.accept(invoice_id=new.pk, actor=reviewer),
        lambda: pay(accepted_invoice, accountant),
    )
    old = Invoice.objects.get(pk=accepted_invoice.pk)
    accepted = Invoice.objects.get(pk=new.pk)
    assert (old.status, old.settled, old.superseded_by) == (Status.ACCEPTED, 0, accepted)
    paid = old.events.filter(action=Action.PAY).first()
    assert (accepted.status, accepted.settled) == ((Status.PAID, 1782) if paid else (Status.ACCEPTED, 0))
    if paid:
        assert paid.at <= accepted.accepted_at
