"""An invoice's history as the timeline component shows it."""

from dataclasses import dataclass
from datetime import datetime

from invoices.enums import Action
from invoices.models import Invoice


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    title: str
    at: datetime
    who: str
    comment: str
    status: str


def timeline(invoice: Invoice) -> list[TimelineEntry]:
    """Who did what when, the newest first."""
    return [
        TimelineEntry(
            title=str(Action(event.action).label),
            at=event.at,
            who="　".join(part for part in (event.actor_organisation, event.actor_name) if part),
            comment=event.comment,
            status=event.to_status,
        )
        for event in invoice.events.order_by("-sequence")
    ]
