"""The head of an invoice: everything that is not a row of a table."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.acting import ActingFor
from accounts.models import Municipality, MunicipalityPolicy, PersonContact, SealRule, policy_of
from invoices.documents.snapshot import is_delegated
from invoices.enums import InvoiceKind, Layout, TaxUnit
from invoices.models import Invoice
from invoices.models.invoice import REMARKS_MAX
from invoices.rules.issuer import fields_of_people, people_to_name
from invoices.web.supplier.forms import choices
from invoices.web.supplier.forms.base import CodeField, FoundBoundField, FoundForm
from portal.lib.forms import FilterSelect, WarekiDateField, YenField
from portal.lib.text_fields import LinesField, MailAddressField, PhoneField
from suppliers.models import BankAccount, BillingSource, Seal, SealKind, Supplier, SupplierKind

_PAYMENT = ("payment_method", "bank_account", "creditor_number")
_OF_CREDIT_NOTES = ("original", "original_number")
_REFERENCES = ("own_reference",)
_REACHED_BY = {
    PersonContact.PHONE: _("直通電話"),
    PersonContact.EITHER: _("直通電話かメールアドレス"),
    PersonContact.BOTH: _("直通電話とメールアドレス"),
}
_ALWAYS_NEEDED = {"department", "title", "issue_date", "price_mode", "rounding"}

# What another kind of document calls its fields.
_OF_NOTE = InvoiceKind.CREDIT_NOTE.words
_LABELS_OF_CREDIT_NOTES: dict[str, tuple[StrOrPromise, StrOrPromise]] = {
    "issue_date": (_OF_NOTE.issue_date, ""),
    "transaction_date": (_OF_NOTE.transaction_date, _("返品を受けた日や、値引きをした日です。")),
    "period_from": (_OF_NOTE.period_from, ""),
    "period_to": (_OF_NOTE.period_to, ""),
    "own_reference": (_("管理番号"), _("返還請求書番号は発行時に自動で付きます。")),
    "title": (_("件名"), _("例:10月分 給食用食材の返品")),
    "withholding_base": (_("源泉徴収の対象額"), _("返還する報酬の額をマイナスで入力します。例:-30,000")),
}

SECTIONS = {
    "before": ("prepayment", "contracted_on"),
    "carry_over": ("carry_over_billed", "carry_over_received"),
    "withholding": ("withholding_base",),
    "issuer": ("billing_source", "seal", "layout"),
}
"""Fields that fold away while they are empty."""


def _field(name: str, kind: type[forms.Field] = forms.CharField, **options: Any) -> forms.Field:
    """A field of the invoice's column: with its name and its length or choices, unless the page says otherwise.

    A draft may have gaps, so no field is required.
    """
    column = Invoice.column(name)
    if issubclass(kind, forms.CharField):
        options.setdefault("max_length", column.max_length)
    elif column.choices:
        options.setdefault("choices", column.choices)
    return kind(**{"label": column.verbose_name, "required": False} | options)


def _chosen(name: str, **options: Any) -> forms.Field:
    """A field in which one of the rows that the page offers is chosen."""
    return _field(name, forms.TypedChoiceField, coerce=UUID, empty_value=None, **options)


class HeadBoundField(FoundBoundField):
    """A draft may be saved with gaps, so no field is required; the mark says what an issue will ask for."""

    form: "DraftForm"

    @property
    def is_needed(self) -> bool:
        return self.name in self.form.needed


class DraftForm(FoundForm):
    """The head of an invoice, or of a credit note.

    Attributes:
        city: Of the chosen department.
        originals: What a credit note may name.
    """

    originals: Sequence[Invoice] = ()
    original_choices: choices.Choices = []
    bound_field_class = HeadBoundField

    kind = _field("kind", forms.ChoiceField, widget=forms.HiddenInput)
    department = _chosen("department", widget=FilterSelect(_("課の名前でさがす")))
    original = _chosen(
        "original", help_text=_("この窓口で発行した請求書から選びます。ここにないときは、番号を入力します。")
    )
    original_number = _field("original_number", CodeField, help_text=_("この窓口の外で発行した請求書の番号です。"))
    title = _field("title", help_text=_("例:10月分 給食用食材"))
    issue_date = _field("issue_date", WarekiDateField)
    own_reference = _field("own_reference", help_text=_("請求書番号は発行時に自動で付きます。"))
    transaction_date = _field(
        "transaction_date",
        WarekiDateField,
        help_text=_("期間をまとめて請求するときは、空けて下の取引期間を入力します。"),
    )
    period_from = _field("period_from", WarekiDateField)
    period_to = _field("period_to", WarekiDateField)
    prepayment = _field(
        "prepayment",
        forms.ChoiceField,
        help_text=_("納品や提供より前に請求するときだけ、市が認める理由から選びます。書類に印字されます。"),
    )
    contracted_on = _field(
        "contracted_on",
        WarekiDateField,
        help_text=_("経過措置で旧税率(8%・5%)を使うリース料などに入力します。書類に印字されます。"),
    )
    price_mode = _field("price_mode", forms.ChoiceField, widget=forms.RadioSelect)
    rounding = _field(
        "rounding",
        forms.ChoiceField,
        label=_("消費税の端数"),
        help_text=_("税率ごとに1回だけ、1円未満を端数処理します。"),
    )
    amount_rounding = _field(
        "amount_rounding",
        forms.ChoiceField,
        label=_("金額の端数"),
        help_text=_("数量×単価の1円未満です。公共料金など、端数を残して合計する請求では「持ち越し」を選びます。"),
    )
    tax_unit = _field(
        "tax_unit",
        forms.ChoiceField,
        widget=forms.RadioSelect,
        help_text=_(
            "適格請求書では税率ごとに1回だけと決められているため、選べるのは登録番号がない間だけです。"
            "例:105円の明細が3行(10%・切捨て)なら、明細ごとの端数処理では30円、正しくは31円です。"
        ),
    )
    carry_over_billed = _field("carry_over_billed", YenField, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    carry_over_received = _field(
        "carry_over_received", YenField, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    withholding_base = _field(
        "withholding_base",
        YenField,
        help_text=_("報酬など、源泉徴収を受ける金額(税抜)です。100万円までは10.21%、超える分は20.42%を差し引きます。"),
    )
    withholding_kind = _field(
        "withholding_kind",
        forms.ChoiceField,
        help_text=_("司法書士などの報酬は、1回の支払につき1万円を引いた額の10.21%です。"),
    )
    payment_method = _field("payment_method", forms.ChoiceField, widget=forms.RadioSelect)
    bank_account = _chosen("bank_account", help_text=_("入金方法が振込のときに、口座か債権者番号が必要です。"))
    creditor_number = _field("creditor_number", CodeField, help_text=_("市から番号を受けているときに入力します。"))
    billing_source = _chosen("billing_source", help_text=_("支店や営業所の名前で請求するときに選びます。"))
    seal = _chosen("seal", help_text=_("請求者の名前の横に印字します。"))
    layout = _field("layout", forms.ChoiceField)
    responsible_title = _field("responsible_title", help_text=_("役職がないときは「役職なし」"))
    responsible_name = _field("responsible_name")
    responsible_phone = _field("responsible_phone", PhoneField)
    responsible_email = _field("responsible_email", MailAddressField)
    contact_title = _field("contact_title", help_text=_("役職がないときは「役職なし」"))
    contact_name = _field("contact_name")
    contact_phone = _field("contact_phone", PhoneField)
    contact_email = _field("contact_email", MailAddressField)
    remarks = _field("remarks", LinesField, max_length=REMARKS_MAX, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Mapping[str, Any], *, acting_for: ActingFor) -> None:
        super().__init__(data)
        self.is_credit_note = data.get("kind") == InvoiceKind.CREDIT_NOTE
        departments = choices.Departments.of(acting_for)
        self.city: Municipality | None = departments.city_of(str(data.get("department", "")))
        self._offer("department", departments.choices)
        accounts = BankAccount.objects.visible_to(acting_for).active()
        self._offer("bank_account", [choices.nothing_chosen(), *_rows(accounts)])
        branches = list(BillingSource.objects.visible_to(acting_for).active())
        self._offer("prepayment", self._prepayments())
        self._offer("billing_source", [choices.nothing_chosen(_("本社")), *_rows(branches)])
        self._seals = list(Seal.objects.visible_to(acting_for).active())
        self._offer("seal", [choices.nothing_chosen(_("なし")), *_numbered(self._seals)])
        supplier = Supplier.objects.visible_to(acting_for).get()
        self._supplier_kind = SupplierKind(supplier.kind)
        self._delegates = {str(branch.pk) for branch in branches if is_delegated(supplier, branch)}
        self._take_away(branches=bool(branches), registered=supplier.is_registered)
        if self.is_credit_note:
            self._speak_of_credit_notes(acting_for)

    def _prepayments(self) -> choices.Choices:
        """What the city offers; what was chosen before stays, so that it can be put right."""
        policy = policy_of(self.city) if self.city else MunicipalityPolicy()
        return choices.prepayments(policy.prepayments, str(self.data.get("prepayment", "")))

    def _take_away(self, *, branches: bool, registered: bool) -> None:
        """Remove what this supplier has no use for."""
        if not branches:
            del self.fields["billing_source"]
        if not self._seals:
            del self.fields["seal"]
        # A unit that is not allowed is shown nevertheless, so that it can be put right.
        if registered and self.data.get("tax_unit") != TaxUnit.LINE:
            del self.fields["tax_unit"]
        if not self.is_credit_note:
            for name in _OF_CREDIT_NOTES:
                del self.fields[name]

    def _speak_of_credit_notes(self, acting_for: ActingFor) -> None:
        self.fields["layout"].widget = self.fields["layout"].hidden_widget()  # it has a layout of its own
        del self.fields["prepayment"]  # nothing is claimed
        for name in _PAYMENT:
            self.fields[name].widget = self.fields[name].hidden_widget()
        for name, (label, help_text) in _LABELS_OF_CREDIT_NOTES.items():
            self.fields[name].label = label
            self.fields[name].help_text = help_text
        self.originals = choices.originals(acting_for, self.city, str(self.data.get("original", "")))
        self.original_choices = [
            choices.nothing_chosen(_("番号を入力する")),
            *((str(invoice.pk), f"{invoice.number} {invoice.title}") for invoice in self.originals),
        ]
        self._offer("original", self.original_choices)

    def _offer(self, name: str, offered: choices.Choices) -> None:
        self.fields[name].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("period_from"), cleaned.get("period_to")
        if start and end and start > end:
            self.add_error("period_to", _("期間の末日は、初日と同じか後の日付にしてください。"))
        chosen = next((each for each in self.originals if each.pk == cleaned.get("original")), None)
        if chosen is not None:
            cleaned["original_number"] = chosen.number
        return cleaned

    @property
    def choices_of_city(self) -> dict[str, choices.Choices]:
        """What the fields offer that offer something else for another city."""
        return {"original": self.original_choices} if self.is_credit_note else {"prepayment": self._prepayments()}

    @cached_property
    def needed(self) -> set[str]:
        """The fields without which it will not be issued, as far as they can be known beforehand."""
        policy = self._policy
        needed = set(_ALWAYS_NEEDED)
        if not self.is_credit_note:
            needed.add("payment_method")
        sealed = any(
            str(seal.pk) == self.data.get("seal") and seal.kind == SealKind.REPRESENTATIVE for seal in self._seals
        )
        delegated = self.data.get("billing_source") in self._delegates
        if policy.seal_rule == SealRule.REQUIRED or (policy.delegate_needs_seal and delegated):
            needed.add("seal")
        if policy.seal_rule == SealRule.NAMED_PERSONS and not sealed:
            needed.update(fields_of_people(policy, self._supplier_kind))
        return needed

    @cached_property
    def _policy(self) -> MunicipalityPolicy:
        return policy_of(self.city) if self.city else MunicipalityPolicy()

    @property
    def about_people(self) -> str:
        """What the city wants to know of the people who answer for the claim."""
        if self._policy.seal_rule != SealRule.NAMED_PERSONS:
            return str(_("この市では、発行責任者と担当者がなくても発行できます。入力すると書類に印字されます。"))
        both = len(people_to_name(self._policy, self._supplier_kind)) > 1
        words = _(
            "代表者印を押さない書類には、%(people)sの役職・氏名・%(reached_by)sが必要です。書類に印字されます。"
        ) % {
            "people": _("発行責任者と担当者") if both else _("発行責任者"),
            "reached_by": _REACHED_BY[PersonContact(self._policy.person_contact)],
        }
        return str(words)

    @property
    def references(self) -> list[FoundBoundField]:
        """What the supplier calls this business by itself; it stands beside the date."""
        return [self[name] for name in _REFERENCES]

    @property
    def lacks_seal(self) -> bool:
        """Whether the city insists on a seal and the supplier has none to choose, so that there is no field for it."""
        return "seal" in self.needed and "seal" not in self.fields

    @property
    def open_sections(self) -> set[str]:
        """The sections that hold something, or about which something was found."""
        sections = {section for section, names in SECTIONS.items() if self.is_filled(*names)}
        return sections | {"issuer"} if self.lacks_seal else sections

    def is_filled(self, *names: str) -> bool:
        usual = "layout" in names and self["layout"].value() in ("", Layout.STANDARD) and "layout" not in self.found
        return super().is_filled(*(name for name in names if not (usual and name == "layout")))


def _rows(rows: Any) -> list[tuple[str, str]]:
    return [(str(row.pk), str(row)) for row in rows]


def _numbered(seals: Sequence[Seal]) -> list[tuple[str, str]]:
    """Seals by their kind; of several of one kind the second and later ones are counted."""
    seen: dict[str, int] = {}
    named = []
    for seal in seals:
        count = seen[seal.kind] = seen.get(seal.kind, 0) + 1
        named.append((str(seal.pk), f"{seal}({count})" if count > 1 else str(seal)))
    return named
