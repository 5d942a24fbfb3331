"""The page of an organisation's access record, and the same as a file. Who may open it is said where it has its URL."""

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access, access_record
from accounts.access_record import Wanted
from accounts.guards import PortalRequest
from accounts.models import AccessKind, User
from portal.lib.calendar import today_jst
from portal.lib.csv import csv_response
from portal.lib.forms import PortalForm, WarekiDateField
from portal.lib.querysets import keyset_page
from portal.lib.request_id import request_id


class RecordFilter(PortalForm):
    """What to look for. Every field may stay empty.

    Args:
        people: Who may be looked for.
    """

    kind = forms.ChoiceField(label=gettext_lazy("操作"), required=False)
    person = forms.ChoiceField(label=gettext_lazy("利用者"), required=False)
    since = WarekiDateField(label=gettext_lazy("開始日"), required=False)
    until = WarekiDateField(label=gettext_lazy("終了日"), required=False)

    def __init__(self, *args: object, people: Iterable[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        everything = ("", _("すべて"))
        self.fields["kind"].choices = [everything, *AccessKind.choices]  # type: ignore[attr-defined]
        self.fields["person"].choices = [everything, *((str(each.pk), str(each)) for each in people)]  # type: ignore[attr-defined]

    def clean_until(self) -> object:
        since, until = self.cleaned_data.get("since"), self.cleaned_data["until"]
        if since and until and until < since:
            raise forms.ValidationError(_("終了日は、開始日と同じか後の日付にしてください"))
        return until

    def wanted(self) -> Wanted:
        """What was chosen; of a field with a fault, nothing."""
        self.full_clean()
        kind, person = self.cleaned_data.get("kind"), self.cleaned_data.get("person")
        return Wanted(
            AccessKind(kind) if kind else None,
            UUID(person) if person else None,
            self.cleaned_data.get("since"),
            self.cleaned_data.get("until"),
        )


def page(request: PortalRequest, people: Iterable[User], home: str, csv: str) -> HttpResponse:
    """The record, newest first, with what to look for above it.

    Args:
        people: Whom the filter offers.
        home, csv: The routes of the organisation's home page and of the file.
    """
    form = RecordFilter(request.GET, people=people)
    found = keyset_page(
        access_record.matching(request.acting_for, form.wanted()).select_related("user"),
        column="at",
        descending=True,
        after=request.GET.get("after", ""),
    )
    rows = [{"row": row, "who": access_record.who(row)} for row in found.rows]
    asked = any(request.GET.get(name) for name in form.fields)
    context = {"form": form, "rows": rows, "after": found.after, "asked": asked, "home": home, "csv": csv}
    return render(request, "accounts/access_record.html", context)


def file(request: PortalRequest, people: Iterable[User]) -> StreamingHttpResponse:
    """The rows that were looked for, all of them. That they were taken along stands in the record too."""
    wanted = RecordFilter(request.GET, people=people).wanted()
    access.record(request, AccessKind.EXPORT, "AccessLog", None, _("アクセスの記録"))
    rows = access_record.matching(request.acting_for, wanted).exclude(request_id=request_id.get())
    return csv_response(access_record.as_table(rows), f"access-record-{today_jst():%Y%m%d}")
