"""What a supplier says of itself, and the rules that it must meet: one place for forms, files and commands."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from portal.lib.japan import check_digit_ok
from suppliers.models import SupplierKind


@dataclass(frozen=True, slots=True)
class CompanyInput:
    """A supplier's own data, normalised. The fields are those of `Supplier`.

    Attributes:
        registration_number: T and 13 digits; empty for an issuer that is not registered (免税事業者).
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


@dataclass(frozen=True, slots=True)
class PersonInput:
    """Who registers. Name and reading belong to the person, section and telephone to their place in the supplier."""

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
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What there is to say about a field's value; an error must be corrected first."""

    level: Level
    message: StrOrPromise = field(compare=False)


def judge_registration_number(number: str, kind: SupplierKind | None) -> Verdict:
    """Whether the check digit fits.

    It is the check digit of 法人番号, so a wrong one is a mistake in a corporation's number. Whether the numbers of
    sole proprietors follow the rule is not known, so there it is a warning.

    Args:
        number: T and 13 digits.
        kind: None while it is not chosen yet.
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
