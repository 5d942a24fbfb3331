"""Checks of the way of payment."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from invoices.enums import PaymentMethod
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level
from invoices.rules.names import same_holder
from invoices.rules.sources import ACCOUNTING_RULES


def account(case: Case) -> Iterator[Finding]:
    """A bank transfer needs an account in use or a 債権者番号. A credit note claims no money and needs neither."""
    invoice = case.invoice
    if case.is_credit_note or invoice.payment_method != PaymentMethod.TRANSFER:
        return
    if invoice.bank_account is None:
        if not invoice.creditor_number.strip():
            yield Finding(
                "bank-account-missing",
                Level.ERROR,
                _("振込先口座を選択するか、債権者番号を入力してください。"),
                "bank_account",
                source=ACCOUNTING_RULES,
            )
    elif not invoice.bank_account.active:
        yield Finding(
            "bank-account-closed",
            Level.ERROR,
            _("この口座は使われていません。別の口座を選択してください。"),
            "bank_account",
        )


def holder(case: Case) -> Iterator[Finding]:
    """The account belongs to the issuer. Otherwise the city may ask for a letter of authority (委任状).

    The account of a sole proprietor is often in the name of the person, whose reading the portal does not know. So for
    them it is only information, and a warning in a city that pays to no other name than the claimant's.
    """
    issuer = case.issuer
    if case.is_credit_note or issuer.holder is None or same_holder(issuer.holder, issuer.kana):
        return
    names = {"holder": issuer.holder, "kana": issuer.kana}
    if case.policy.holder_must_match:
        yield _must_match(case, names)
    elif issuer.delegated:
        yield Finding(
            "proxy-letter",
            Level.WARNING,
            _(
                "受任者が請求し、口座名義(%(holder)s)も事業者名(%(kana)s)と異なります。"
                "請求と受領の委任状が要るかどうかを、市に確かめてください。"
            )
            % names,
            "bank_account",
            source=case.policy_source("signer"),
        )
    elif issuer.kind.is_person:
        yield Finding(
            "holder-differs",
            Level.INFO,
            _("口座名義(%(holder)s)が事業者名(%(kana)s)と異なります。本人の口座でなければ、委任状を用意してください。")
            % names,
            "bank_account",
            source=ACCOUNTING_RULES,
        )
    else:
        yield Finding(
            "holder-differs",
            Level.WARNING,
            _("口座名義(%(holder)s)が事業者名(%(kana)s)と異なります。委任状が要るかどうかを、市に確かめてください。")
            % names,
            "bank_account",
            source=ACCOUNTING_RULES,
        )


def _must_match(case: Case, names: dict[str, str]) -> Finding:
    person = case.issuer.kind.is_person
    return Finding(
        "holder-must-match",
        Level.WARNING if person else Level.ERROR,
        (
            _(
                "この市は請求者本人の口座だけに支払います。口座名義(%(holder)s)が本人の氏名であることを確かめてください。"
            )
            if person
            else _(
                "この市は請求者と同じ名義の口座だけに支払います。口座名義(%(holder)s)が事業者名(%(kana)s)と異なるので、"
                "別の口座を選択してください。"
            )
        )
        % names,
        "bank_account",
        source=case.policy_source("holder_must_match"),
    )
