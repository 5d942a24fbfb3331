"""What the supplier has issued before: the same claim twice, and a city's limit for a month."""

from collections.abc import Iterator
from datetime import datetime, time

from django.utils.translation import gettext as _

from invoices.models import Invoice
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level
from invoices.rules.returns import WITHDRAWN
from portal.lib.calendar import JST, to_wareki


def duplicate(case: Case) -> Iterator[Finding]:
    """Department, day or period, and total as in an invoice that is in force."""
    invoice = case.invoice
    if invoice.department is None or case.totals is None:
        return
    same = Invoice.objects.filter(
        supplier=invoice.issuer,
        department=invoice.department,
        kind=invoice.kind,
        total=case.totals.total,
        transaction_date=invoice.transaction_date,
        period_from=invoice.period_from,
        period_to=invoice.period_to,
        number__isnull=False,
    )
    same = same.exclude(status__in=WITHDRAWN).exclude(pk__in=[invoice.pk, invoice.replaces_id])
    before = same.order_by("-issued_at").first()
    if before is None or before.issue_date is None:
        return
    yield Finding(
        "possible-duplicate",
        Level.WARNING,
        _("同じ課・取引日・金額の請求書%(number)s(請求日%(date)s)を発行済みです。二重の請求でないか確かめてください。")
        % {"number": before.number, "date": to_wareki(before.issue_date)},
    )


def monthly_limit(case: Case) -> Iterator[Finding]:
    """So many invoices a city takes from one supplier in a month. What it sent back may be corrected all the same."""
    invoice, limit = case.invoice, case.policy.bulk_limit_per_month
    if limit is None or invoice.department is None or invoice.replaces is not None:
        return
    start = datetime.combine(case.today.replace(day=1), time.min, JST)
    issued = Invoice.objects.filter(
        supplier=invoice.issuer, municipality=invoice.department.municipality_id, issued_at__gte=start
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
