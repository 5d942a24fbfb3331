"""An invoice's history as the timeline component shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.enums import Action, Status
from invoices.models import Invoice, InvoiceEvent
from invoices.models.invoice import UNISSUED
from invoices.models.payment import Transferred
from portal.lib.calendar import JST
from portal.lib.yen import Yen, format_yen


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    title: str
    at: datetime
    who: str
    comment: str
    status: str


def _title(event: InvoiceEvent) -> str:
    """What was done; of a transfer also what was transferred, which the first ones do not tell."""
    data = event.data
    if event.action != Action.TRANSFER or "set_off" not in data:
        return str(Action(event.action).label)
    what = Transferred(data["amount"], data["set_off"]).words(of_credit_note=event.invoice.is_credit_note)
    return (_("%(what)sの引継ぎの取消") if data["back"] else _("%(what)sの引継ぎ")) % {"what": what}


def _about(event: InvoiceEvent) -> str:
    """What the step was about, beside its comment."""
    data = event.data
    if event.action in (Action.REROUTE, Action.MOVE):
        return _("%(before)s から %(after)s へ") % {"before": data["from"], "after": data["to"]}
    if event.action == Action.SCHEDULE:
        at = localtime(datetime.fromisoformat(data["scheduled_for"]), JST)
        return _("%(at)s に発行") % {"at": format_date(at, "Y年n月j日 H:i")}
    if event.action == Action.CORRECT_PAPER:
        return "\n".join(_change(name, before, after) for name, (before, after) in data["changes"].items())
    if event.action == Action.TAKE_OVER and event.to_status == Status.PAID:
        return _("支払う残額はありません(0円)。")
    return "\n".join(_about_money(event, data)) if "paid_on" in data else ""


_OF_PAPER = {
    "issuer_name": gettext_lazy("請求者名"),
    "title": gettext_lazy("件名"),
    "issue_date": gettext_lazy("請求日"),
    "received_on": gettext_lazy("受領日"),
    "total": gettext_lazy("請求金額"),
}


def _change(name: str, *values: str | int) -> str:
    """What stood on a paper invoice before it was corrected, and what stands there now."""
    if name in ("issue_date", "received_on"):
        before, after = (format_date(date.fromisoformat(str(day)), "Y年n月j日") for day in values)
    else:
        before, after = (
            _("%(yen)s円") % {"yen": format_yen(each)} if isinstance(each, int) else each for each in values
        )
    return _("%(name)s %(before)s → %(after)s") % {"name": _OF_PAPER[name], "before": before, "after": after}


def _about_money(event: InvoiceEvent, data: Mapping[str, Any]) -> Iterator[str]:
    """What an entry came to. Before entries were kept, an event knew the day, and seldom the amount."""
    label = _("支払日") if event.action in (Action.PAY, Action.OVERPAY) else _("日付")
    day = format_date(date.fromisoformat(data["paid_on"]), "Y年n月j日")
    yield _("%(label)s %(day)s") % {"label": label, "day": day}
    if "amount" in data:
        yield _("金額 %(amount)s円") % {"amount": format_yen(data["amount"])}
    if "correction" in data:
        yield _way(data) % data
    elif "partner" in data:
        yield _("充当の相手 %(partner)s") % {"partner": data["partner"]}
    if "reference" in data:
        yield _("伝票番号など %(reference)s") % {"reference": data["reference"]}
    if data.get("balance"):
        yield _left(event.invoice, data["balance"])


def _way(data: Mapping[str, Any]) -> str:
    """From where to where a transfer went; back, when it was taken back."""
    if data["back"]:
        return _("修正後の %(correction)s から修正前の %(corrected)s に戻しました")
    return _("修正前の %(corrected)s から修正後の %(correction)s に引き継ぎました")


def _left(invoice: Invoice, balance: Yen) -> str:
    """What was left then, in the words of the page."""
    if invoice.is_credit_note:
        label = _("未充当の額 %(balance)s円") if balance < 0 else _("返還額を超えた額 %(balance)s円")
        return label % {"balance": format_yen(balance)}
    if balance < 0:
        return _("過払い %(over)s円") % {"over": format_yen(-balance)}
    return _("残額 %(balance)s円") % {"balance": format_yen(balance)}


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
            title=_title(event),
            at=event.at,
            who="　".join(part for part in (event.actor_organisation, event.actor_name) if part),
            comment="\n".join(part for part in (_about(event), event.comment) if part),
            status=event.to_status,
        )
        for event in events
    ]
