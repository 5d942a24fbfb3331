"""The small forms with which a city takes a step: a reason, a department."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import Department
from accounts.municipalities.departments import by_heading
from invoices.enums import Origin, ReturnReason
from invoices.lifecycle.seen import steps_seen
from invoices.models import Invoice
from invoices.web.shared.comment_field import comment_field
from portal.lib.forms import FilterSelect, PortalForm, SeenField

BLANK = ("", _("選択してください"))


class StepForm(PortalForm):
    """A form for a step with one invoice."""

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on_paper = invoice.origin == Origin.PAPER


class AcceptForm(StepForm):
    """Nothing to type: how much of the history the person saw who accepts."""

    prefix = "accept"
    seen = SeenField()

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, invoice=invoice, **kwargs)
        self.fields["seen"].initial = steps_seen(invoice)


class ReasonForm(StepForm):
    """A reason for a step. Its help says who will read it: no supplier here reads what is said of a paper invoice.

    Attributes:
        help_on_paper: The help of the reason for a paper invoice.
    """

    help_on_paper: ClassVar[StrOrPromise]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.on_paper:
            self.fields["comment"].help_text = self.help_on_paper


UNDOING = ("comment", "seen")
"""The fields of a step that takes something back."""


class UndoingForm(ReasonForm):
    """A reason for a step that takes something back. An old page that is sent again does not take it once more."""

    seen = SeenField()

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, invoice=invoice, **kwargs)
        self.fields["seen"].initial = steps_seen(invoice)


class ReturnForm(ReasonForm):
    """Why an invoice goes back; both parts are shown to the supplier."""

    prefix = "return"
    help_on_paper = _(
        "どこをどう直せばよいかを書いてください。請求者には窓口から届かないので、書面や電話でも伝えてください。"
    )
    reason = forms.ChoiceField(label=_("差戻しの区分"), choices=ReturnReason, widget=forms.RadioSelect)
    comment = comment_field(
        _("差戻しの理由"), _("どこをどう直せばよいかを書いてください。請求者にそのまま表示されます。")
    )


class ReopenForm(UndoingForm):
    prefix = "reopen"
    help_on_paper = _("この市の職員に表示されます。")
    comment = comment_field(_("受理を取りやめる理由"), _("請求者にも表示されます。"))


class RecallForm(UndoingForm):
    prefix = "recall"
    help_on_paper = _("担当の課に表示されます。")
    deleted = forms.BooleanField(label=_("財務会計システムの伝票を削除しました"))
    comment = comment_field(_("引き戻す理由"), _("担当の課と請求者に表示されます。"))


class RerouteForm(ReasonForm):
    """The department that an invoice concerns; its list is sorted by kana headings."""

    prefix = "reroute"
    help_on_paper = _("回送先の課に表示されます。")
    department = forms.TypedChoiceField(
        label=_("回送先の課"),
        coerce=UUID,
        widget=FilterSelect(_("課の名前でさがす")),
    )
    comment = comment_field(_("回送の理由"), _("回送先の課と請求者に表示されます。"))

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, invoice=invoice, **kwargs)
        departments = Department.objects.active().filter(municipality=invoice.municipality)
        others = [department for department in departments if department != invoice.department]
        self.fields["department"].choices = [BLANK, *by_heading(others)]  # type: ignore[attr-defined]
