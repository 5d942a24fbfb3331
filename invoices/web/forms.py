"""The editor's forms.

They read what was typed into a `DraftInput`; whether it may be issued is for the checks to say.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor
from accounts.departments import by_heading
from accounts.models import Department, Municipality
from invoices.enums import PaymentMethod, PriceMode, Rounding
from invoices.lifecycle.drafting import LINES_MAX, DraftInput, LineInput
from invoices.models import Invoice, TaxRate
from invoices.models.invoice import REMARKS_MAX
from invoices.rules import Finding
from portal.lib.calendar import today_jst
from portal.lib.forms import DecimalQuantityField, PhoneField, PortalBoundField, PortalForm, WarekiDateField
from suppliers.models import BankAccount, TradingLink

_NEEDED_TO_ISSUE = {
    "department",
    "title",
    "issue_date",
    "price_mode",
    "rounding",
    "payment_method",
    "responsible_title",
    "responsible_name",
    "responsible_phone",
    "contact_title",
    "contact_name",
    "contact_phone",
}


class DraftBoundField(PortalBoundField):
    """A draft may be saved with gaps, so no field is required; the mark says what an issue will ask for."""

    @property
    def is_needed(self) -> bool:
        return self.name in _NEEDED_TO_ISSUE


class DraftForm(PortalForm):
    """The head of an invoice."""

    bound_field_class = DraftBoundField

    department = forms.TypedChoiceField(
        coerce=UUID,
        empty_value=None,
        label=_("発行先の課"),
        required=False,
        widget=forms.Select(attrs={"data-filter-select": _("課の名前でさがす")}),
    )
    title = forms.CharField(label=_("件名"), max_length=60, required=False, help_text=_("例:10月分 給食用食材"))
    issue_date = WarekiDateField(label=_("請求日"), required=False)
    transaction_date = WarekiDateField(
        label=_("取引年月日"),
        required=False,
        help_text=_("期間をまとめて請求するときは、空けて下の取引期間を入力します。"),
    )
    period_from = WarekiDateField(label=_("取引期間の初日"), required=False)
    period_to = WarekiDateField(label=_("取引期間の末日"), required=False)
    own_reference = forms.CharField(
        label=_("自社の管理番号"), max_length=40, required=False, help_text=_("請求書番号は発行時に自動で付きます。")
    )
    price_mode = forms.ChoiceField(label=_("単価と金額"), choices=PriceMode, widget=forms.RadioSelect, required=False)
    rounding = forms.ChoiceField(
        label=_("消費税の端数"),
        choices=Rounding,
        required=False,
        help_text=_("税率ごとに1回だけ、1円未満を端数処理します。"),
    )
    payment_method = forms.ChoiceField(
        label=_("入金方法"), choices=PaymentMethod, widget=forms.RadioSelect, required=False
    )
    bank_account = forms.TypedChoiceField(
        label=_("振込先口座"),
        required=False,
        coerce=UUID,
        empty_value=None,
        help_text=_("入金方法が振込のときに必要です。"),
    )
    remarks = forms.CharField(
        label=_("備考"), max_length=REMARKS_MAX, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    responsible_title = forms.CharField(
        label=_("発行責任者の役職"), max_length=40, required=False, help_text=_("役職がないときは「役職なし」")
    )
    responsible_name = forms.CharField(label=_("発行責任者の氏名"), max_length=60, required=False)
    responsible_phone = PhoneField(label=_("発行責任者の直通電話"), max_length=20, required=False)
    contact_title = forms.CharField(
        label=_("担当者の役職"), max_length=40, required=False, help_text=_("役職がないときは「役職なし」")
    )
    contact_name = forms.CharField(label=_("担当者の氏名"), max_length=60, required=False)
    contact_phone = PhoneField(label=_("担当者の直通電話"), max_length=20, required=False)

    def __init__(self, *args: Any, acting_for: ActingFor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = department_choices(acting_for)  # type: ignore[attr-defined]
        accounts = BankAccount.objects.active().filter(supplier_id=acting_for.id)
        self.fields["bank_account"].choices = [  # type: ignore[attr-defined]
            ("", _("選択してください")),
            *((str(account.pk), str(account)) for account in accounts),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("period_from"), cleaned.get("period_to")
        if start and end and start > end:
            self.add_error("period_to", _("取引期間の末日は、初日と同じか後の日付にしてください。"))
        return cleaned


class LineForm(PortalForm):
    """One line."""

    date = WarekiDateField(label=_("日付"), required=False)
    description = forms.CharField(label=_("品名"), max_length=120, required=False)
    quantity = DecimalQuantityField(label=_("数量"), required=False)
    unit = forms.CharField(label=_("単位"), max_length=10, required=False)
    unit_price = DecimalQuantityField(label=_("単価"), required=False)
    rate = forms.TypedChoiceField(label=_("税区分"), required=False, coerce=UUID, empty_value=None)
    original_date = WarekiDateField(label=_("元の取引日"), required=False)

    def __init__(self, *args: Any, rate_choices: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rate"].choices = rate_choices  # type: ignore[attr-defined]
        for name, bound in ((name, self[name]) for name in self.fields):
            # Within the grid the visible label is the column's heading.
            bound.field.widget.attrs["aria-label"] = bound.label
            bound.field.widget.attrs["data-field"] = name


LINE_FIELDS = tuple(LineForm.base_fields)
Row = dict[str, str]


class DraftForms:
    """The editor's page: the head and its lines, bound together.

    Rows are handled as the text that was typed, so that adding, moving and removing lines loses nothing.
    """

    def __init__(self, head: Mapping[str, Any], rows: Sequence[Row], *, acting_for: ActingFor) -> None:
        self.rows = list(rows)[:LINES_MAX]
        self.head = DraftForm(head, acting_for=acting_for)
        choices = rate_choices()
        data = {
            f"lines-{index}-{name}": row.get(name, "") for index, row in enumerate(self.rows) for name in LINE_FIELDS
        }
        self.lines = [LineForm(data, prefix=f"lines-{index}", rate_choices=choices) for index in range(len(self.rows))]

    @classmethod
    def from_post(cls, post: Mapping[str, Any], *, acting_for: ActingFor) -> "DraftForms":
        return cls(post, rows_of_post(post), acting_for=acting_for)

    @classmethod
    def from_input(cls, data: DraftInput, *, acting_for: ActingFor) -> "DraftForms":
        head = {field.name: getattr(data, field.name) for field in fields(data) if field.name != "lines"}
        head["department"] = head.pop("department_id") or ""
        head["bank_account"] = head.pop("bank_account_id") or ""
        return cls(_as_typed(head), [_row_of(line) for line in data.lines], acting_for=acting_for)

    def __iter__(self) -> Iterator[LineForm]:
        return iter(self.lines)

    def total_error_count(self) -> int:
        """Errors in the lines, as the error summary asks every set of forms."""
        return sum(len(line.errors) for line in self.lines)

    def is_valid(self) -> bool:
        """Whether everything typed can be read. All forms are validated, so that all errors show at once."""
        return all([self.head.is_valid(), *(line.is_valid() for line in self.lines)])

    def draft_input(self) -> DraftInput:
        """What was typed; fields that cannot be read count as empty. Blank rows are left out."""
        self.is_valid()
        head = self.head.cleaned_data
        return DraftInput(
            department_id=head.get("department"),
            title=head.get("title", ""),
            issue_date=head.get("issue_date"),
            transaction_date=head.get("transaction_date"),
            period_from=head.get("period_from"),
            period_to=head.get("period_to"),
            price_mode=PriceMode(head.get("price_mode") or PriceMode.EXCLUSIVE),
            rounding=Rounding(head.get("rounding") or Rounding.FLOOR),
            payment_method=PaymentMethod(head.get("payment_method") or PaymentMethod.TRANSFER),
            bank_account_id=head.get("bank_account"),
            remarks=head.get("remarks", ""),
            own_reference=head.get("own_reference", ""),
            **{
                f"{who}_{part}": head.get(f"{who}_{part}", "")
                for who in ("responsible", "contact")
                for part in ("title", "name", "phone")
            },
            lines=tuple(_line_input(form) for _index, form in self.written_lines()),
        )

    def written_lines(self) -> Iterator[tuple[int, LineForm]]:
        """The lines that hold something, with their row's index; a date or a rate alone is a blank row."""
        for index, (row, form) in enumerate(zip(self.rows, self.lines, strict=True)):
            if any(row.get(name, "").strip() for name in LINE_FIELDS if name not in ("date", "rate")):
                yield index, form

    def show(self, findings: Sequence[Finding]) -> list[Finding]:
        """Put each finding beside its field.

        Returns:
            Those that belong to no field.
        """
        written = [form for _index, form in self.written_lines()]
        left = []
        for finding in findings:
            form: PortalForm = self.head if finding.line is None else written[finding.line]
            if finding.field in form.fields:
                form.add_error(finding.field, str(finding.message))
            else:
                left.append(finding)
        return left


def rows_of_post(post: Mapping[str, Any]) -> list[Row]:
    """The lines as typed; their number stands in `lines-count`."""
    try:
        count = int(post.get("lines-count", 0))
    except ValueError:
        count = 0
    return [
        {name: post.get(f"lines-{index}-{name}", "") for name in LINE_FIELDS}
        for index in range(max(0, min(count, LINES_MAX)))
    ]


def department_choices(acting_for: ActingFor) -> list[Any]:
    """The departments to which the supplier may send, by city and kana heading."""
    links = TradingLink.objects.open().filter(supplier_id=acting_for.id).select_related("department__municipality")
    cities: dict[Municipality, list[Department]] = {}
    for link in links.order_by("department__municipality__kana"):
        cities.setdefault(link.department.municipality, []).append(link.department)
    choices: list[Any] = [("", _("選択してください"))]
    for city, departments in cities.items():
        choices += [(f"{city.name} {heading}", group) for heading, group in by_heading(departments)]
    return choices


def rate_choices() -> list[Any]:
    """Today's rates first; earlier ones stand below, for returns of earlier transactions."""
    today = today_jst()
    current = list(TaxRate.objects.valid_on(today))
    earlier = [rate for rate in TaxRate.objects.all() if rate not in current]
    choices: list[Any] = [("", _("選択")), *((str(rate.pk), rate.label) for rate in current)]
    if earlier:
        choices.append((_("過去の税率"), [(str(rate.pk), rate.label) for rate in earlier]))
    return choices


def new_input(acting_for: ActingFor) -> DraftInput:
    """A fresh invoice: today, and what the supplier wrote last about payment, people and tax."""
    last = Invoice.objects.visible_to(acting_for).order_by("-updated_at").first()
    accounts = list(BankAccount.objects.active().filter(supplier_id=acting_for.id)[:2])
    only_account = accounts[0].pk if len(accounts) == 1 else None
    if last is None:
        return DraftInput(issue_date=today_jst(), bank_account_id=only_account)
    known = {account.pk for account in BankAccount.objects.active().filter(supplier_id=acting_for.id)}
    return DraftInput(
        issue_date=today_jst(),
        price_mode=PriceMode(last.price_mode),
        rounding=Rounding(last.rounding),
        payment_method=PaymentMethod(last.payment_method),
        bank_account_id=last.bank_account_id if last.bank_account_id in known else only_account,
        responsible_title=last.responsible_title,
        responsible_name=last.responsible_name,
        responsible_phone=last.responsible_phone,
        contact_title=last.contact_title,
        contact_name=last.contact_name,
        contact_phone=last.contact_phone,
    )


def _line_input(form: LineForm) -> LineInput:
    cleaned = form.cleaned_data
    return LineInput(
        date=cleaned.get("date"),
        description=cleaned.get("description", ""),
        quantity=cleaned.get("quantity"),
        unit=cleaned.get("unit", ""),
        unit_price=cleaned.get("unit_price"),
        rate_id=cleaned.get("rate"),
        original_date=cleaned.get("original_date"),
    )


def _row_of(line: LineInput) -> Row:
    number = DecimalQuantityField()
    return _as_typed(
        {
            "date": line.date,
            "description": line.description,
            "quantity": number.prepare_value(line.quantity),
            "unit": line.unit,
            "unit_price": number.prepare_value(line.unit_price),
            "rate": line.rate_id,
            "original_date": line.original_date,
        }
    )


def _as_typed(values: Mapping[str, Any]) -> Row:
    return {name: "" if value is None else str(value) for name, value in values.items()}
