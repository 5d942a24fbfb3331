"""What a supplier has claimed month by month, and what it still waits for: for its home page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, F, OuterRef, Sum
from django.db.models.functions import Greatest, TruncMonth

from invoices.enums import InvoiceKind, Status
from invoices.models import Invoice
from invoices.models.invoice import UNISSUED, WITHDRAWN, InvoiceQuerySet
from portal.lib.yen import Yen

MONTHS = 12
WIDTH, HEIGHT = 720, 160
"""Of the chart, in its own units; the names of the months stand below."""
_CORRECTIONS = 3
"""How many corrections, each of the one before, are looked at: what came back is corrected again."""
_BAR = 0.6
"""The part of its place that a bar fills."""


@dataclass(frozen=True, slots=True)
class Month:
    """What was issued in a month: invoices less credit notes, without what came back or was cancelled or replaced.

    Attributes:
        amount: Yen, with tax.
        x, y, width, height: Of its bar; a month below zero has none.
    """

    first: date
    count: int
    amount: Yen
    x: float
    y: float
    width: float
    height: float

    @property
    def number(self) -> int:
        """Of the month, as it stands below its bar: the year is told by the table."""
        return self.first.month

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def last_months(visible: InvoiceQuerySet, today: date) -> list[Month]:
    """The last twelve months with this one, the oldest first."""
    firsts = [_months_before(today, number) for number in reversed(range(MONTHS))]
    corrected = (_corrected("__".join(["replaces"] * number)) for number in range(1, _CORRECTIONS + 1))
    rows = (
        _in_force(visible)
        .exclude(reduce(or_, corrected))
        .filter(issue_date__gte=firsts[0])
        .values(month=TruncMonth("issue_date"))
        .annotate(sum=Sum("total"), count=Count("pk"))
        .order_by("month")
    )
    found = {row["month"]: row for row in rows}
    return _as_bars(
        [(first, found[first]["count"], found[first]["sum"]) if first in found else (first, 0, 0) for first in firsts]
    )


def waiting(visible: InvoiceQuerySet) -> Yen:
    """What is accepted and not yet paid, in yen: claims, each less the accepted credit notes that reduce it."""
    claims = _in_force(visible).filter(status=Status.ACCEPTED, kind=InvoiceKind.INVOICE).with_credit_notes()
    left = Greatest(F("payable") - F("settled") - F("accepted_notes"), 0)
    return claims.annotate(waiting=left).aggregate(sum=Sum("waiting"))["sum"] or 0


def _corrected(replaces: str) -> Exists:
    """Whether a correction is out that was not withdrawn: it is counted in the place of what it corrects."""
    out = Invoice.objects.filter(number__isnull=False).exclude(status__in=WITHDRAWN)
    return Exists(out.filter(**{replaces: OuterRef("pk")}))


def _in_force(visible: InvoiceQuerySet) -> InvoiceQuerySet:
    return visible.exclude(status__in=(*UNISSUED, *WITHDRAWN)).filter(superseded_by=None)


def _months_before(day: date, number: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - number, 12)
    return date(year, month + 1, 1)


def _as_bars(months: Sequence[tuple[date, int, Yen]]) -> list[Month]:
    most = max((amount for _first, _count, amount in months), default=0) or 1
    place = WIDTH / MONTHS
    bars = []
    for number, (first, count, amount) in enumerate(months):
        height = round(max(amount, 0) / most * HEIGHT, 1)
        x = round(place * (number + (1 - _BAR) / 2), 1)
        bars.append(Month(first, count, amount, x, HEIGHT - height, round(place * _BAR, 1), height))
    return bars
