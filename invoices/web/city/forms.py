"""The small forms with which a city takes a step: a reason, a department; and the paper invoice."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor
from accounts.models import Department
from accounts.municipalities.departments import by_heading
from invoices.enums import ReturnReason
from invoices.lifecycle.paper import SCAN_MAX_BYTES
from invoices.models import Invoice
from invoices.web.shared.comment_field import comment_field
from portal.lib.calendar import today_jst
from portal.lib.forms import FilterSelect, PortalForm, WarekiDateField, YenField
from portal.lib.yen import MAX_YEN

_BLANK = ("", _("選択してください"))


class ReturnForm(PortalForm):
    """Why an invoice goes back; both parts are shown to the supplier."""

    prefix = "return"
    reason = forms.ChoiceField(label=_("差戻しの区分"), choices=ReturnReason, widget=forms.RadioSelect)
    comment = comment_field(
        _("差戻しの理由"), _("どこをどう直せばよいかを書いてください。請求者にそのまま表示されます。")
    )


class ReopenForm(PortalForm):
    prefix = "reopen"
    comment = comment_field(_("受理を取りやめる理由"), _("請求者にも表示されます。"))


class RecallForm(PortalForm):
    prefix = "recall"
    deleted = forms.BooleanField(label=_("財務会計システムの伝票を削除しました"))
    comment = comment_field(_("引き戻す理由"), _("担当の課と請求者に表示されます。"))


class RerouteForm(PortalForm):
    """The department that an invoice concerns; its list is sorted by kana headings."""

    prefix = "reroute"
    department = forms.TypedChoiceField(
        label=_("回送先の課"),
        coerce=UUID,
        widget=FilterSelect(_("課の名前でさがす")),
    )
    comment = comment_field(_("回送の理由"), _("回送先の課と請求者に表示されます。"))

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Department.objects.active().filter(municipality=invoice.municipality)
        others = [department for department in departments if department != invoice.department]
        self.fields["department"].choices = [_BLANK, *by_heading(others)]  # type: ignore[attr-defined]


class PaperForm(PortalForm):
    """What stands on a paper invoice, and its scan."""

    department = forms.TypedChoiceField(label=_("課"), coerce=UUID)
    issuer_name = forms.CharField(label=_("請求者名"), max_length=60)
    title = forms.CharField(label=_("件名"), max_length=60)
    issue_date = WarekiDateField(label=_("請求日"))
    received_on = WarekiDateField(label=_("受領日"), help_text=_("支払の期限はこの日から数えます。"))
    total = YenField(label=_("請求金額(税込)"), min_value=1, max_value=MAX_YEN)
    scan = forms.FileField(
        label=_("読み取った請求書"),
        help_text=_("PDF・PNG・JPEG、20MBまで。この読み取りが請求書の原本になります。"),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
    )

    def __init__(self, *args: Any, acting_for: ActingFor, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"received_on": today_jst()})
        super().__init__(*args, **kwargs)
        departments = Department.objects.active().filter(municipality_id=acting_for.id)
        if not acting_for.sees_all_departments:
            departments = departments.filter(pk__in=acting_for.departments)
        self.fields["department"].choices = [_BLANK, *by_heading(departments)]  # type: ignore[attr-defined]

    def clean_scan(self) -> Any:
        scan = self.cleaned_data["scan"]
        if scan.size > SCAN_MAX_BYTES:
            raise forms.ValidationError(_("ファイルが20MBを超えています。解像度を下げて読み取り直してください。"))
        return scan
