"""Checks of the issuer: representative, branch, seal, and the persons who are named when there is no seal."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.models import SealRule, Signer
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level
from invoices.rules.sources import ACCOUNTING_RULES
from suppliers.models import Seal, SealKind


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
    """A chosen seal is in use. If the city requires a seal, it is the seal of the representative."""
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


def named_persons(case: Case) -> Iterator[Finding]:
    """Without the seal of the representative: title, name and telephone of 発行責任者 and 担当者.

    A person without a title writes 「役職なし」. The policy of the city decides whether this rule applies.
    """
    if case.policy.seal_rule != SealRule.NAMED_PERSONS or _has_representatives_seal(case):
        return
    for who, who_label in (("responsible", _("発行責任者")), ("contact", _("担当者"))):
        for part, part_label in (
            ("title", _("役職(ないときは「役職なし」)")),
            ("name", _("氏名")),
            ("phone", _("直通電話")),
        ):
            if not getattr(case.invoice, f"{who}_{part}").strip():
                yield Finding(
                    f"{who}-{part}-missing",
                    Level.ERROR,
                    _("代表者印がないため、%(who)sの%(part)sを入力してください。")
                    % {"who": who_label, "part": part_label},
                    f"{who}_{part}",
                    source=case.policy_source("seal_rule"),
                )


def _representatives_seal_in_use(case: Case) -> bool:
    """Whether the supplier has a seal of the representative in use."""
    seals = Seal.objects.active().filter(supplier=case.invoice.issuer, kind=SealKind.REPRESENTATIVE)
    return seals.exists()


def _has_representatives_seal(case: Case) -> bool:
    return case.invoice.seal is not None and case.invoice.seal.kind == SealKind.REPRESENTATIVE
