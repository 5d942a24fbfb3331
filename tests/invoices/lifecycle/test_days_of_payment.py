"""On which day money moved: what may be recorded late, and what a correction says that took over what was paid."""

from datetime import timedelta

import pytest

from invoices.enums import Status
from invoices.lifecycle import accounting, issuing, payments
from invoices.models import Invoice, Payment
from portal.lib.calendar import today_jst
from tests.office import Office, fresh, refused

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def received(office: Office, draft: Invoice, *, days_ago: int) -> Invoice:
    """A claim of 1,782 yen that arrived so many days ago, taken over today."""
    issued = issuing.issue(invoice_id=draft.pk, actor=office.supplier, version=draft.version)
    arrived = issued.issued_at - timedelta(days=days_ago)
    Invoice.objects.filter(pk=draft.pk).update(status=Status.UNOPENED, delivered_at=arrived)
    return accounting.take_over(invoice_id=office.accept(issued).pk, actor=office.accounts)


def ago(days: int):
    return today_jst() - timedelta(days=days)


class TestACorrectionThatTookOverWhatWasPaid:
    def test_was_paid_when_money_moved_and_not_when_it_was_accepted(self, office, draft):
        claim = received(office, draft, days_ago=9)
        office.pay(claim, 1000, paid_on=ago(5))
        office.pay(claim, paid_on=ago(4))
        second = fresh(office.accept(office.correction(claim)))
        assert (second.status, second.paid_on) == (Status.PAID, ago(4))
        third = fresh(office.accept(office.correction(second)))
        assert (third.status, third.paid_on) == (Status.PAID, ago(4))
        office.reopen(third)
        assert fresh(second).paid_on == ago(4)
        office.reopen(second)
        assert fresh(claim).paid_on == ago(4)

    def test_was_paid_when_its_own_rest_was(self, office, draft):
        claim = received(office, draft, days_ago=9)
        office.pay(claim, paid_on=ago(5))
        new = office.accept(office.correction(claim, 61))
        assert office.pay(new, paid_on=ago(2)).paid_on == ago(2)

    def test_does_not_count_what_was_taken_back(self, office, draft):
        claim = received(office, draft, days_ago=9)
        office.pay(claim, paid_on=ago(5))
        new = office.accept(office.correction(claim))
        office.correct(Payment.objects.get(kind="payment"))
        assert office.pay(new, paid_on=ago(7)).paid_on == ago(7)


class TestAnEntryThatIsRecordedLate:
    def test_for_a_correction_may_be_of_before_its_arrival(self, office, draft):
        claim = received(office, draft, days_ago=9)
        new = office.accept(office.correction(claim))
        assert office.pay(new, paid_on=ago(5)).paid_on == ago(5)

    def test_but_not_of_before_what_it_corrects_arrived(self, office, draft):
        claim = received(office, draft, days_ago=4)
        new = office.accept(office.correction(claim))
        refused(lambda: office.pay(new, paid_on=ago(5)), "支払日が、請求書の届いた日より前です")

    def test_for_a_credit_note_may_be_of_before_its_arrival(self, office, draft):
        claim = received(office, draft, days_ago=9)
        office.pay(claim)
        note = office.accept(office.note(claim, 20))
        about = {"invoice_id": note.pk, "actor": office.accounts}
        said = "戻入日が、もとの請求書の届いた日より前です"
        refused(lambda: payments.refund(paid_on=ago(10), **about), said)
        assert payments.refund(paid_on=ago(5), **about).paid_on == ago(5)

    def test_is_named_by_what_its_day_is_called(self, office, draft):
        claim = received(office, draft, days_ago=4)
        about = {"invoice_id": claim.pk, "actor": office.accounts}
        payments.overpay(paid_on=today_jst(), amount=2000, comment="誤り", **about)
        refused(lambda: payments.refund(paid_on=ago(5), **about), "戻入日が、請求書の届いた日より前です")
        refused(lambda: payments.refund(paid_on=ago(-1), **about), "戻入日が先の日付です。実際に戻入された日")
