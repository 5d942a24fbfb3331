"""A step of the workflow is taken whole or not at all."""

import pytest

from accounts.acting import NotAllowed
from invoices import emails
from invoices.enums import Action, Status
from invoices.lifecycle import corrections
from invoices.lifecycle.workflow import step, transition
from invoices.models import Invoice, InvoiceEvent
from tests.factories import InvoiceFactory

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


@pytest.fixture
def unopened(supplier, department) -> Invoice:
    return InvoiceFactory(status=Status.UNOPENED, supplier=supplier, department=department)


def test_what_the_body_raises_undoes_the_whole_step(supplier_owner, unopened):
    def refuse(taken):
        taken.title = "別の件名"
        raise NotAllowed("理由")

    with pytest.raises(NotAllowed), step(unopened.pk, Action.CANCEL, actor=supplier_owner) as taken:
        refuse(taken)
    assert Invoice.objects.get(pk=unopened.pk).title == unopened.title
    assert Invoice.objects.get(pk=unopened.pk).status == Status.UNOPENED
    assert not InvoiceEvent.objects.exists()


def test_what_follows_from_a_step_and_fails_undoes_the_whole_step(supplier_owner, unopened, monkeypatch):
    def fail(cancelled):
        assert (cancelled.status, cancelled.events.count()) == (Status.CANCELLED, 1)
        raise RuntimeError("the outbox is gone")

    monkeypatch.setattr(emails, "cancelled", fail)
    with pytest.raises(RuntimeError):
        corrections.cancel(invoice_id=unopened.pk, actor=supplier_owner)
    assert Invoice.objects.get(pk=unopened.pk).status == Status.UNOPENED
    assert not InvoiceEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_no_step_is_taken(supplier_owner, unopened):
    with pytest.raises(RuntimeError, match="inside a transaction"):
        transition(unopened.pk, Action.CANCEL, actor=supplier_owner)
    assert Invoice.objects.get(pk=unopened.pk).status == Status.UNOPENED
