"""The forms with which the accounting office settles a claim or a credit note."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.lifecycle import payments
from invoices.lifecycle.dues import due_of, partners
from invoices.lifecycle.related import is_against
from invoices.models import Invoice, Payment
from invoices.models.payment import REFERENCE_MAX
from invoices.web.city.forms import ReasonForm, StepForm, UndoingForm
from invoices.web.shared.comment_field import comment_field
from portal.lib.forms import PortalForm, SeenField, WarekiDateField, YenField
from portal.lib.yen import MAX_YEN, format_yen

CHOICES_MAX = 100
"""As many claims as a list can be read; the claim that a credit note names stands first."""


def _past(paid_on: date, *, came_back: bool = False) -> date:
    try:
        payments.require_past(paid_on, came_back=came_back)
    except payments.ImpossiblePayment as error:
        raise forms.ValidationError(str(error.message)) from error
    return paid_on


def _amount(label: Any) -> YenField:
    return YenField(label=label, min_value=1, max_value=MAX_YEN, widget=forms.TextInput(attrs={"data-width": "short"}))


_REFERENCE_HELP = gettext_lazy("財務会計システムの番号などを、必要なときだけ入力します。")
_FOR_STAFF = gettext_lazy("この市の職員に表示されます。")


def _reference() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("伝票番号など"),
        required=False,
        max_length=REFERENCE_MAX,
        help_text=gettext_lazy("財務会計システムの番号などを、必要なときだけ入力します。請求者にも表示されます。"),
    )


class _EntryForm(StepForm):
    """An entry for one invoice.

    Attributes:
        seen: How many entries the person saw, so that a second press records nothing twice.
    """

    seen = SeenField()

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, invoice=invoice, **kwargs)
        self.fields["seen"].initial = payments.entries_seen(invoice)
        if self.on_paper and "reference" in self.fields:
            self.fields["reference"].help_text = _REFERENCE_HELP

    def clean_paid_on(self) -> date:
        return _past(self.cleaned_data["paid_on"])


class PayForm(_EntryForm):
    """When, how much and under which number was paid; what is proposed stands in it."""

    prefix = "pay"
    paid_on = WarekiDateField(label=gettext_lazy("支払日"))
    amount = _amount(gettext_lazy("支払額"))
    reference = _reference()

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, invoice=invoice, **kwargs)
        due = due_of(invoice)
        said = [
            _("支払える残額は%(due)s円です。一部だけ支払ったときは、その額に直してください。")
            % {"due": format_yen(due.amount)}
        ]
        if due.undecided:
            said.append(
                _("課がまだ受理していない返還請求書の%(undecided)s円を、残しています。")
                % {"undecided": format_yen(due.undecided)}
            )
        if due.proposed:
            self.fields["amount"].initial = format_yen(due.proposed)
        self.fields["amount"].help_text = "".join(said)


class OverpayForm(_EntryForm, ReasonForm):
    """That more was paid than was due."""

    help_on_paper = _FOR_STAFF
    prefix = "overpay"
    paid_on = WarekiDateField(label=gettext_lazy("支払日"))
    amount = _amount(gettext_lazy("実際に支払った額"))
    reference = _reference()
    comment = comment_field(
        gettext_lazy("過払いの理由"),
        gettext_lazy("担当の課と請求者に表示されます。多く支払った分は、戻入を記録するまで一覧に残ります。"),
    )


class RefundForm(_EntryForm):
    """When and how much came back from the supplier."""

    prefix = "refund"
    paid_on = WarekiDateField(label=gettext_lazy("戻入日"))
    amount = _amount(gettext_lazy("戻入額"))
    reference = _reference()

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, invoice=invoice, **kwargs)
        self.fields["amount"].initial = format_yen(-invoice.balance) if invoice.balance < 0 else None

    def clean_paid_on(self) -> date:
        return _past(self.cleaned_data["paid_on"], came_back=True)


class SetOffForm(_EntryForm):
    """With what a credit note, or a claim, is set off."""

    prefix = "set_off"
    partner = forms.TypedChoiceField(
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": gettext_lazy(
                "選んだ相手には、いま充当できません。すでに充当が済んでいないか、記録を確かめてください。"
            )
        },
    )

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, invoice=invoice, **kwargs)
        partner = self.fields["partner"]
        partner.label = _("充当する請求書") if invoice.is_credit_note else _("充当する返還請求書")
        offered = list(partners(invoice).select_related("original", "department")[:CHOICES_MAX])
        partner.choices = [(one.pk, _named(one)) for one in offered]  # type: ignore[attr-defined]
        # Any other claim is the accounting office's own choice.
        partner.initial = next((one.pk for one in offered if _belong_together(one, invoice)), None)


def _belong_together(one: Invoice, other: Invoice) -> bool:
    """Whether the one is a credit note that names the other, or what the other stands in the place of."""
    note, claim = (one, other) if one.is_credit_note else (other, one)
    return is_against(note, claim)


def _named(invoice: Invoice) -> str:
    """What somebody knows it by who chooses among many: of which department and day, and what is left of it."""
    day = format_date(invoice.issue_date, "Y年n月j日") if invoice.issue_date else ""
    about = [
        invoice.department.name if invoice.department else "",
        (_("発行日 %(day)s") if invoice.is_credit_note else _("請求日 %(day)s")) % {"day": day} if day else "",
        _("残額 %(left)s円") % {"left": format_yen(abs(invoice.balance))},
        _("係争中") if invoice.disputed_at else "",
    ]
    return _("%(number)s %(title)s(%(about)s)") % {
        "number": invoice.number,
        "title": invoice.title,
        "about": "、".join(part for part in about if part),
    }


class CorrectForm(ReasonForm):
    """Which entry is taken back, and why."""

    help_on_paper = _FOR_STAFF
    prefix = "correct"
    entry = forms.TypedChoiceField(
        label=gettext_lazy("取り消す記録"),
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": gettext_lazy(
                "選んだ記録は、いま取り消せません。すでに訂正が済んでいないか、記録を確かめてください。"
            )
        },
    )
    comment = comment_field(gettext_lazy("訂正の理由"), gettext_lazy("担当の課と請求者に表示されます。"))

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, invoice=invoice, **kwargs)
        entries = Payment.objects.of(invoice).correctable().select_related("invoice", "credit_note")
        self.fields["entry"].choices = [  # type: ignore[attr-defined]
            (entry.pk, _described(entry, invoice)) for entry in entries
        ]


def _described(entry: Payment, invoice: Invoice) -> str:
    day = format_date(entry.paid_on, "Y年n月j日")
    partner = entry.partner_of(invoice) or ""
    parts = [day, entry.get_kind_display(), f"{format_yen(abs(entry.amount))}円", str(partner), entry.reference]
    return " ".join(part for part in parts if part)


class DisputeForm(UndoingForm):
    prefix = "dispute"
    help_on_paper = _FOR_STAFF
    comment = comment_field(
        gettext_lazy("係争の理由"),
        gettext_lazy("担当の課と請求者に表示されます。係争を終えるまで、残額は支払えません。"),
    )


class EndDisputeForm(UndoingForm):
    prefix = "end_dispute"
    help_on_paper = _FOR_STAFF
    comment = comment_field(gettext_lazy("係争を終える理由"), gettext_lazy("担当の課と請求者に表示されます。"))


class BatchPayForm(PortalForm):
    """One day for many claims, of each all that is to be paid now."""

    paid_on = WarekiDateField(label=gettext_lazy("支払日"))

    def clean_paid_on(self) -> date:
        return _past(self.cleaned_data["paid_on"])
