"""An invoice's history as the timeline component shows it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from invoices.enums import Action
from invoices.models import Invoice, InvoiceEvent
from portal.lib.calendar import JST


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    title: str
    at: datetime
    who: str
    comment: str
    status: str


def _about(event: InvoiceEvent) -> str:
    """What the step was about, beside its comment."""
    data = event.data
    if event.action == Action.REROUTE:
        return _("%(before)s から %(after)s へ") % {"before": data["from"], "after": data["to"]}
    if event.action == Action.SCHEDULE:
        at = localtime(datetime.fromisoformat(data["scheduled_for"]), JST)
        return _("%(at)s に発行") % {"at": f"{at:%Y-%m-%d %H:%M}"}
    if event.action == Action.PAY:
        return _("支払日 %(day)s") % {"day": data["paid_on"]}
    return ""


def timeline(invoice: Invoice) -> list[TimelineEntry]:
    """Who did what when, the newest first."""
    return [
        TimelineEntry(
            title=str(Action(event.action).label),
            at=event.at,
            who="　".join(part for part in (event.actor_organisation, event.actor_name) if part),
            comment="\n".join(part for part in (_about(event), event.comment) if part),
            status=event.to_status,
        )
        for event in invoice.events.order_by("-sequence")
    ]
