"""Corrections that were accepted before transfers were kept take the place of the old claims, and what was paid."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now

from invoices.enums import Action, Status
from invoices.models import Invoice, Payment
from portal.lib import frozen
from portal.lib.calendar import today_jst
from tests.factories import InvoiceFactory
from tests.office import adds_up

BEFORE = "0009_payment_labels"

pytestmark = [pytest.mark.both_db, pytest.mark.slow]


def migrate(*targets: tuple[str, str]):
    frozen.thaw(None, connection.alias)
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps if targets else None


@pytest.mark.django_db(transaction=True)
def test_what_was_paid_on_both_is_overpaid_and_what_was_paid_on_the_old_one_counts(supplier, department):
    about = {"supplier": supplier, "department": department, "status": Status.ACCEPTED}
    first = InvoiceFactory(**about)
    second = InvoiceFactory(**about, replaces=first)
    third = InvoiceFactory(**about, replaces=second)
    twice = InvoiceFactory(**about)
    again = InvoiceFactory(**about, replaces=twice)
    alone = InvoiceFactory(**about)
    waiting = InvoiceFactory(**(about | {"status": Status.OPENED}), replaces=alone)
    try:
        apps = migrate(("invoices", BEFORE))
        old, payments = (apps.get_model("invoices", name) for name in ("Invoice", "Payment"))
        for invoice, amount in ((first, 1000), (second, 782), (twice, 1782), (again, 1782), (alone, 5)):
            payments.objects.create(invoice_id=invoice.pk, kind="payment", amount=amount, paid_on=today_jst())
            columns = {"settled": amount}
            if amount == invoice.payable:
                columns |= {"status": "paid", "paid_on": today_jst(), "paid_at": Now()}
            old.objects.filter(pk=invoice.pk).update(**columns)
    finally:
        migrate()
        frozen.freeze(Invoice._meta.app_config, connection.alias)
    now = Invoice.objects.in_bulk()
    assert {key: now[key].superseded_by for key in (first.pk, second.pk, third.pk, twice.pk, again.pk, alone.pk)} == {
        first.pk: third,
        second.pk: third,
        third.pk: None,
        twice.pk: again,
        again.pk: None,
        alone.pk: None,
    }
    assert [(now[each.pk].status, now[each.pk].settled) for each in (first, second, third, twice, again, alone)] == [
        (Status.ACCEPTED, 0),
        (Status.ACCEPTED, 0),
        (Status.PAID, 1782),
        (Status.ACCEPTED, 0),
        (Status.ACCEPTED, 3564),
        (Status.ACCEPTED, 5),
    ]
    assert now[waiting.pk].settled == 0
    assert [event.data["amount"] for event in third.events.filter(action=Action.TRANSFER)] == [1000, 782]
    assert Payment.objects.filter(kind="transfer").count() == 3
    adds_up()
    with pytest.raises(Exception, match="frozen row"):
        Payment.objects.filter(kind="transfer").update(amount=1)
