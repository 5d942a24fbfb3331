"""The data with which a supplier registers, and rules for it. Forms, files and commands use the same rules."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from portal.lib.japan import check_digit_ok
from suppliers.models import SupplierKind

REGISTER_BEGAN = date(2023, 10, 1)
"""The first day on which an issuer could be registered (適格請求書等保存方式, 平成28年改正法附則1条九)."""


@dataclass(frozen=True, slots=True)
class CompanyInput:
    """The data of a supplier, already normalised. The fields are those of `Supplier`.

    Attributes:
        registration_number: T and 13 digits; empty for an issuer that is not registered (免税事業者).
        registered_on: Since when it is registered; None when that is not said.
    """

    kind: SupplierKind
    name: str
    kana: str
    registration_number: str
    representative_title: str
    representative_name: str
    postcode: str
    address: str
    building: str
    phone: str
    fiscal_year_end_month: int
    registered_on: date | None = None


@dataclass(frozen=True, slots=True)
class PersonInput:
    """The person who registers. Name and reading are stored with the user, the rest with the membership."""

    name: str
    kana: str
    section: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """A new supplier with the person who becomes its owner."""

    company: CompanyInput
    person: PersonInput


class Level(StrEnum):
    """How serious a verdict is."""

    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A message about the value of a field. An error must be corrected."""

    level: Level
    message: StrOrPromise = field(compare=False)


def judge_registration_number(number: str, kind: SupplierKind | None) -> Verdict:
    """Check the check digit of a registration number.

    It is the check digit of 法人番号, so for a corporation a wrong one is an error. It is not known whether the numbers
    of sole proprietors follow the rule, so for them it is a warning.

    Args:
        number: T and 13 digits.
        kind: None while the person has not chosen it.
    """
    if check_digit_ok(number):
        return Verdict(Level.SUCCESS, _("登録番号の検査数字は正しい値です。"))
    if kind == SupplierKind.CORPORATION:
        return Verdict(
            Level.ERROR,
            _("登録番号の検査数字(Tの次の数字)が合いません。登録通知書を見て、番号を入力し直してください"),
        )
    return Verdict(
        Level.WARNING,
        _("登録番号の検査数字(Tの次の数字)が合いません。登録通知書の番号と同じか、もう一度確かめてください。"),
    )
