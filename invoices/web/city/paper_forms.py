"""The forms of paper invoices: recording one, correcting what was typed, withdrawing it."""

import hashlib
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor
from accounts.models import Department
from accounts.municipalities.departments import by_heading
from invoices.lifecycle import paper
from invoices.lifecycle.paper import SCAN_MAX_BYTES, PaperFacts
from invoices.models import Invoice
from invoices.web.city.forms import BLANK, StepForm
from invoices.web.shared.comment_field import comment_field
from portal.lib.calendar import today_jst
from portal.lib.forms import PortalForm, SeenField, WarekiDateField, YenField
from portal.lib.yen import MAX_YEN


class PaperFactsForm(PortalForm):
    """What stands on a paper invoice."""

    issuer_name = forms.CharField(label=_("請求者名"), max_length=60)
    title = forms.CharField(label=_("件名"), max_length=60)
    issue_date = WarekiDateField(label=_("請求日"), help_text=_("請求書に書かれている日付です。"))
    received_on = WarekiDateField(label=_("受領日"), help_text=_("支払の期限はこの日から数えます。"))
    total = YenField(
        label=_("請求金額"),
        min_value=1,
        max_value=MAX_YEN,
        help_text=_("消費税があれば、税込の金額です。"),
    )

    def facts(self) -> PaperFacts:
        """What was typed, once it is valid."""
        return PaperFacts(**{name: self.cleaned_data[name] for name in PaperFacts.__slots__})


class PaperForm(PaperFactsForm):
    """A paper invoice to be recorded, and its scan.

    Attributes:
        another: Appears when it seems to be recorded already, and anew with every other scan.
    """

    field_order = ("department",)
    department = forms.TypedChoiceField(label=_("課"), coerce=UUID)
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
        self.fields["department"].choices = [BLANK, *by_heading(departments)]  # type: ignore[attr-defined]

    def clean_scan(self) -> Any:
        scan = self.cleaned_data["scan"]
        if scan.size > SCAN_MAX_BYTES:
            raise forms.ValidationError(_("ファイルが20MBを超えています。解像度を下げて読み取り直してください。"))
        return scan

    def is_another(self, scan: bytes) -> bool:
        """Whether somebody ticked, for this very scan, that it is another invoice."""
        return _mark(scan) in self.data.getlist("another")  # type: ignore[attr-defined]  # of a request

    def ask_whether_another(self, scan: bytes, *, same_scan: bool) -> None:
        """It seems to be recorded already: ask whether it is another invoice. A browser sends no file twice."""
        if same_scan:
            label, what = _("同じ読み取り"), _("同じ読み取りの請求書が登録されています。")
        else:
            label = _("同じ内容の請求書")
            what = _("請求者・請求日・請求金額が同じ請求書が届いています。")
        self.fields["another"] = forms.MultipleChoiceField(
            label=label,
            choices=[(_mark(scan), _("別の請求書なので、登録します"))],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        what_to_do = _(
            "二重の登録なら、登録せずに戻ってください。"
            "別の請求書なら、チェックを入れ、読み取ったファイルをもう一度選んで登録してください。"
        )
        self.add_error("another", f"{what}{what_to_do}")


class PaperCorrectionForm(PaperFactsForm):
    """What was mistyped of a paper invoice, as it should be, and why."""

    prefix = "correct_paper"
    seen = SeenField()
    comment = comment_field(_("訂正の理由"), _("訂正前の内容と一緒に、経過に残ります。"))

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        facts = PaperFacts.of(invoice)
        kwargs["initial"] = {name: getattr(facts, name) for name in PaperFacts.__slots__}
        kwargs["initial"]["seen"] = paper.corrections_seen(invoice)
        super().__init__(*args, **kwargs)


class PaperWithdrawalForm(StepForm):
    """Why what was recorded is withdrawn."""

    prefix = "withdraw"
    comment = comment_field(_("登録を取り消す理由"), _("経過に残ります。"))


def _mark(scan: bytes) -> str:
    return hashlib.sha256(scan).hexdigest()
