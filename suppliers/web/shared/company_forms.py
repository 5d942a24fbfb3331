"""The forms for the data of a supplier, and for the person who registers."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from portal.lib.forms import PortalForm, WarekiDateField
from portal.lib.text_fields import LinesField, PhoneField, RegistrationNumberField
from suppliers.models import Supplier, SupplierKind
from suppliers.models.supplier import ADDRESS_MAX, POSTCODE_MAX
from suppliers.registration import (
    REGISTER_BEGAN,
    CompanyInput,
    Level,
    PersonInput,
    Verdict,
    judge_joint_venture,
    judge_registration_number,
)
from suppliers.web.shared.address_forms import AddressForm
from suppliers.web.shared.fields import KanaField, short

REGISTERED, UNREGISTERED = "yes", "no"
_OF_JOINT_VENTURES = ("member_name", "members_all_registered", "notice_filed_on")
_OF_MEMBERS: dict[str, tuple[StrOrPromise, StrOrPromise]] = {
    "registered": (
        _("適格請求書(インボイス)の発行"),
        _("すべての構成員が登録を受け、届出書を出していれば発行できます。"),
    ),
    "registration_number": (
        _("代表構成員の登録番号"),
        _("Tと13桁の数字です。「発行できない」ときは空けます。"),
    ),
    "registered_on": (
        _("代表構成員の登録年月日"),
        _("登録通知書の日付です。空けてもかまいません。登録番号を印字できるのは、届出書を提出した日からです。"),
    ),
    "registration_ended_on": (
        _("登録の失効日"),
        _(
            "構成員のいずれかが登録を受けなくなった日です。この日からの取引には登録番号を印字しません。「発行できる」と"
            "「すべての構成員が登録を受けている」はそのままにすると、それまでの取引の返還や修正に登録番号が印字されます。"
        ),
    ),
    "representative_title": (_("代表構成員の代表者職"), _("例:代表取締役")),
    "representative_name": (_("代表構成員の代表者氏名"), ""),
    "postcode": (_("代表構成員の郵便番号"), _("例:893-0014")),
    "address": (_("代表構成員の住所"), _("番地まで入力してください。")),
    "building": (_("代表構成員の建物名など"), ""),
    "phone": (_("代表構成員の電話番号"), _("例:0994-43-2111")),
}
"""What a joint venture calls fields that all suppliers have: a label and a help text."""
_OTHER_FIELDS = "shape"


def wants_other_fields(request: HttpRequest) -> bool:
    """Whether the person chose another kind of supplier and wants its fields (with a button, or with JavaScript)."""
    return _OTHER_FIELDS in request.POST


class CompanyForm(AddressForm):
    """The data of a company (会社情報). It asks "registered or not", so that an empty number is never a mistake.

    Its fields are those of the chosen kind of supplier: joint ventures name their representative member, and foreign
    suppliers have an address in free lines.
    """

    field_order = [
        "kind",
        "name",
        "kana",
        "member_name",
        "registered",
        "members_all_registered",
        "notice_filed_on",
        "registration_number",
        "registered_on",
        "registration_ended_on",
        "fiscal_year_end_month",
        "representative_title",
        "representative_name",
    ]

    kind = forms.ChoiceField(
        label=_("事業者の区分"),
        choices=SupplierKind.choices,
        widget=forms.RadioSelect(
            attrs={
                "hx-post": "",
                "hx-trigger": "change",
                "hx-vals": f'{{"{_OTHER_FIELDS}": "1"}}',
                "hx-target": "#company-fields",
                "hx-select": "#company-fields",
                "hx-swap": "outerHTML",
                "hx-disabled-elt": "#company-fields fieldset",
            }
        ),
    )
    name = forms.CharField(
        label=_("事業者名"),
        max_length=60,
        help_text=_("請求書に印字されます。個人の方は屋号か氏名です。例:見本建設株式会社"),
    )
    kana = KanaField(label=_("事業者名(かな)"), max_length=120, help_text=_("例:みほんけんせつ"))
    member_name = forms.CharField(
        label=_("代表構成員"),
        max_length=60,
        help_text=_("共同企業体を代表する構成員の名称です。請求書に印字されます。例:株式会社見本建設"),
    )
    registered = forms.ChoiceField(
        label=_("適格請求書発行事業者(インボイス)の登録"),
        choices=[(REGISTERED, _("登録している")), (UNREGISTERED, _("登録していない(免税事業者)"))],
        widget=forms.RadioSelect,
        help_text=_("登録をやめた方は、「登録している」のまま、登録の失効日を入力してください。"),
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
    registration_ended_on = WarekiDateField(
        label=_("登録の失効日"),
        required=False,
        earliest=REGISTER_BEGAN,
        help_text=_(
            "登録をやめたときだけ入力してください。この日からの取引には登録番号を印字しません。登録番号は消さずに残すと、"
            "登録のあった間の取引の返還や修正に印字されます。"
        ),
    )
    members_all_registered = forms.BooleanField(
        label=_("すべての構成員が登録を受けている"),
        required=False,
        help_text=_("1者でも登録を受けていなければ、共同企業体として適格請求書を発行できません。"),
    )
    notice_filed_on = WarekiDateField(
        label=_("届出書を提出した日"),
        required=False,
        help_text=_(
            "「任意組合等の組合員の全てが適格請求書発行事業者である旨の届出書」を税務署に提出した日です。"
            "この日より前の取引には、登録番号を印字できません。"
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.data.get("kind") if self.is_bound else self.initial.get("kind")
        if chosen == SupplierKind.JOINT_VENTURE:
            self._speak_of_the_member()
        else:
            for name in _OF_JOINT_VENTURES:
                del self.fields[name]
        if chosen == SupplierKind.FOREIGN:
            self._take_foreign_addresses()

    def _speak_of_the_member(self) -> None:
        """The number, the person and the place are those of the representative member."""
        for name, (label, help_text) in _OF_MEMBERS.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        choices = [(REGISTERED, _("発行できる")), (UNREGISTERED, _("発行できない"))]
        self.fields["registered"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def _take_foreign_addresses(self) -> None:
        """Without a Japanese postcode and, if need be, without a reading."""
        self.fields["kana"].required = False
        self.fields["kana"].label = _("事業者名の読み(かな、またはローマ字)")
        self.fields["kana"].help_text = _("わからないときは空けます。")
        self.fields["postcode"] = forms.CharField(
            label=_("郵便番号"), max_length=POSTCODE_MAX, required=False, widget=short(autocomplete="postal-code")
        )
        self.fields["address"] = LinesField(
            label=_("住所"),
            max_length=ADDRESS_MAX,
            widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
            help_text=_("国名まで、請求書に印字する形で入力してください。改行できます。"),
        )
        self.fields["phone"].help_text = _("国番号から入力してください。例:+1 650-253-0000")
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Check that a registered company has a number, that another has none, and the check digit."""
        cleaned = super().clean() or {}
        registered, number = cleaned.get("registered"), cleaned.get("registration_number")
        if registered == UNREGISTERED and number and not cleaned.get("registration_ended_on"):
            choices = dict(self.fields["registered"].choices)  # type: ignore[attr-defined]  # a ChoiceField
            message = _("登録番号を消すか、「%(choice)s」を選んでください") % {"choice": choices[REGISTERED]}
            self.add_error("registration_number", message)
        elif registered == REGISTERED and not number and "registration_number" not in self.errors:
            self.add_error("registration_number", _("登録番号を入力してください"))
        self._check_days(cleaned)
        verdict = self.verdict
        if verdict and verdict.level == Level.ERROR:
            self.add_error("registration_number", verdict.message)
        if "member_name" in self.fields:
            faults = judge_joint_venture(
                number or "",
                members_all_registered=bool(cleaned.get("members_all_registered")),
                notice_filed_on=cleaned.get("notice_filed_on"),
            )
            for name, fault in faults:
                if name not in self.errors:
                    self.add_error(name, fault)
        return cleaned

    def _check_days(self, cleaned: dict[str, Any]) -> None:
        """Only who is or was registered names days of the registration, and it ends after it began."""
        begun, ended = cleaned.get("registered_on"), cleaned.get("registration_ended_on")
        if cleaned.get("registered") == UNREGISTERED:
            chosen = {"choice": dict(self.fields["registered"].choices)[REGISTERED]}  # type: ignore[attr-defined]
            if begun:
                self.add_error("registered_on", _("登録年月日を消すか、「%(choice)s」を選んでください") % chosen)
            if ended:
                message = _(
                    "登録が終わったときは、「%(choice)s」を選び、登録番号を残してください。"
                    "登録を受けたことがなければ、登録の失効日を消してください"
                )
                self.add_error("registration_ended_on", message % chosen)
        for name, day in (("registered_on", begun), ("notice_filed_on", cleaned.get("notice_filed_on"))):
            if day and ended and ended <= day and "registration_ended_on" not in self.errors:
                message = _("%(field)sより後の日付を入力してください")
                self.add_error("registration_ended_on", message % {"field": self.fields[name].label})

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
