"""Checks against earlier invoices of the supplier: the same invoice twice, and the limit of a city for a month."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from invoices.enums import InvoiceKind, Status
from invoices.models import Invoice
from invoices.models.invoice import WITHDRAWN
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level
from portal.lib.calendar import JST, to_wareki

_CORRECTIONS = 3
"""How many corrections, each of the one before, are looked at after the invoice."""


def duplicate(case: Case) -> Iterator[Finding]:
    """No other invoice, issued or waiting for its reserved time, has the same department, day or period, and total.

    A transaction date is the same as a period of that one day. The corrections of one claim are no duplicates, nor are
    equal refunds of two claims.
    """
    invoice = case.invoice
    first, last = invoice.transaction_date or invoice.period_from, invoice.transaction_date or invoice.period_to
    if invoice.department is None or case.totals is None or first is None or last is None:
        return
    counted = Q(number__isnull=False)
    if not invoice.is_issued:
        # The recipient also sees findings of an issued invoice, and must not learn of reserved ones.
        counted |= Q(status=Status.SCHEDULED)
    same = Invoice.objects.alias(
        first=Coalesce("transaction_date", "period_from"), last=Coalesce("transaction_date", "period_to")
    ).filter(
        counted,
        supplier=invoice.issuer,
        department=invoice.department,
        kind=invoice.kind,
        total=case.totals.total,
        first=first,
        last=last,
    )
    same = same.exclude(status__in=WITHDRAWN).exclude(pk__in=_of_one_chain(invoice))
    for number in range(1, _CORRECTIONS + 1):
        same = same.exclude(**{"__".join(["replaces"] * number): invoice.pk})
    if invoice.original_id:
        same = same.filter(Q(original=None) | Q(original=invoice.original_id))
    before = same.order_by(F("issued_at").desc(nulls_last=True), "scheduled_for").first()
    if before is None or before.issue_date is None:
        return
    what = _("返還") if case.is_credit_note else _("請求")
    called = {"name": case.words.name, "date_of": case.words.issue_date, "what": what}
    if before.is_issued:
        message = _(
            "同じ課・取引日・金額の%(name)s%(number)s(%(date_of)s%(date)s)を発行済みです。"
            "二重の%(what)sでないか確かめてください。"
        ) % (called | {"number": before.number, "date": to_wareki(before.issue_date)})
    else:
        assert before.scheduled_for is not None
        message = _(
            "同じ課・取引日・金額の%(name)s「%(title)s」を%(at)sに発行予約しています。"
            "二重の%(what)sでないか確かめてください。"
        ) % (called | {"title": before.title, "at": f"{localtime(before.scheduled_for, JST):%Y-%m-%d %H:%M}"})
    named = (("number", before.number or ""), ("issued", to_wareki(before.issue_date)))
    yield Finding("possible-duplicate", Level.WARNING, message, named=named)


def _of_one_chain(invoice: Invoice) -> list[UUID]:
    """The invoice, and all that it corrects: each of them claims the same."""
    keys = [invoice.pk]
    while invoice.replaces is not None:
        invoice = invoice.replaces
        keys.append(invoice.pk)
    return keys


def monthly_limit(case: Case) -> Iterator[Finding]:
    """The supplier does not issue more invoices in a month than the city allows.

    The month is the one in which the invoice is issued. Credit notes are not counted, because they claim no money. The
    correction of an invoice that the city has returned, accepted or paid is always allowed.
    """
    invoice, limit = case.invoice, case.policy.bulk_limit_per_month
    if limit is None or invoice.department is None or case.is_credit_note:
        return
    if invoice.replaces is not None and invoice.replaces.status in (Status.RETURNED, Status.ACCEPTED, Status.PAID):
        return
    first = case.effective_day.replace(day=1)
    next_month = first + timedelta(days=monthrange(first.year, first.month)[1])
    issued = Invoice.objects.filter(
        supplier=invoice.issuer,
        municipality=invoice.department.municipality_id,
        kind=InvoiceKind.INVOICE,
        issued_at__gte=datetime.combine(first, time.min, JST),
        issued_at__lt=datetime.combine(next_month, time.min, JST),
    ).count()
    if issued >= limit:
        yield Finding(
            "bulk-limit-reached",
            Level.ERROR,
            _("この市に1か月に発行できるのは%(limit)d件までです。来月に発行するか、市にお問い合わせください。")
            % {"limit": limit},
            "department",
            source=case.policy_source("bulk_limit_per_month"),
        )
