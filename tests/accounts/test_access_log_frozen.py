"""The access record is only ever added to; the database refuses the rest, whoever asks."""

import pytest
from django.db import IntegrityError, transaction

from accounts import access
from accounts.models import AccessKind, AccessLog

pytestmark = [pytest.mark.django_db, pytest.mark.both_db]


@pytest.fixture
def row(reviewer) -> AccessLog:
    access.write(AccessKind.SIGN_IN, user=reviewer.user, organisations=[reviewer.id], address="192.0.2.1")
    return AccessLog.objects.get()


@pytest.mark.parametrize("column", [field.attname for field in AccessLog._meta.concrete_fields])
def test_no_column_of_a_row_is_changed(column, row):
    with pytest.raises(IntegrityError, match="frozen row: UPDATE on accounts_accesslog"), transaction.atomic():
        AccessLog.objects.filter(pk=row.pk).update(**{column: getattr(row, column)})


def test_no_row_is_deleted(row):
    with pytest.raises(IntegrityError, match="frozen row: DELETE on accounts_accesslog"), transaction.atomic():
        row.delete()
    assert AccessLog.objects.filter(pk=row.pk).exists()


def test_a_row_is_written_for_each_organisation_and_for_the_operators_where_there_is_none(reviewer, supplier):
    access.write(AccessKind.SIGN_IN, user=reviewer.user, organisations=[reviewer.id, supplier.pk])
    access.write(AccessKind.SIGN_IN_REFUSED, user=None)
    written = set(AccessLog.objects.values_list("organisation_id", "user"))
    assert written == {(reviewer.id, reviewer.user.pk), (supplier.pk, reviewer.user.pk), (None, None)}
