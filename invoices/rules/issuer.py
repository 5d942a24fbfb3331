"""Checks of the issuer: representative, branch, seal, and the persons who are named when there is no seal."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import MunicipalityPolicy, PersonContact, SealRule, Signer
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level
from invoices.rules.sources import ACCOUNTING_RULES, JOINT_VENTURES
from suppliers.models import Seal, SealKind, SupplierKind

_PARTS = {
    "title": gettext_lazy("役職(ないときは「役職なし」)"),
    "name": gettext_lazy("氏名"),
    "phone": gettext_lazy("直通電話"),
    "email": gettext_lazy("メールアドレス"),
}
_PEOPLE = {"responsible": gettext_lazy("発行責任者"), "contact": gettext_lazy("担当者")}
_REACHED_BY = {PersonContact.PHONE: ("phone",), PersonContact.EITHER: (), PersonContact.BOTH: ("phone", "email")}
"""The parts that a city asks for in any case. With EITHER one of the two is enough."""


def signer(case: Case) -> Iterator[Finding]:
    """The representative has title and name. A branch is in use, and the city accepts its delegate."""
    issuer, branch = case.issuer, case.invoice.billing_source
    if not (issuer.representative_title.strip() and issuer.representative_name.strip()):
        yield Finding(
            "representative-missing",
            Level.ERROR,
            _("会社情報で、代表者職と代表者氏名を登録してください。"),
            source=ACCOUNTING_RULES,
        )
    if issuer.is_joint_venture and not issuer.member.strip():
        yield Finding(
            "joint-venture-member-missing",
            Level.ERROR,
            _("会社情報で、共同企業体の代表構成員を登録してください。"),
            source=JOINT_VENTURES,
        )
    if branch is None:
        return
    if not branch.active:
        yield Finding(
            "billing-source-closed",
            Level.ERROR,
            _("この請求元は使われていません。別の請求元を選択してください。"),
            "billing_source",
        )
    if issuer.delegated and case.policy.signer == Signer.REPRESENTATIVE:
        yield Finding(
            "signer-not-allowed",
            Level.ERROR,
            _("この市に請求できるのは代表者だけです。受任者のいない請求元か、本社を選択してください。"),
            "billing_source",
            source=case.policy_source("signer"),
        )


def seal(case: Case) -> Iterator[Finding]:
    """A chosen seal is in use. If the city requires a seal, it is the seal of the representative.

    A city may do without a seal of the representative and still ask for one from a delegate; then any will do.
    """
    chosen = case.invoice.seal
    if chosen is not None and not chosen.active:
        yield Finding("seal-closed", Level.ERROR, _("この印影は使われていません。別の印影を選択してください。"), "seal")
    if case.policy.seal_rule == SealRule.REQUIRED and not _has_representatives_seal(case):
        yield Finding(
            "seal-missing",
            Level.ERROR,
            _("この市への請求書には代表者印が要ります。代表者印の印影を選択してください。")
            if _representatives_seal_in_use(case)
            else _(
                "この市への請求書には代表者印が要ります。"
                "使える代表者印がないので、先に自社の管理者が会社情報の「印影」で登録してください。"
            ),
            "seal",
            source=case.policy_source("seal_rule"),
        )
    elif case.policy.delegate_needs_seal and case.issuer.delegated and chosen is None:
        yield Finding(
            "delegate-seal-missing",
            Level.ERROR,
            _(
                "この市では、受任者が請求するときに印影が要ります。印影を選択するか、本社から代表者の名義で請求してください。"
            )
            if Seal.objects.active().filter(supplier=case.invoice.issuer).exists()
            else _(
                "この市では、受任者が請求するときに印影が要ります。"
                "使える印影がないので、先に自社の管理者が会社情報の「印影」で登録してください。"
            ),
            "seal",
            source=case.policy_source("delegate_needs_seal"),
        )


def people_to_name(policy: MunicipalityPolicy, kind: SupplierKind) -> tuple[str, ...]:
    """Who is named in place of the representative's seal: `responsible`, and `contact` unless the city spares them."""
    spared = kind.is_person and not policy.asks_sole_trader_contact
    return ("responsible",) if spared else tuple(_PEOPLE)


def fields_of_people(policy: MunicipalityPolicy, kind: SupplierKind) -> tuple[str, ...]:
    """The columns of an invoice that name these people and may not be empty."""
    parts = ("title", "name", *_REACHED_BY[PersonContact(policy.person_contact)])
    return tuple(f"{who}_{part}" for who in people_to_name(policy, kind) for part in parts)


def named_persons(case: Case) -> Iterator[Finding]:
    """Without the seal of the representative: title and name of 発行責任者 and 担当者, and how to reach them.

    A person without a title writes 「役職なし」. The policy of the city decides whether and to whom this rule applies.
    """
    if case.policy.seal_rule != SealRule.NAMED_PERSONS or _has_representatives_seal(case):
        return
    for field in fields_of_people(case.policy, case.issuer.kind):
        who, part = field.split("_")
        if not _is_written(case, field):
            yield _person_incomplete(case, who, part, _PARTS[part])
    if case.policy.person_contact == PersonContact.EITHER:
        for who in people_to_name(case.policy, case.issuer.kind):
            if not (_is_written(case, f"{who}_phone") or _is_written(case, f"{who}_email")):
                yield _person_incomplete(case, who, "phone", _("直通電話かメールアドレス"))


def _is_written(case: Case, field: str) -> bool:
    return bool(getattr(case.invoice, field).strip())


def _person_incomplete(case: Case, who: str, part: str, what: StrOrPromise) -> Finding:
    return Finding(
        f"{who}-{part}-missing",
        Level.ERROR,
        _("代表者印がないため、%(who)sの%(part)sを入力してください。") % {"who": _PEOPLE[who], "part": what},
        f"{who}_{part}",
        source=case.policy_source("person_contact" if part in ("phone", "email") else "seal_rule"),
    )


def _representatives_seal_in_use(case: Case) -> bool:
    """Whether the supplier has a seal of the representative in use."""
    seals = Seal.objects.active().filter(supplier=case.invoice.issuer, kind=SealKind.REPRESENTATIVE)
    return seals.exists()


def _has_representatives_seal(case: Case) -> bool:
    return case.invoice.seal is not None and case.invoice.seal.kind == SealKind.REPRESENTATIVE
