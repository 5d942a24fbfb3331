"""An invoice's history as the timeline component shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from invoices.enums import Action
from invoices.models import Invoice, InvoiceEvent
from invoices.models.invoice import UNISSUED
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
        return _("%(at)s に発行") % {"at": format_date(at, "Y年n月j日 H:i")}
    label = _("支払日") if event.action in (Action.PAY, Action.OVERPAY) else _("日付")
    return "\n".join(_about_money(data, label)) if "paid_on" in data else ""


def _about_money(data: Mapping[str, Any], label: str) -> Iterator[str]:
    """What an entry came to. Before entries were kept, an event knew the day, and seldom the amount."""
    day = format_date(date.fromisoformat(data["paid_on"]), "Y年n月j日")
    yield _("%(label)s %(day)s") % {"label": label, "day": day}
    if "amount" in data:
        yield _("金額 %(amount)s円") % {"amount": f"{data['amount']:,}"}
    if "partner" in data:
        yield _("充当の相手 %(partner)s") % {"partner": data["partner"]}
    if "reference" in data:
        yield _("伝票番号など %(reference)s") % {"reference": data["reference"]}
    if data.get("balance"):
        yield _("残額 %(balance)s円") % {"balance": f"{data['balance']:,}"}


def timeline(invoice: Invoice, *, for_city: bool = False) -> list[TimelineEntry]:
    """Who did what when, the newest first.

    Args:
        for_city: Without what happened before the issue: reserving a time, and withdrawing that, is the supplier's own.
    """
    events = invoice.events.order_by("-sequence")
    if for_city:
        events = events.exclude(to_status__in=UNISSUED)
    return [
        TimelineEntry(
            title=str(Action(event.action).label),
            at=event.at,
            who="　".join(part for part in (event.actor_organisation, event.actor_name) if part),
            comment="\n".join(part for part in (_about(event), event.comment) if part),
            status=event.to_status,
        )
        for event in events
    ]
