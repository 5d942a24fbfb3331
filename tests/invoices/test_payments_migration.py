"""What was paid before entries were kept: taken over as one entry each, and honest about what is left."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from invoices.enums import Action, Status
from invoices.models import Invoice, Payment
from portal.lib import frozen
from portal.lib.calendar import today_jst
from tests.factories import InvoiceFactory

BEFORE, MIGRATION = "0005_document_fields", "0006_payments"

pytestmark = [pytest.mark.both_db, pytest.mark.slow]


@pytest.mark.parametrize(
    ("snapshot", "payable"),
    [
        (None, 1782),
        ('{"schema":1}', 1782),
        ('{"withholding":null}', 1782),
        ('{"withholding":{"base":1620,"amount":165,"payable":1617}}', 1617),
    ],
)
def test_what_is_payable_is_read_from_the_frozen_document(snapshot, payable):
    assert import_module(f"invoices.migrations.{MIGRATION}").payable(1782, snapshot) == payable


def migrate(*targets: tuple[str, str]):
    frozen.thaw(None, connection.alias)
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps if targets else None


@pytest.mark.django_db(transaction=True)
def test_every_payment_becomes_an_entry_and_what_it_did_not_settle_is_accepted_again(
    supplier, department, accountant, request
):
    accepted = {"supplier": supplier, "department": department, "status": Status.ACCEPTED}
    rows = {
        name: InvoiceFactory(**accepted, **columns)
        for name, columns in {
            "whole": {},
            "part": {},
            "too much": {},
            "note": {"kind": "credit_note", "total": -500},
            "recalled": {},
            "accepted": {},
        }.items()
    }
    paid = {"whole": 1782, "part": 200, "too much": 2000, "note": -500}
    for name in paid:
        actor = {"actor": accountant.user, "actor_name": "中馬 明", "actor_organisation": "見本市"}
        rows[name].events.create(sequence=1, action=Action.PAY, to_status=Status.PAID, **actor)
    for sequence, action in enumerate([Action.ACCEPT, Action.TAKE_OVER, Action.RECALL], 1):
        rows["recalled"].events.create(sequence=sequence, action=action, to_status=Status.ACCEPTED)
    try:
        old = migrate(("invoices", BEFORE)).get_model("invoices", "Invoice")
        for name, amount in paid.items():
            columns = {"status": "paid", "paid_on": today_jst(), "paid_at": timezone.now(), "paid_amount": amount}
            old.objects.filter(pk=rows[name].pk).update(**columns)
    finally:
        migrate()
        frozen.freeze(Invoice._meta.app_config, connection.alias)
    now = {name: Invoice.objects.get(pk=row.pk) for name, row in rows.items()}
    assert {name: (row.status, row.settled, row.balance) for name, row in now.items()} == {
        "whole": (Status.PAID, 1782, 0),
        "part": (Status.ACCEPTED, 200, 1582),
        "too much": (Status.ACCEPTED, 2000, -218),
        "note": (Status.ACCEPTED, 0, -500),
        "recalled": (Status.OPENED, 0, 1782),
        "accepted": (Status.ACCEPTED, 0, 1782),
    }
    assert now["recalled"].recalled_at is not None
    entries = Payment.objects.values_list("invoice", "amount", "recorded_by", "recorded_by_name")
    assert set(entries) == {
        (rows[name].pk, amount, accountant.user.pk, "中馬 明") for name, amount in paid.items() if amount > 0
    }
    for name in ("part", "too much", "note"):
        last = now[name].events.last()
        assert (last.action, last.from_status, last.to_status) == (Action.CORRECT, "paid", "accepted")
        assert last.comment
    with pytest.raises(Exception, match="frozen row"):
        Invoice.objects.filter(pk=rows["whole"].pk).update(payable=1)
