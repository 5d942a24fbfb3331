"""What to look for in a list of invoices. It stands in the address, so that a list can be kept and sent on."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any
from unicodedata import normalize
from uuid import UUID

from django import forms
from django.db.models import Q
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.acting import ActingFor
from invoices.models.invoice import InvoiceQuerySet
from portal.lib.calendar import JST
from portal.lib.forms import PortalForm, WarekiDateField, YenField
from suppliers.models import TradingLink

WORDS_MAX = 5
"""More words than one looks for at once. Each has to stand somewhere, so the others only narrow it further."""
_SEARCHED = ("title", "number", "own_reference", "department_name", "department__name")


class InvoiceSearch(PortalForm):
    """Words, department, issue dates and amounts. Every field may stay empty.

    Args:
        acting_for: The supplier, whose departments are offered, also those to which it may send no more.
    """

    words = forms.CharField(label=_l("件名・番号・管理番号・課の名前"), required=False, max_length=100)
    department = forms.ChoiceField(label=_l("発行先の課"), required=False)
    since = WarekiDateField(label=_l("請求日(はじめ)"), required=False)
    until = WarekiDateField(label=_l("請求日(おわり)"), required=False)
    least = YenField(label=_l("金額(円以上)"), required=False)
    most = YenField(label=_l("金額(円以下)"), required=False)

    def __init__(self, *args: Any, acting_for: ActingFor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        links = TradingLink.objects.visible_to(acting_for).select_related("department__municipality")
        named = sorted(
            (f"{link.department.municipality.name} {link.department.name}", str(link.department_id)) for link in links
        )
        choices = [(pk, name) for name, pk in named]
        self.fields["department"].choices = [("", _("すべて")), *choices]  # type: ignore[attr-defined]

    def clean_until(self) -> date | None:
        """The last day is not before the first."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data["until"]
        if since and until and until < since:
            raise forms.ValidationError(_("請求日のおわりは、はじめと同じか後の日付にしてください"))
        return until

    def clean_most(self) -> int | None:
        """The largest amount is not below the smallest."""
        least, most = self.cleaned_data.get("least"), self.cleaned_data["most"]
        if least is not None and most is not None and most < least:
            raise forms.ValidationError(_("金額の上限は、下限と同じか大きい額にしてください"))
        return most

    @property
    def is_asked(self) -> bool:
        """Whether anything is looked for."""
        return any(self.data.get(name) for name in self.fields)

    @property
    def more(self) -> list[BoundField]:
        """The fields beside the words."""
        return [self[name] for name in self.fields if name != "words"]

    @property
    def is_asked_more(self) -> bool:
        """Whether anything beside words is looked for."""
        return any(self.data.get(field.name) for field in self.more)

    def of(self, rows: InvoiceQuerySet) -> InvoiceQuerySet:
        """Those of the rows that were looked for; a field with a fault does not narrow them."""
        self.full_clean()
        wanted = self.cleaned_data
        for word in wanted.get("words", "").split()[:WORDS_MAX]:
            spellings = {word, normalize("NFKC", word)}
            rows = rows.filter(
                reduce(or_, (Q(**{f"{column}__icontains": each}) for each in spellings for column in _SEARCHED))
            )
        conditions = {
            "department": UUID(wanted["department"]) if wanted.get("department") else None,
            "issue_date__gte": wanted.get("since"),
            "issue_date__lte": wanted.get("until"),
            "total__gte": wanted.get("least"),
            "total__lte": wanted.get("most"),
        }
        return rows.filter(**{name: value for name, value in conditions.items() if value is not None})


COLUMNS = (
    _l("状態"),
    _l("書類"),
    _l("番号"),
    _l("件名"),
    _l("宛先の市"),
    _l("課"),
    _l("請求日"),
    _l("発行日時"),
    _l("開封日時"),
    _l("税込の合計(円)"),
    _l("支払われる額(円)"),
    _l("支払われた額(円)"),
    _l("残額(円)"),
    _l("管理番号"),
)


def as_table(rows: InvoiceQuerySet) -> Iterator[Sequence[object]]:
    """The rows as they stand in a file, below the names of the columns."""
    yield COLUMNS
    for invoice in rows.iterator(chunk_size=500):
        yield (
            invoice.state_label,
            invoice.get_kind_display(),
            invoice.number,
            invoice.title,
            invoice.recipient_name or (invoice.municipality.name if invoice.municipality else ""),
            invoice.department_name or (invoice.department.name if invoice.department else ""),
            invoice.issue_date,
            _moment(invoice.issued_at),
            _moment(invoice.opened_at),
            invoice.total,
            *((invoice.payable, invoice.settled, invoice.left) if invoice.is_issued else ("", "", "")),
            invoice.own_reference,
        )


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(JST):%Y-%m-%d %H:%M}" if moment else ""
