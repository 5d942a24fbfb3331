"""Invoice numbers: unique and without gaps."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from invoices.models import NumberSeries
from portal.lib.calendar import fiscal_year
from suppliers.models import Supplier


@dataclass(frozen=True, slots=True)
class TakenNumber:
    series: NumberSeries
    sequence: int

    @property
    def text(self) -> str:
        """As printed: prefix, fiscal year, and at least five digits."""
        return f"{self.series.prefix}{self.series.fiscal_year}-{self.sequence:05d}"


def take(supplier: Supplier, issue_date: date, prefix: str = "") -> TakenNumber:
    """Take the next number of supplier × prefix × fiscal year.

    Only inside the transaction that issues the invoice: the counter's row stays locked until it ends, and a rollback
    gives the number back, so that the series has no gaps.
    """
    series, _created = NumberSeries.objects.get_or_create(
        supplier=supplier, prefix=prefix, fiscal_year=fiscal_year(issue_date)
    )
    NumberSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    series.refresh_from_db()
    return TakenNumber(series, series.last)
