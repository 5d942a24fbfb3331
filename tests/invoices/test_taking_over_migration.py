"""Claims of nothing that were taken over before came to no end; they do now, without a day of payment."""

import pytest
from django.db import connection
from django.db.models.functions import Now

from invoices.enums import Action, Status
from invoices.models import Invoice
from portal.lib import frozen
from tests.factories import InvoiceFactory
from tests.invoices.test_transfers_migration import migrate

BEFORE = "0013_travel"

pytestmark = [pytest.mark.both_db, pytest.mark.slow]


@pytest.mark.django_db(transaction=True)
def test_a_claim_of_nothing_that_was_taken_over_is_at_its_end(supplier, department):
    about = {"supplier": supplier, "department": department, "status": Status.ACCEPTED}
    nothing = InvoiceFactory(**about, total=0)
    waiting = InvoiceFactory(**about, total=0)
    another = InvoiceFactory(**about)
    Invoice.objects.filter(pk__in=(nothing.pk, another.pk)).update(taken_over_at=Now())
    try:
        migrate(("invoices", BEFORE))
    finally:
        migrate()
        frozen.freeze(Invoice._meta.app_config, connection.alias)
    now = Invoice.objects.in_bulk()
    assert [now[each.pk].status for each in (nothing, waiting, another)] == ["paid", "accepted", "accepted"]
    assert (now[nothing.pk].paid_on, now[nothing.pk].paid_at, now[nothing.pk].state_label) == (None, None, "支払不要")
    (event,) = nothing.events.all()
    assert (event.action, event.from_status, event.to_status) == (Action.TAKE_OVER, "accepted", "paid")
    assert "支払うものはありません。" in event.comment
