"""The database role that docs/operations.md describes: the portal works under it, and it cannot change the record."""

import re

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from accounts import access
from accounts.models import AccessKind, AccessLog
from dev.rooms import ROOT
from invoices.enums import Status
from tests.pages import Visitor

pytestmark = pytest.mark.django_db

STATEMENTS = re.compile(r"```sql\n(CREATE ROLE.*?)```", re.DOTALL)


@pytest.fixture
def _as_the_application() -> None:
    """What the page says is done, and from then on the test works under the role."""
    found = STATEMENTS.search((ROOT / "docs" / "operations.md").read_text(encoding="utf-8"))
    assert found
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(found[1])
        cursor.execute("GRANT madoguchi_app TO CURRENT_USER")
        cursor.execute("SET LOCAL ROLE madoguchi_app")  # until the transaction of the test ends


def tables() -> list[tuple[str, str]]:
    """The access record and every history of rows, each with a column."""
    histories = [model for model in apps.get_models() if model.__name__.startswith("Historical")]
    assert len(histories) > 5
    return [(model._meta.db_table, model._meta.pk.column) for model in (AccessLog, *histories)]


@pytest.mark.usefixtures("_as_the_application")
def test_an_invoice_is_opened_under_it_and_written_down(unopened_invoice, reviewer):
    page = Visitor(reviewer).send("review:open", unopened_invoice.pk)
    assert "開封しました。" in page.text
    unopened_invoice.refresh_from_db()
    assert unopened_invoice.status == Status.OPENED
    assert AccessLog.objects.filter(action="read", object_id=unopened_invoice.pk).exists()


@pytest.mark.usefixtures("_as_the_application")
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"])
def test_it_neither_changes_nor_deletes_what_is_recorded(statement, reviewer):
    access.write(AccessKind.SIGN_IN, user=reviewer.user, organisations=[reviewer.id])
    for table, column in tables():
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement.format(table, column))
    assert AccessLog.objects.count() == 1
