"""Issue: once, numbered without gaps, frozen, or not at all."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from freezegun import freeze_time

from invoices.documents import snapshot
from invoices.enums import Action, Rounding, Status
from invoices.lifecycle import drafting, issuing, numbering
from invoices.lifecycle.drafting import OutdatedDraft
from invoices.lifecycle.workflow import NotAllowed, WrongStatus
from invoices.models import Document, Invoice, InvoiceEvent, InvoiceLine, NumberSeries
from portal.lib.calendar import fiscal_year, today_jst
from tests.factories import line_input, write_draft
from tests.racing import losers, race, winners

pytestmark = pytest.mark.django_db


def issue(draft, actor):
    return issuing.issue(invoice_id=draft.pk, actor=actor, version=draft.version)
