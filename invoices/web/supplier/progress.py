"""How far an invoice has come, as a line of stations: 発行 → 到達 → 開封 → 受理 → 支払."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils.translation import gettext as _

from invoices.enums import Action, Status
from invoices.models import Invoice
from portal.lib.calendar import JST

State = Literal["done", "current", "next", "stopped"]
_Reached = tuple[str, datetime | date | None]
_ENDINGS = {Status.RETURNED: Action.RETURN, Status.CANCELLED: Action.CANCEL}


@dataclass(frozen=True, slots=True)
class Station:
    """One station.

    Attributes:
        day, time: When it was reached, by the clock of Japan; a payment has a day alone, what lies ahead has neither.
        state: `current` is the last that was reached, `stopped` one after which nothing follows.
    """

    label: str
    day: date | None
    time: str
    state: State


def stations(invoice: Invoice) -> list[Station]:
    """The stations of an issued invoice or credit note; of what ended those until then."""
    reached: list[_Reached] = [
        (_("発行"), invoice.issued_at),
        (_("到達"), invoice.delivered_at),
        (_("開封"), invoice.opened_at),
    ]
    ending = _ENDINGS.get(Status(invoice.status))
    if ending is not None:
        return _ended(reached, invoice.state_label, _when(invoice, ending))
    if invoice.superseded_by_id is not None:
        return _ended([*reached, (_("受理"), _when(invoice, Action.ACCEPT))], _("修正後あり"), None)
    settled = invoice.state_label if invoice.status == Status.PAID else _last(invoice)
    accepted = _when(invoice, Action.ACCEPT) if invoice.status in (Status.ACCEPTED, Status.PAID) else None
    reached += [(_("受理"), accepted), (settled, _settled_on(invoice))]
    count = len([at for _label, at in reached if at is not None])
    return [
        _station(label, at, "done" if number < count else "current" if number == count else "next")
        for number, (label, at) in enumerate(reached, start=1)
    ]


def _ended(reached: Sequence[_Reached], label: str, at: datetime | None) -> list[Station]:
    """The stations that were reached, and what ended the way."""
    passed = [_station(name, moment, "done") for name, moment in reached if moment is not None]
    return [*passed, _station(label, at, "stopped")]


def _last(invoice: Invoice) -> str:
    return _("充当・戻入") if invoice.is_credit_note else _("支払")


def _settled_on(invoice: Invoice) -> date | datetime | None:
    """The day of the payment; where nothing was to be paid, that of the acceptance."""
    if invoice.status != Status.PAID:
        return None
    return invoice.paid_on or _when(invoice, Action.ACCEPT) or invoice.delivered_at


def _when(invoice: Invoice, action: Action) -> datetime | None:
    event = invoice.events.filter(action=action).order_by("sequence").last()
    return event.at if event else None


def _station(label: str, at: datetime | date | None, state: State) -> Station:
    if isinstance(at, datetime):
        moment = at.astimezone(JST)
        return Station(label, moment.date(), f"{moment:%H:%M}", state)
    return Station(label, at, "", state)
