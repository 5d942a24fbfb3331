"""Checks of the registration number, and what an issuer without one must know."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from invoices.documents import schema
from invoices.documents.invoice_system import QUALIFIED_SINCE, refunded_days, supply_days
from invoices.enums import InvoiceSystem, TaxUnit
from invoices.rules.case import Case
from invoices.rules.days import names_day_of_supply, register_days
from invoices.rules.findings import Finding, Level
from invoices.rules.names import same_company
from invoices.rules.sources import BEFORE_QUALIFIED, DEDUCTION_OF_TAX, JOINT_VENTURES, QUALIFIED, ROUNDING, UNREGISTERED
from portal.lib.calendar import to_wareki
from portal.lib.japan import check_digit_ok, registration_number_form_ok
from suppliers import register
from suppliers.models import RegisterLookup, RegisterStatus, SupplierKind

_DAYS_NAMED = 3
_PUBLISHED_BY_NAME = (SupplierKind.CORPORATION, SupplierKind.JOINT_VENTURE, SupplierKind.ASSOCIATION)
"""Kinds whose number is published under the name that is printed. A sole proprietor may use a trade name, and a foreign
company a name in other letters."""


def registration(case: Case) -> Iterator[Finding]:
    """The number has the right form and check digit and is registered on every day; its issuer rounds tax per rate."""
    if case.system != InvoiceSystem.QUALIFIED:
        yield Finding(
            "before-qualified-invoices",
            Level.INFO,
            _("%(day)sより前の取引なので、適格請求書ではありません。登録番号と適格請求書の文字は印字されません。")
            % {"day": to_wareki(QUALIFIED_SINCE)},
            source=BEFORE_QUALIFIED,
        )
        return
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
    days = register_days(case.invoice, case.content)
    answers = register.known_answers(case.issuer.registration_number, days)
    yield from _from_when(case, answers)
    if registration_number_form_ok(case.issuer.registration_number):
        yield from _number(case, days, answers)
    else:
        yield Finding(
            "registration-number-form",
            Level.ERROR,
            _("登録番号はTと13桁の数字です。会社情報で直してください。"),
            source=QUALIFIED,
        )


def _unregistered(case: Case) -> Iterator[Finding]:
    """What an issuer without a number must know; nothing of it concerns a document on which nothing is taxed."""
    if not case.is_taxed:
        return
    if not case.invoice.is_issued and case.invoice.issuer.is_registered:
        yield from _number_left_out(case)
    else:
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


def _number_left_out(case: Case) -> Iterator[Finding]:
    """The issuer has a number, and it does not hold on the days of the supplies (`printed_number`)."""
    issuer, days = case.invoice.issuer, supply_days(case.invoice, case.content)
    begun, ended = issuer.qualified_from, issuer.registration_ended_on
    if ended and days[0] >= ended:
        yield Finding(
            "after-registration",
            Level.WARNING,
            _(
                "登録の失効日(%(day)s)からの取引なので、登録番号を印字せず、適格請求書でない書類として発行されます。"
                "このまま発行してよいか確かめてください。"
            )
            % {"day": to_wareki(ended)},
            source=_source(case),
        )
        yield from _across_the_end(case, days)
    elif begun:
        yield Finding(
            "before-registration",
            Level.WARNING,
            _(
                "%(which)s(%(day)s)より前の取引なので、登録番号を印字せず、適格請求書でない書類として発行されます。"
                "このまま発行してよいか確かめてください。"
            )
            % {"which": _qualifying_day(case), "day": to_wareki(begun)},
            source=_source(case),
        )


def _across_the_end(case: Case, days: Sequence[date]) -> Iterator[Finding]:
    """Nothing of a document was supplied before the registration ended, or everything was.

    A refund of what was sold while the number held is made with the number, so it has a document of its own.
    """
    ended = None if case.invoice.is_issued else case.invoice.issuer.registration_ended_on
    every = sorted([*days, *refunded_days(case.content)])
    if ended and every and every[0] < ended <= every[-1]:
        yield Finding(
            "supplies-after-registration",
            Level.ERROR,
            _(
                "登録の失効日(%(day)s)より前の取引(%(first)s)と、失効日からの取引(%(last)s)が混ざっています。"
                "適格請求書と適格返還請求書にできるのは失効日の前日までの取引だけなので、書類を失効日の前と以後に"
                "分けてください。前に始まり失効日以後に完了した1つの役務(請負など)のときは、取引年月日に完了した日を"
                "入力してください。"
            )
            % {"day": to_wareki(ended), "first": to_wareki(every[0]), "last": to_wareki(every[-1])},
            source=_source(case),
        )


def _source(case: Case) -> str:
    return JOINT_VENTURES if case.issuer.is_joint_venture else UNREGISTERED


def _from_when(case: Case, answers: Mapping[date, RegisterLookup]) -> Iterator[Finding]:
    """All was supplied while the issuer was registered; before the first day of the system nobody could be.

    What was supplied on both sides of that first day may stand in one document, if the issuer registered on it. A
    refund of what was sold before does not lower the tax of what was sold since: it has a document of its own.
    """
    days = supply_days(case.invoice, case.content)
    if not days or not case.is_taxed:
        return
    yield from _across_the_end(case, days)
    first, begun = days[0], None if case.invoice.is_issued else case.invoice.issuer.qualified_from
    earliest = min([first, *refunded_days(case.content)])
    if begun and max(earliest, QUALIFIED_SINCE) < begun:
        yield Finding(
            "supplies-before-registration",
            Level.ERROR,
            _(
                "%(which)s(%(day)s)より前の取引(%(first)s)と、以後の取引が混ざっています。適格請求書にできるのは"
                "%(day)sからの取引だけなので、書類を%(day)sの前と以後に分けてください。"
                "前に始まり以後に完了した1つの役務(請負など)のときは、取引年月日に完了した日を入力してください。"
            )
            % {"which": _qualifying_day(case), "day": to_wareki(begun), "first": to_wareki(earliest)},
            source=_source(case),
        )
    elif first < QUALIFIED_SINCE:
        answer = answers.get(QUALIFIED_SINCE)
        known = begun == QUALIFIED_SINCE or (answer is not None and answer.status == RegisterStatus.REGISTERED)
        yield Finding(
            "across-start-of-qualified-invoices",
            Level.INFO if known else Level.WARNING,
            (
                _("%(day)sより前の取引(%(first)s)を含みます。その日に登録を受けているので、分けずに発行できます。")
                if known
                else _(
                    "%(day)sより前の取引(%(first)s)を含みます。同じ書類にできるのは、その日に登録を受けた事業者だけ"
                    "です。それより後に登録したときは、書類を分けてください。"
                )
            )
            % {"day": to_wareki(QUALIFIED_SINCE), "first": to_wareki(first)},
            source=BEFORE_QUALIFIED,
        )


def _unregistered_words(case: Case) -> str:
    before = case.invoice.original or case.invoice.replaces
    if before is not None and before.snapshot and schema.load(before.snapshot).issuer.registration_number:
        return _(
            "%(before)sには登録番号がありますが、会社情報にはありません。登録が終わっていても、登録のあった間の取引の"
            "返還や修正には登録番号が要ります。その番号が正しかったときは、会社情報に登録番号を戻し、登録が終わったときは"
            "登録の失効日も入力してから発行してください。"
        ) % {"before": _("もとの請求書") if case.is_credit_note else _("修正前の請求書")}
    if case.is_credit_note:
        return _("登録番号がないため、適格返還請求書にはなりません。このまま発行してよいか確かめてください。")
    if case.issuer.is_joint_venture:
        return _(
            "すべての構成員の登録と届出書の提出がそろっていない共同企業体なので、"
            "適格請求書ではなく区分記載請求書として発行されます。"
        )
    return _("登録番号がないため、適格請求書ではなく区分記載請求書として発行されます。")


def _number(case: Case, days: Sequence[date], answers: Mapping[date, RegisterLookup]) -> Iterator[Finding]:
    """The check digit, then the public register on the days of the transaction.

    Only of a corporation's number it is known to have this check digit (`SupplierKind.has_corporate_number`): there a
    wrong digit is an error and nothing else is said. For all others the register has the last word.
    """
    if not check_digit_ok(case.issuer.registration_number):
        corporate = case.issuer.kind.has_corporate_number
        if corporate or all(answer.status != RegisterStatus.REGISTERED for answer in answers.values()):
            yield Finding(
                "registration-number-digit",
                Level.ERROR if corporate else Level.WARNING,
                _("登録番号の検査数字が合いません。会社情報で番号を確かめてください。"),
                source=QUALIFIED,
            )
        if corporate:
            return
    yield from _register(case, days, answers)


def _qualifying_day(case: Case) -> StrOrPromise:
    """What the day is called from which the issuer may give qualified invoices."""
    return _("届出書を提出した日") if case.issuer.is_joint_venture else _("登録年月日")


def _day_of_supply(case: Case) -> StrOrPromise:
    """What the day is called by which the number is judged: the issue date, as long as no other was typed."""
    return _("取引日") if names_day_of_supply(case.invoice, case.content) else case.words.issue_date


def _register(case: Case, days: Sequence[date], answers: Mapping[date, RegisterLookup]) -> Iterator[Finding]:
    issuer = case.issuer
    said: dict[str, list[date]] = {status: [] for status in RegisterStatus}
    for day in days:
        said[answers[day].status if day in answers else RegisterStatus.UNCHECKED].append(day)
    registered, absent, unchecked = (
        said[status] for status in (RegisterStatus.REGISTERED, RegisterStatus.NOT_REGISTERED, RegisterStatus.UNCHECKED)
    )
    if absent and registered:
        what = _(
            "登録番号%(number)sは、取引日のうち%(registered)sには登録がありますが、%(absent)sにはありません。"
            "適格請求書にできるのは登録のある日の取引だけです。"
        ) % {"number": issuer.registration_number, "registered": _in_words(registered), "absent": _in_words(absent)}
        yield Finding(
            "registration-on-some-days",
            Level.ERROR,
            what + (_registration_ended() if registered[0] < absent[0] else _registration_began()),
            source=UNREGISTERED,
        )
    elif absent:
        yield Finding(
            "registration-not-in-register",
            Level.ERROR,
            _(
                "登録番号%(number)sは%(called)s(%(day)s)に登録がないため、印字できません。"
                "会社情報の登録番号と登録年月日、登録の失効日、%(called)sを確かめてください。"
                "登録されたばかりのときは、1時間以上たってから保存するか確認へ進むと、公表サイトに照会し直します。"
            )
            % {"number": issuer.registration_number, "day": _in_words(absent), "called": _day_of_supply(case)},
            source=UNREGISTERED,
        )
    if unchecked:
        yield Finding(
            "registration-unchecked",
            Level.INFO,
            _("登録番号が%(called)s(%(day)s)に有効かどうかは未確認です。国税庁の公表サイトで確かめられます。")
            % {"day": _in_words(unchecked), "called": _day_of_supply(case)},
            source=QUALIFIED,
        )
    names = (answers[day].name for day in registered)
    other = next((name for name in names if name and not same_company(name, _holder_of_number(case))), None)
    if issuer.kind in _PUBLISHED_BY_NAME and other is not None:
        yield Finding(
            "registration-of-another-name",
            Level.WARNING,
            _("登録番号は「%(name)s」のものとして公表されています。会社情報の登録番号を確かめてください。")
            % {"name": other},
            source=QUALIFIED,
        )


def _registration_began() -> str:
    return _("会社情報に登録年月日を入力し、書類を登録の前と以後に分けてください。")


def _registration_ended() -> str:
    return _("登録が終わっているときは、会社情報に登録の失効日を入力し、書類を失効日の前と以後に分けてください。")


def _in_words(days: Sequence[date]) -> str:
    """Some days, in words: the first, the last, and how many there are between them."""
    if len(days) <= _DAYS_NAMED:
        return _("と").join(map(to_wareki, days))
    return _("%(first)sから%(last)sまでの%(count)d日") % {
        "first": to_wareki(days[0]),
        "last": to_wareki(days[-1]),
        "count": len(days),
    }


def _holder_of_number(case: Case) -> str:
    """Whose number is printed: of a joint venture that of its representative member."""
    return case.issuer.member if case.issuer.is_joint_venture else case.issuer.name
