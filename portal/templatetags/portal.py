"""Filters for dates on screens."""

from datetime import date

from django import template

from portal.lib.calendar import to_wareki

register = template.Library()


@register.filter
def wareki(day: date | None) -> str:
    """A date as 令和8年10月31日; empty for None."""
    return to_wareki(day) if day else ""
