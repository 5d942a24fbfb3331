"""Pages of long lists: what a cursor tells, and to whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from invoices.models import Invoice
from portal.lib.querysets import keyset_page
from tests import factories

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def _page(actor, after: str, *, descending: bool) -> list[Invoice]:
    rows = Invoice.objects.visible_to(actor)
    return list(keyset_page(rows, column="created_at", descending=descending, after=after).rows)


@pytest.fixture
def own_and_foreign(new_draft, other_supplier):
    earlier = new_draft()
    foreign = factories.write_draft(other_supplier, department=None, bank_account=None)
    return earlier, foreign, new_draft()


def test_the_id_of_anothers_row_says_nothing_about_when_it_was_made(own_and_foreign, supplier_owner):
    earlier, foreign, later = own_and_foreign
    past, future = (timezone.now() + timedelta(days=days) for days in (-1, 1))
    after = f"{future.isoformat()}_{foreign.pk}"
    assert _page(supplier_owner, after, descending=True) == [later, earlier]
    assert _page(supplier_owner, after, descending=False) == []
    after = f"{past.isoformat()}_{foreign.pk}"
    assert _page(supplier_owner, after, descending=True) == []
    assert _page(supplier_owner, after, descending=False) == [earlier, later]


def test_a_page_goes_on_behind_its_own_last_row(own_and_foreign, supplier_owner):
    earlier, _foreign, later = own_and_foreign
    rows = Invoice.objects.visible_to(supplier_owner)
    first = keyset_page(rows, column="created_at", descending=True, after="", size=1)
    assert list(first.rows) == [later]
    assert _page(supplier_owner, first.after, descending=True) == [earlier]
