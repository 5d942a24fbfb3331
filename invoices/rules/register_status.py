"""Checks of the registration number, and what an issuer without one must know."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from invoices.enums import TaxUnit
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level
from invoices.rules.names import same_company
from invoices.rules.sources import DEDUCTION_OF_TAX, JOINT_VENTURES, QUALIFIED, ROUNDING, UNREGISTERED
from portal.lib.calendar import to_wareki
from portal.lib.japan import check_digit_ok, registration_number_form_ok
from suppliers import register
from suppliers.models import RegisterLookup, RegisterStatus, SupplierKind

_PUBLISHED_BY_NAME = (SupplierKind.CORPORATION, SupplierKind.JOINT_VENTURE, SupplierKind.ASSOCIATION)
"""Kinds whose number is published under the name that is printed. A sole proprietor may use a trade name, and a foreign
company a name in other letters."""


def registration(case: Case) -> Iterator[Finding]:
    """The number has the right form and check digit and is registered on the day; its issuer rounds tax per rate."""
    if not case.issuer.is_registered:
        yield from _unregistered(case)
        return
    if case.invoice.tax_unit == TaxUnit.LINE:
        yield Finding(
            "tax-unit-line",
            Level.ERROR,
            _(
                "登録番号のある事業者は、消費税の端数処理を税率ごとに1回だけ行います。「請求書ごと」を選択してください。"
            ),
            "tax_unit",
            source=ROUNDING,
        )
    if registration_number_form_ok(case.issuer.registration_number):
        yield from _number(case)
    else:
        yield Finding(
            "registration-number-form",
            Level.ERROR,
            _("登録番号はTと13桁の数字です。会社情報で直してください。"),
            source=QUALIFIED,
        )


def _unregistered(case: Case) -> Iterator[Finding]:
    yield Finding(
        "issuer-not-registered",
        Level.WARNING,
        _unregistered_words(case),
        source=UNREGISTERED,
    )
    department = case.invoice.department
    if department is not None and department.taxable_enterprise:
        yield Finding(
            "issuer-not-registered-for-enterprise",
            Level.WARNING,
            _(
                "%(department)sは消費税を納める会計の課です。登録番号のない請求書の消費税は、経過措置による一部しか"
                "仕入税額控除ができません。このまま発行してよいか、課に確かめてください。"
            )
            % {"department": department.name},
            "department",
            source=DEDUCTION_OF_TAX,
        )


def _unregistered_words(case: Case) -> str:
    if case.is_credit_note:
        return _("登録番号がないため、適格返還請求書にはなりません。このまま発行してよいか確かめてください。")
    if case.issuer.is_joint_venture:
        return _(
            "すべての構成員の登録と届出書の提出がそろっていない共同企業体なので、"
            "適格請求書ではなく区分記載請求書として発行されます。"
        )
    return _("登録番号がないため、適格請求書ではなく区分記載請求書として発行されます。")


def _number(case: Case) -> Iterator[Finding]:
    """The check digit, then the public register on the day of the transaction.

    Only of a corporation's number it is known to have this check digit (`SupplierKind.has_corporate_number`). For all
    others it is a warning, and none when the register says that the number is registered.
    """
    number = case.issuer.registration_number
    answer = register.known_answer(number, case.day) if case.day else None
    if not check_digit_ok(number):
        corporate = case.issuer.kind.has_corporate_number
        if corporate or answer is None or answer.status != RegisterStatus.REGISTERED:
            yield Finding(
                "registration-number-digit",
                Level.ERROR if corporate else Level.WARNING,
                _("登録番号の検査数字が合いません。会社情報で番号を確かめてください。"),
                source=QUALIFIED,
            )
        if corporate:
            return
    if case.day is not None:
        yield from _before_notice(case, case.day)
        yield from _register(case, answer, to_wareki(case.day))


def _before_notice(case: Case, day: date) -> Iterator[Finding]:
    """A joint venture may issue qualified invoices for what it supplies from the day of its notice on."""
    filed = case.issuer.notice_filed_on
    if case.issuer.is_joint_venture and filed is not None and day < filed:
        yield Finding(
            "joint-venture-before-notice",
            Level.ERROR,
            _(
                "届出書を提出した日(%(filed)s)より前の取引(%(day)s)には、共同企業体の登録番号を印字できません。"
                "会社情報の提出日と、取引日を確かめてください。"
            )
            % {"filed": to_wareki(filed), "day": to_wareki(day)},
            source=JOINT_VENTURES,
        )


def _register(case: Case, answer: RegisterLookup | None, day: str) -> Iterator[Finding]:
    issuer = case.issuer
    if answer is None or answer.status == RegisterStatus.UNCHECKED:
        yield Finding(
            "registration-unchecked",
            Level.INFO,
            _("登録番号が取引日(%(day)s)に有効かどうかは未確認です。国税庁の公表サイトで確かめられます。")
            % {"day": day},
            source=QUALIFIED,
        )
    elif answer.status == RegisterStatus.NOT_REGISTERED:
        yield Finding(
            "registration-not-in-register",
            Level.ERROR,
            _(
                "登録番号%(number)sは取引日(%(day)s)に登録がないため、印字できません。"
                "会社情報の登録番号と、取引日を確かめてください。"
                "登録されたばかりのときは、1時間以上たってから保存するか確認へ進むと、公表サイトに照会し直します。"
            )
            % {"number": issuer.registration_number, "day": day},
            source=UNREGISTERED,
        )
    elif issuer.kind in _PUBLISHED_BY_NAME and answer.name and not same_company(answer.name, _holder_of_number(case)):
        yield Finding(
            "registration-of-another-name",
            Level.WARNING,
            _("登録番号は「%(name)s」のものとして公表されています。会社情報の登録番号を確かめてください。")
            % {"name": answer.name},
            source=QUALIFIED,
        )


def _holder_of_number(case: Case) -> str:
    """Whose number is printed: of a joint venture that of its representative member."""
    return case.issuer.member if case.issuer.is_joint_venture else case.issuer.name
