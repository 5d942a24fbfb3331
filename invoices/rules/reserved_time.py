"""The time that a supplier reserves for an issue."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from invoices.rules.dates import FAR_DAYS
from invoices.rules.findings import Finding, Level


def check_schedule(at: datetime, now: datetime) -> list[Finding]:
    """What speaks against reserving this time.

    Args:
        at: With a time zone.
        now: By the database's clock, which decides when the time has come.
    """
    if at <= now:
        message = _("発行予約の日時は、いまより後にしてください。")
        return [Finding("schedule-not-future", Level.ERROR, message, "day")]
    if at - now > timedelta(days=FAR_DAYS):
        message = _("発行予約の日時が1年以上先です。日付を確かめてください。")
        return [Finding("schedule-far", Level.ERROR, message, "day")]
    return []
