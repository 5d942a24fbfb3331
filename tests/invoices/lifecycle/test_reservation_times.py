"""Which times can be reserved for an issue."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.acting import NotAllowed
from invoices.enums import Status
from invoices.lifecycle import scheduling
from invoices.models import Invoice

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def test_a_time_in_a_far_year_is_refused_as_a_slip_of_the_finger(draft, supplier_owner):
    at = timezone.now() + timedelta(days=400)
    with pytest.raises(NotAllowed, match="1年以上先"):
        scheduling.schedule(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=at)
    assert Invoice.objects.get().status == Status.DRAFT
