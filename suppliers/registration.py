"""The data with which a supplier registers, and rules for it. Forms, files and commands use the same rules."""

from collections.abc import Iterator
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
        registration_ended_on: Since when it is registered no more; None while it is.
        member_name, members_all_registered, notice_filed_on: Of joint ventures alone.
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
    registration_ended_on: date | None = None
    member_name: str = ""
    members_all_registered: bool = False
    notice_filed_on: date | None = None


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
    that the tax agency gives to others (sole proprietors, associations, foreign suppliers) follow the rule, so for them
    it is a warning; also for a joint venture, whose member may be anybody.

    Args:
        number: T and 13 digits.
        kind: None while the person has not chosen it.
    """
    if check_digit_ok(number):
        return Verdict(Level.SUCCESS, _("登録番号の検査数字は正しい値です。"))
    if kind is not None and kind.has_corporate_number:
        return Verdict(
            Level.ERROR,
            _("登録番号の検査数字(Tの次の数字)が合いません。登録通知書を見て、番号を入力し直してください"),
        )
    return Verdict(
        Level.WARNING,
        _("登録番号の検査数字(Tの次の数字)が合いません。登録通知書の番号と同じか、もう一度確かめてください。"),
    )


def judge_joint_venture(
    registration_number: str, *, members_all_registered: bool, notice_filed_on: date | None
) -> Iterator[tuple[str, StrOrPromise]]:
    """What stands against printing a number for a joint venture, each with the name of its field.

    It may issue qualified invoices only while all members are registered, and for what is supplied from the day on
    which it filed the notice of that (消費税法57条の6①). A constraint of `Supplier` holds the same.
    """
    if not registration_number:
        return
    if not members_all_registered:
        yield (
            "members_all_registered",
            _(
                "すべての構成員が登録を受けていなければ、共同企業体は適格請求書を発行できません。"
                "チェックを入れるか、「発行できない」を選んで登録番号を消してください"
            ),
        )
    if notice_filed_on is None:
        yield (
            "notice_filed_on",
            _("届出書を提出した日を入力するか、「発行できない」を選んで登録番号を消してください"),
        )
