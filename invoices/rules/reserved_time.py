"""The check of a time that a supplier reserves for an issue."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from invoices.rules.dates import FAR_DAYS
from invoices.rules.findings import Finding, Level


def check_schedule(at: datetime, now: datetime) -> list[Finding]:
    """Errors when this time cannot be reserved: it is past, or more than FAR_DAYS away.

    Args:
        at: The time to reserve, with a time zone.
        now: The time by the clock of the database, which decides when it is due.
    """
    if at <= now:
        message = _("発行予約の日時は、いまより後にしてください。")
        return [Finding("schedule-not-future", Level.ERROR, message, "day")]
    if at - now > timedelta(days=FAR_DAYS):
        message = _("発行予約の日時が1年以上先です。日付を確かめてください。")
        return [Finding("schedule-far", Level.ERROR, message, "day")]
    return []
