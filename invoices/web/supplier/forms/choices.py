"""What the pickers of the editor offer."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor
from accounts.models import Department, Municipality
from accounts.municipalities.departments import by_heading
from invoices.enums import InvoiceKind, Prepayment
from invoices.models import Invoice, TaxRate
from invoices.models.invoice import WITHDRAWN
from invoices.web.supplier.forms.rate_names import rate_named
from portal.lib.calendar import today_jst
from suppliers.models import TradingLink

ORIGINALS_MAX = 100

Choices = list[Any]


def nothing_chosen(label: Any = None) -> tuple[str, Any]:
    return ("", label or _("選択してください"))


@dataclass(frozen=True, slots=True)
class Departments:
    """The departments to which a supplier may send."""

    departments: tuple[Department, ...]

    @classmethod
    def of(cls, acting_for: ActingFor) -> "Departments":
        links = TradingLink.objects.open().filter(supplier_id=acting_for.id)
        links = links.select_related("department__municipality__stored_policy")
        return cls(tuple(link.department for link in links.order_by("department__municipality__kana")))

    @property
    def choices(self) -> Choices:
        """By city and kana heading."""
        cities: dict[Municipality, list[Department]] = {}
        for department in self.departments:
            cities.setdefault(department.municipality, []).append(department)
        choices: Choices = [nothing_chosen()]
        for city, departments in cities.items():
            choices += [(f"{city.name} {heading}", group) for heading, group in by_heading(departments)]
        return choices

    def city_of(self, department_id: str) -> Municipality | None:
        return next((each.municipality for each in self.departments if str(each.pk) == department_id), None)


def prepayments(offered: Collection[str], chosen: str) -> Choices:
    """Why something may be paid before it is supplied: what a city offers, and what is chosen already."""
    reasons = [reason for reason in Prepayment if reason in {"", *offered, chosen}]
    return [(reason.value, reason.in_full) for reason in reasons]


class Rates:
    """The tax rates as a row's select offers them: those of its day first, then what lasts by contract, then others.

    Nothing is left out, so that a rate once chosen never gets lost and a date can be put right afterwards.
    """

    def __init__(self) -> None:
        self._rates = list(TaxRate.objects.all())
        self._epochs: dict[str, RateSet] = {}

    @cached_property
    def _turns(self) -> list[date]:
        """The days on which another rate begins to hold or one has ceased to."""
        begun = {rate.valid_from for rate in self._rates if rate.valid_from}
        ceased = {rate.valid_to + timedelta(days=1) for rate in self._rates if rate.valid_to}
        return sorted(begun | ceased)

    def on(self, day: date | None) -> "RateSet":
        """The choices of a row with this day; today's for one that has none yet."""
        day = day or today_jst()
        key = chr(ord("a") + bisect_right(self._turns, day))
        if key not in self._epochs:
            self._epochs[key] = RateSet(key, self._choices(day), self.ids)
        return self._epochs[key]

    def named(self, text: str, day: date | None) -> str:
        """The choice of a row with this day that somebody called so in words; the text as it is where it is none."""
        rate = rate_named(text, *self._sorted(day or today_jst()))
        return rate.label if rate else text

    def chosen(self, text: str) -> str:
        """The choice that was made, by its name or by the id of the rate; the text as it is where it is none."""
        return self._names.get(text, text)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {str(rate.pk): rate.label for rate in self._rates}

    @cached_property
    def ids(self) -> dict[str, UUID]:
        """The rates by their names, of which no two are the same."""
        return {rate.label: rate.pk for rate in self._rates}

    def _sorted(self, day: date) -> tuple[list[TaxRate], list[TaxRate]]:
        """The rates that hold on a day, and the others."""
        valid = [rate for rate in self._rates if rate.holds_on(day)]
        return valid, [rate for rate in self._rates if rate not in valid]

    def _choices(self, day: date) -> Choices:
        valid, rest = self._sorted(day)
        lasting = [rate for rate in rest if rate.may_last_on(day)]
        others = [rate for rate in rest if rate not in lasting]
        choices: Choices = [nothing_chosen(_("選択")), *map(_choice, valid)]
        for group, rates in ((_("契約日による経過措置の税率"), lasting), (_("この日付では使えない税率"), others)):
            if rates:
                choices.append((group, list(map(_choice, rates))))
        return choices


def _choice(rate: TaxRate) -> tuple[str, str]:
    # Its name says what it is, and a page of many rows has it once for each row instead of an id beside it.
    return (rate.label, rate.label)


class RateSet:
    """The same choices for many rows: of rates, for all rows whose days lie between two changes of the rates.

    Attributes:
        key: One letter, by which a page and the server tell such sets apart.
        ids: What each choice of a rate stands for.
    """

    def __init__(self, key: str, choices: Choices, ids: Mapping[str, UUID] | None = None) -> None:
        self.key = key
        self.choices = choices
        self.ids = ids or {}
        self._written: dict[str, SafeString] = {}

    def options(self, chosen: str) -> SafeString:
        """The select's content, whose first option bears the key. Made once for all rows that have the same choice."""
        if chosen not in self._written:
            written = options(self.choices, chosen, self.key)
            if chosen and " selected>" not in written:
                # What is none of them stands there nevertheless, so that it can be seen and put right.
                written += format_html('<option value="{}" selected>{}', chosen, chosen)
            self._written[chosen] = written
        return self._written[chosen]


def options(choices: Iterable[Any], chosen: str, key: str = "") -> SafeString:
    """The content of a select; its first option bears the key, if there is one.

    In short: the value of an option is its text unless it says otherwise, and each ends where the next begins.
    """
    parts: list[SafeString] = []
    for value, label in choices:
        if isinstance(label, list):
            parts.append(format_html('<optgroup label="{}">{}', value, options(label, chosen)))
        else:
            attrs = {
                "value": None if value and value == label else value,
                "data-rates": key if key and not parts else None,
                "selected": value == chosen,
            }
            parts.append(format_html("<option{}>{}", flatatt(attrs), label))
    return format_html_join("", "{}", ((part,) for part in parts))


class RowSelect(forms.Select):
    """A select whose options are written once for many rows."""

    def __init__(self, offered: RateSet, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(dict(attrs or {}), offered.choices)
        self.offered = offered

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        given = flatatt({"name": name} | self.build_attrs(self.attrs, attrs))
        return format_html("<select{}>{}</select>", given, self.offered.options("" if value is None else str(value)))


def originals(acting_for: ActingFor, city: Municipality | None, chosen: str) -> Sequence[Invoice]:
    """The issued invoices that a credit note may name: of the chosen city, newest first.

    The one that is chosen is always among them: what is wrong about it is for the checks to say.
    """
    own = Invoice.objects.visible_to(acting_for).filter(kind=InvoiceKind.INVOICE, number__isnull=False)
    offered = own.exclude(status__in=WITHDRAWN)
    if city is not None:
        offered = offered.filter(municipality=city)
    found = list(offered.order_by("-issued_at", "-id")[:ORIGINALS_MAX])
    if chosen and chosen not in {str(invoice.pk) for invoice in found}:
        found += own.filter(pk__in=_uuids(chosen))
    return found


def _uuids(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []
