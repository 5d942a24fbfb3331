"""Filters for dates, amounts and browsers on screens and in mails; every template has them."""

from datetime import date

from django import template
from django.utils.translation import gettext as _

from portal.lib.calendar import to_wareki
from portal.lib.text import typed_on_one_line
from portal.lib.yen import Yen, format_yen

register = template.Library()

# In the order in which they are looked for: each names those behind it as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@register.filter
def wareki(day: date | None) -> str:
    """A date as 令和8年10月31日; empty for None."""
    return to_wareki(day) if day else ""


@register.filter
def yen(amount: Yen | None) -> str:
    """An amount as 24,348, and as △1,620 below zero; empty for None."""
    return "" if amount is None else format_yen(amount)


@register.filter
def browser(user_agent: str) -> str:
    """A browser and its system as people call them, from what it says of itself: Chrome (Windows)."""
    name = next((name for mark, name in _BROWSERS if mark in user_agent), _("不明なブラウザ"))
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{name} ({system})" if system else str(name)


@register.filter
def one_line(text: object) -> str:
    """What somebody typed, on one line: in a mail nobody but the portal begins a paragraph."""
    return typed_on_one_line(str(text))


@register.filter
def named(error: object, label: object) -> str:
    """An error with the name of its field before it, unless it says the name by itself."""
    return str(error) if not label or str(label) in str(error) else f"{label}：{error}"
