"""The forms for the policy of a city and for its taxable departments."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.boundfield import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import Department, MunicipalityPolicy
from accounts.models.policy import ATTACHMENT_MAX_MB
from accounts.municipalities.departments import by_heading
from accounts.municipalities.policy_editions import FIELDS, GROUPS
from portal.lib.errors import InputError
from portal.lib.forms import DecimalQuantityField, PortalForm, PortalModelForm

_INVOICES_MAX = 1_000_000


class WholeNumberField(DecimalQuantityField):
    """A whole number, typed in full or half width. Cleans to `int`. The error message gives the allowed range."""

    keyboard = "numeric"
    max_decimals = 0

    def read(self, text: str) -> int:  # type: ignore[override]  # a Decimal or an int by the base of both
        try:
            number = super().read(text)
        except InputError as error:
            raise self._explained(error.code) from error
        if not self.min_value <= number <= self.max_value:
            raise self._explained("out_of_range")
        return int(number)

    def _explained(self, code: str) -> InputError:
        limits = {"label": self.label, "lowest": f"{self.min_value:,}", "highest": f"{self.max_value:,}"}
        return InputError(_("%(label)sは%(lowest)sから%(highest)sまでの整数で入力してください"), code, limits)


def _count(name: str, help_text: StrOrPromise = "") -> WholeNumberField:
    """A field for a number, with the limits of the column of the model."""
    column = getattr(MunicipalityPolicy, name).field
    at_least = [check.limit_value for check in column.validators if isinstance(check, MinValueValidator)]
    at_most = [check.limit_value for check in column.validators if isinstance(check, MaxValueValidator)]
    return WholeNumberField(
        label=column.verbose_name,
        help_text=help_text or column.help_text,
        required=not column.blank,
        min_value=max([0, *at_least]),
        max_value=min([_INVOICES_MAX, *at_most]),
        widget=forms.TextInput(attrs={"data-width": "code"}),
    )


class PolicyForm(PortalModelForm):
    """The policy of a city (請求書の取扱い), with the number of the edition that the person has seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    attachment_max_mb = _count(
        "attachment_max_mb", format_lazy(_("{limit}MBまでにできます。"), limit=ATTACHMENT_MAX_MB)
    )
    cut_off_day = _count("cut_off_day")
    issue_date_tolerance_days = _count(
        "issue_date_tolerance_days",
        _("これより前の請求には、前払の理由を求めます。前払を認めない市では発行できません。"),
    )
    payment_days = _count("payment_days")
    construction_payment_days = _count("construction_payment_days")
    bulk_limit_per_month = _count("bulk_limit_per_month")
    retention_years = _count("retention_years")

    class Meta:
        model = MunicipalityPolicy
        fields = FIELDS
        widgets = {
            "addressee": forms.TextInput(attrs={"data-width": "medium"}),
            "address_line": forms.RadioSelect,
            "signer": forms.RadioSelect,
            "seal_rule": forms.RadioSelect,
            "person_contact": forms.RadioSelect,
        }
        help_texts = {
            "address_line": _("請求書の左上に印字する宛名です。"),
            "signer": _("請求書に印字する請求者の名義です。"),
            "seal_rule": _("代表者印の印影がない請求書に、何を求めるかです。"),
            "person_contact": _("代表者印がないときに、発行責任者と担当者の何を求めるかです。"),
            "allows_attachments": _("納品書や写真などを、請求書に添えられるようにします。"),
        }

    @property
    def groups(self) -> list[tuple[Any, list[BoundField]]]:
        """The headings, each with its fields."""
        return [(title, [self[name] for name in names]) for title, names in GROUPS]

    def values(self) -> dict[str, Any]:
        """The cleaned values by the names of FIELDS."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class TaxableDepartmentsForm(PortalForm):
    """Which departments have the account of a taxable business (課税事業の会計).

    A hidden field holds what was marked when the form was shown, so that only what the person changed is saved.
    """

    departments = forms.TypedMultipleChoiceField(
        label=_("課税事業の会計の課"), required=False, coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    shown = forms.TypedMultipleChoiceField(required=False, coerce=UUID, widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, departments: Collection[Department], **kwargs: Any) -> None:
        """Offer the departments of the city that are active."""
        super().__init__(*args, **kwargs)
        active = [department for department in departments if not department.closed and not department.succeeded_by_id]
        marked = [department.pk for department in active if department.taxable_enterprise]
        self._active = {department.pk for department in active}
        self.initial = {"departments": marked, "shown": marked}
        self.fields["departments"].help_text = Department.taxable_enterprise.field.help_text
        self.fields["departments"].choices = by_heading(active)  # type: ignore[attr-defined]  # a ChoiceField
        # A department that was closed while the page was open must not cause an error.
        self.fields["shown"].choices = by_heading(departments)  # type: ignore[attr-defined]  # a ChoiceField

    def marked(self) -> set[UUID]:
        """Ids of departments that the person has marked."""
        return set(self.cleaned_data["departments"]) - set(self.cleaned_data["shown"])

    def unmarked(self) -> set[UUID]:
        """Ids of departments from which the person has removed the mark."""
        return (set(self.cleaned_data["shown"]) & self._active) - set(self.cleaned_data["departments"])
