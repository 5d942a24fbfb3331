"""The triggers that keep frozen rows: what migrations see of them, and that later migrations can still work."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from invoices.models import Invoice
from portal.lib import frozen
from portal.lib.frozen import Frozen
from tests.factories import InvoiceFactory


def rule(**changes):
    return Frozen(**{"name": "row_frozen", "operations": ["UPDATE"], "opened": ["status"]} | changes)


def test_a_migration_can_write_a_rule_down_and_read_it_again():
    assert rule().clone() == rule()
    assert hash(rule().clone()) == hash(rule())


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"operations": ["DELETE"]},
        {"opened": ["status", "title"]},
        {"only": ["title"]},
        {"when": "1=1"},
        {"holds": "1 FROM accounts_user WHERE id = {row}.user_id"},
        {"at": "user"},
        {"through": "departments"},
    ],
    ids=str,
)
def test_a_migration_is_asked_for_when_a_rule_changes(change):
    assert rule(**change) != rule()
    assert rule(**change).deconstruct() != rule().deconstruct()


def triggers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            if connection.vendor == "sqlite"
            else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.both_db
@pytest.mark.django_db
def test_the_database_has_a_trigger_for_every_rule_and_no_other():
    rules = [each for model in apps.get_models() for each in model._meta.constraints if isinstance(each, Frozen)]
    if connection.vendor == "sqlite":
        assert triggers() == {f"{each.name}_{operation}" for each in rules for operation in each.operations}
    else:
        assert triggers() == {each.name for each in rules}


@pytest.mark.both_db
@pytest.mark.django_db(transaction=True)
def test_a_later_migration_can_widen_and_add_columns_of_a_frozen_table():
    app = apps.get_app_config("invoices")
    before = triggers()
    was = Invoice._meta.get_field("kind")
    wide = models.CharField(max_length=40)
    added = models.TextField(default="", db_default="")
    for field, name in ((wide, "kind"), (added, "later")):
        field.set_attributes_from_name(name)
        field.model = Invoice
    frozen.thaw(app, "default")
    with connection.schema_editor() as editor:
        editor.alter_field(Invoice, was, wide)
        editor.add_field(Invoice, added)
    with connection.schema_editor() as editor:
        editor.remove_field(Invoice, added)
        editor.alter_field(Invoice, wide, was)
    frozen.freeze(app, "default")
    assert triggers() == before
    invoice = InvoiceFactory(status="sent")
    with pytest.raises(IntegrityError, match="frozen row"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(kind="return")
