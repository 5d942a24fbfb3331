"""The small forms with which a supplier takes a step: a reason, a time."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from invoices.web.shared.comment_field import comment_field
from portal.lib.calendar import JST
from portal.lib.forms import PortalForm, WarekiDateField


class RequestReturnForm(PortalForm):
    prefix = "request"
    comment = comment_field(_("差戻しを依頼する理由"), _("課にそのまま表示されます。差し戻すかどうかは課が決めます。"))


class ScheduleForm(PortalForm):
    """A day and a time in Japan."""

    prefix = "schedule"
    day = WarekiDateField(label=_("発行する日"))
    time = forms.TimeField(
        label=_("時刻"),
        widget=forms.TimeInput(attrs={"type": "time", "data-width": "short"}, format="%H:%M"),
        error_messages={"invalid": _("時刻を「9:30」のように入力してください。")},
    )

    def at(self) -> datetime:
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"], JST)
