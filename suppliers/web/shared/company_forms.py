"""The forms for the data of a supplier, and for the person who registers."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from portal.lib.forms import PortalForm, WarekiDateField
from portal.lib.text_fields import PhoneField, RegistrationNumberField
from suppliers.models import Supplier, SupplierKind
from suppliers.registration import (
    REGISTER_BEGAN,
    CompanyInput,
    Level,
    PersonInput,
    Verdict,
    judge_registration_number,
)
from suppliers.web.shared.address_forms import AddressForm
from suppliers.web.shared.fields import KanaField, short

REGISTERED, UNREGISTERED = "yes", "no"


class CompanyForm(AddressForm):
    """The data of a company (会社情報). It asks "registered or not", so that an empty number is never a mistake."""

    field_order = [
        "kind",
        "name",
        "kana",
        "registered",
        "registration_number",
        "registered_on",
        "fiscal_year_end_month",
        "representative_title",
        "representative_name",
    ]

    kind = forms.ChoiceField(label=_("法人・個人"), choices=SupplierKind.choices, widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("事業者名"),
        max_length=60,
        help_text=_("請求書に印字されます。個人の方は屋号か氏名です。例:見本建設株式会社"),
    )
    kana = KanaField(label=_("事業者名(かな)"), max_length=120, help_text=_("例:みほんけんせつ"))
    registered = forms.ChoiceField(
        label=_("適格請求書発行事業者(インボイス)の登録"),
        choices=[(REGISTERED, _("登録している")), (UNREGISTERED, _("登録していない(免税事業者)"))],
        widget=forms.RadioSelect,
    )
    registration_number = RegistrationNumberField(
        label=_("登録番号"),
        required=False,
        widget=forms.TextInput(
            attrs={
                "data-width": "medium",
                "autocomplete": "off",
                "hx-get": reverse_lazy("check_registration_number"),
                "hx-trigger": "input changed delay:400ms, change from:input[name=kind]",
                "hx-include": "input[name=kind]",
                "hx-target": "#registration-number-check",
            }
        ),
        help_text=_("「登録している」方は、Tと13桁の数字を入力してください。"),
    )
    registered_on = WarekiDateField(
        label=_("登録年月日"),
        required=False,
        earliest=REGISTER_BEGAN,
        help_text=_(
            "登録通知書の日付です。空けてもかまいません。入力すると、登録より前の取引の請求書には登録番号を印字しません。"
        ),
    )
    representative_title = forms.CharField(
        label=_("代表者職"), max_length=40, widget=short(), help_text=_("例:代表取締役。個人の方は「代表」など")
    )
    representative_name = forms.CharField(label=_("代表者氏名"), max_length=60, widget=short())
    fiscal_year_end_month = forms.TypedChoiceField(
        label=_("決算月"),
        choices=[("", _("選んでください")), *((month, _("%(month)s月") % {"month": month}) for month in range(1, 13))],
        coerce=int,
        widget=forms.Select(attrs={"data-width": "short"}),
        help_text=_("事業年度の最後の月です。個人の方は12月です。請求書の保存期間を数えるために使います。"),
    )

    def clean(self) -> dict[str, Any]:
        """Check that a registered company has a number, that another has none, and the check digit."""
        cleaned = super().clean() or {}
        registered, number = cleaned.get("registered"), cleaned.get("registration_number")
        if registered == UNREGISTERED and number:
            message = _("登録番号を消すか、「登録している」を選んでください")
            self.add_error("registration_number", message)
        elif registered == REGISTERED and not number and "registration_number" not in self.errors:
            self.add_error("registration_number", _("登録番号を入力してください"))
        if registered == UNREGISTERED and cleaned.get("registered_on"):
            self.add_error("registered_on", _("登録年月日を消すか、「登録している」を選んでください"))
        verdict = self.verdict
        if verdict and verdict.level == Level.ERROR:
            self.add_error("registration_number", verdict.message)
        return cleaned

    @property
    def verdict(self) -> Verdict | None:
        """The result of the check of the registration number; None when the number cannot be read."""
        number = self.cleaned_data.get("registration_number") if hasattr(self, "cleaned_data") else None
        if not number:
            return None
        kind = self.cleaned_data.get("kind")
        return judge_registration_number(number, SupplierKind(kind) if kind else None)

    def company(self) -> CompanyInput:
        """The cleaned data."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "registered"}
        return CompanyInput(**values | {"kind": SupplierKind(values["kind"])})


def initial_company(supplier: Supplier) -> dict[str, Any]:
    """The initial values of the form for an existing supplier."""
    values = {name: getattr(supplier, name) for name in CompanyForm.base_fields if name != "registered"}
    return values | {"registered": REGISTERED if supplier.is_registered else UNREGISTERED}


class PersonForm(PortalForm):
    """The data of the person who registers (あなたの情報)."""

    name = forms.CharField(label=_("氏名"), max_length=60, widget=short(autocomplete="name"))
    kana = KanaField(label=_("氏名(かな)"), max_length=80, widget=short(), help_text=_("例:みほん たろう"))
    section = forms.CharField(label=_("部署"), max_length=60, required=False, widget=short())
    phone = PhoneField(
        label=_("直通の電話番号"),
        required=False,
        widget=short(autocomplete="tel"),
        help_text=_("会社の電話番号と違うときに入力してください。"),
    )

    def person(self) -> PersonInput:
        """The cleaned data."""
        return PersonInput(**self.cleaned_data)


def initial_person(user: User) -> dict[str, str]:
    """The initial values of the form for a user."""
    return {"name": user.name, "kana": user.kana}
