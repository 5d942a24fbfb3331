"""Filters for dates and figures on screens."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template

from portal.lib.calendar import to_wareki

register = template.Library()


@register.filter
def wareki(day: date | None) -> str:
    """令和8年10月31日; empty for no date."""
    return to_wareki(day) if day else ""


@register.filter
def rate_rows(rates: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A snapshot's per-rate block as the rows of the totals component."""
    return [{"label": row["rate"]["label"], **row} for row in rates]
