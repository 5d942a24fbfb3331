"""Which times can be reserved for an issue."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from accounts.acting import NotAllowed
from invoices.enums import Status
from invoices.lifecycle import issuing, scheduling
from invoices.models import Invoice
from portal.lib.calendar import JST, today_jst
from tests.factories import InvoiceFactory, let_its_time_come

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def test_a_time_in_a_far_year_is_refused_as_a_slip_of_the_finger(draft, supplier_owner):
    at = timezone.now() + timedelta(days=400)
    with pytest.raises(NotAllowed, match="1年以上先"):
        scheduling.schedule(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=at)
    assert Invoice.objects.get().status == Status.DRAFT


def next_month() -> datetime:
    return datetime.combine((today_jst().replace(day=1) + timedelta(days=31)).replace(day=1), time(9), JST)


@pytest.fixture
def limit(policy) -> None:
    """The city takes one invoice in a month."""
    policy.bulk_limit_per_month = 1
    policy.save()


@pytest.fixture
def limit_reached(supplier, department, limit) -> Invoice:
    return InvoiceFactory(supplier=supplier, department=department, status=Status.OPENED)


def test_beyond_the_limit_of_this_month_the_next_one_can_be_reserved(draft, supplier_owner, limit_reached):
    with pytest.raises(issuing.Refused):
        issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    reserved = scheduling.schedule(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=next_month())
    assert reserved.status == Status.SCHEDULED


def test_the_clock_counts_the_month_in_which_it_issues(draft, supplier_owner, limit_reached):
    reserved = scheduling.schedule(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=next_month())
    assert scheduling.issue_due(let_its_time_come(reserved))
    reserved.refresh_from_db()
    assert (reserved.status, [finding["code"] for finding in reserved.refusal]) == (
        Status.DRAFT,
        ["bulk-limit-reached"],
    )


def test_a_time_for_which_alone_there_are_errors_is_refused_with_the_reason(
    draft, supplier_owner, supplier, department, limit
):
    """The draft itself would pass, so its page would have nothing to show."""
    at = next_month()
    InvoiceFactory(supplier=supplier, department=department, status=Status.OPENED, issued_at=at)
    with pytest.raises(NotAllowed, match="1か月に発行できるのは1件まで") as refused:
        scheduling.schedule(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=at)
    assert not isinstance(refused.value, issuing.Refused)
    assert Invoice.objects.get(pk=draft.pk).status == Status.DRAFT


def test_an_issue_date_is_held_against_the_reserved_day(new_draft, supplier_owner):
    """A year after its date the clock would refuse it."""
    old = today_jst() - timedelta(days=300)
    draft = new_draft(issue_date=old, transaction_date=old, lines=())
    with pytest.raises(issuing.Refused) as refused:
        scheduling.schedule(
            invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=timezone.now() + timedelta(days=100)
        )
    assert {finding.code for finding in refused.value.findings} == {"issue-date-far", "lines-missing"}


class TestInACityThatWantsTheDayOfSendingAsIssueDate:
    @pytest.fixture(autouse=True)
    def _strict(self, policy) -> None:
        policy.issue_date_is_sending_day = True
        policy.save()

    def test_an_invoice_is_issued_on_the_day_that_it_bears(self, draft, supplier_owner):
        issued = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
        assert issued.issue_date == today_jst()

    def test_one_of_another_day_is_refused(self, new_draft, supplier_owner):
        draft = new_draft(issue_date=next_month().date())
        with pytest.raises(issuing.Refused) as refused:
            issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
        assert [finding.code for finding in refused.value.findings] == ["issue-date-not-sending-day"]

    def test_it_can_be_reserved_for_the_day_that_it_bears_and_for_no_other(self, new_draft, supplier_owner):
        at = next_month()
        draft = new_draft(issue_date=at.date())
        with pytest.raises(issuing.Refused):
            scheduling.schedule(
                invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=at + timedelta(days=1)
            )
        reserved = scheduling.schedule(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=at)
        assert reserved.status == Status.SCHEDULED

    def test_one_of_today_is_not_reserved_for_later(self, draft, supplier_owner):
        with pytest.raises(NotAllowed, match="請求日を発行する日") as refused:
            scheduling.schedule(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=next_month())
        assert not isinstance(refused.value, issuing.Refused)

    def test_the_clock_refuses_when_the_day_has_passed(self, new_draft, supplier_owner):
        at = next_month()
        draft = new_draft(issue_date=at.date())
        reserved = scheduling.schedule(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=at)
        assert scheduling.issue_due(let_its_time_come(reserved))
        reserved.refresh_from_db()
        assert [finding["code"] for finding in reserved.refusal] == ["issue-date-not-sending-day"]
