"""Long lists: pages by key (not by number), and counts with an upper limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import DateTimeField, Model, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

COUNT_CAP = 1000

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list.

    Attributes:
        rows: The rows of this page.
        after: The cursor that leads to the next page. Empty on the last page.
    """

    rows: Sequence[Row]
    after: str


def keyset_page(rows: QuerySet[Row], *, column: str, descending: bool, after: str, size: int = 50) -> Page[Row]:
    """One page of `rows`, ordered by a time column and then by id.

    Args:
        column: The name of the time column.
        after: The cursor of the page before (`Page.after`). An empty or broken cursor gives the first page.
        size: Rows on a page.
    """
    sign, comparison = ("-", "lt") if descending else ("", "gt")
    ordered = rows.order_by(f"{sign}{column}", f"{sign}pk")
    cursor = _read(after)
    if cursor:
        moment, key = cursor
        # The stored value of the cursor's row, as databases differ in how many decimals of a second they keep. It is
        # looked up among the rows of this list: the place of another's row would tell when that was made.
        stored = rows.order_by().filter(pk=key).values(column)[:1]
        boundary = Coalesce(Subquery(stored), Value(moment), output_field=DateTimeField())
        ordered = ordered.filter(
            Q(**{f"{column}__{comparison}": boundary}) | Q(**{column: boundary, f"pk__{comparison}": key})
        )
    found = list(ordered[: size + 1])
    page, more = found[:size], len(found) > size
    last = f"{getattr(page[-1], column).isoformat()}_{page[-1].pk}" if more else ""
    return Page(page, last)


def capped_count(rows: QuerySet[Row]) -> str:
    """The number of rows as text. Counting stops at 1,000 (「1,000+」), so a long list costs no more."""
    count = rows.order_by().values("pk")[: COUNT_CAP + 1].count()
    return f"{COUNT_CAP:,}+" if count > COUNT_CAP else f"{count:,}"


def _read(cursor: str) -> tuple[datetime, UUID] | None:
    try:
        text, key = cursor.rsplit("_", 1)
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(UTC), UUID(key)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
