"""The accounts to which cities pay a supplier: finding bank and branch, adding, changing and retiring accounts."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.acting import ActingFor, NotAllowed
from accounts.notices import Fact, Notice
from portal.lib.errors import InputError
from portal.lib.japan import AccountType, Bank, Branch, find_banks, find_branches, to_katakana
from suppliers.company import locked_supplier
from suppliers.membership import tell_owners
from suppliers.models import BankAccount
from suppliers.own_rows import OwnRows

ACCOUNTS_MAX = 50
_CANDIDATES = 5
_CODE = re.compile("[0-9]+(?= |$)")
_NOT_FOUND = {
    "bank": _("金融機関が見つかりません。4桁のコードか、正式な名前を入力してください"),
    "branch": _("この金融機関に、その支店は見つかりません。3桁のコードか、支店名を入力してください"),
}
_AMBIGUOUS = {
    "bank": _("候補がいくつかあります。4桁のコードで入力してください: %(candidates)s"),
    "branch": _("候補がいくつかあります。3桁のコードで入力してください: %(candidates)s"),
}

_ROWS = OwnRows(
    BankAccount,
    ACCOUNTS_MAX,
    too_many=_("登録できる口座の数を超えています。使わない口座の利用を止めてください。"),
    retired=_("この口座の利用は停止されています。"),
)

Entry = TypeVar("Entry", Bank, Branch)


@dataclass(frozen=True, slots=True)
class AccountInput:
    """A bank account whose values are already normalised.

    Attributes:
        number: Seven digits.
        holder: Half-width kana of the Zengin set.
    """

    bank: Bank
    branch: Branch
    account_type: AccountType
    number: str
    holder: str


def resolve_bank(text: str) -> Bank:
    """Find the bank that a code or a name means, or both as lists show them (`0185 鹿児島銀行`).

    Raises:
        InputError: `unknown_bank`, or `ambiguous_bank` when several fit; the message names them.
    """
    return _resolve(text, find_banks, kind="bank", digits=4)


def resolve_branch(bank: Bank, text: str) -> Branch:
    """Find the branch of a bank that a code or a name means; see `resolve_bank`.

    Raises:
        InputError: `unknown_branch`, or `ambiguous_branch`.
    """
    return _resolve(text, partial(find_branches, bank.code), kind="branch", digits=3)


def add_account(actor: ActingFor, account: AccountInput) -> BankAccount:
    """Add an account.

    Raises:
        NotAllowed: the actor does not own the supplier, the account is registered already, or ACCOUNTS_MAX accounts are
            in use.
    """
    with locked_supplier(actor):
        _refuse_duplicate(actor, account)
        _ROWS.require_room(actor)
        row = BankAccount.objects.create(supplier_id=actor.id, **_columns(account))
        _tell(actor, _("振込先口座が追加されました"), (_("追加した口座"), _in_words(row)))
    return row


def change_account(actor: ActingFor, account_id: UUID, account: AccountInput) -> BankAccount:
    """Correct an account. Invoices that are issued already keep what they show.

    Raises:
        NotAllowed: the actor does not own the supplier, the account is retired, or the same one is registered already.
    """
    with locked_supplier(actor):
        row = _ROWS.in_use(actor, account_id)
        _refuse_duplicate(actor, account, except_id=account_id)
        before = _in_words(row)
        row = _ROWS.write(row, _columns(account))
        if _in_words(row) != before:
            _tell(actor, _("振込先口座が変更されました"), (_("変更前"), before), (_("変更後"), _in_words(row)))
    return row


def retire_account(actor: ActingFor, account_id: UUID) -> BankAccount:
    """Stop offering an account for new invoices. It is never deleted, because issued invoices refer to it.

    Raises:
        NotAllowed: the actor does not own the supplier, or the account is retired already.
    """
    with locked_supplier(actor):
        row = _ROWS.retire(actor, account_id)
        _tell(actor, _("振込先口座の利用が止められました"), (_("止めた口座"), _in_words(row)))
    return row


def _refuse_duplicate(actor: ActingFor, account: AccountInput, except_id: UUID | None = None) -> None:
    others = BankAccount.objects.visible_to(actor).active()
    if except_id:
        others = others.exclude(pk=except_id)
    same = others.filter(
        bank_code=account.bank.code,
        branch_code=account.branch.code,
        account_type=account.account_type,
        number=account.number,
    )
    if same.exists():
        raise NotAllowed(_("この口座はすでに登録されています。"))


def _tell(actor: ActingFor, title: StrOrPromise, *facts: Fact) -> None:
    tell_owners(actor, Notice(title, facts), "suppliers:bank_accounts")


def _in_words(account: BankAccount) -> str:
    """An account as its owners know it again."""
    return f"{account} {account.holder}"


def _columns(account: AccountInput) -> dict[str, str]:
    return {
        "bank_code": account.bank.code,
        "bank_name": account.bank.name,
        "branch_code": account.branch.code,
        "branch_name": account.branch.name,
        "account_type": account.account_type,
        "number": account.number,
        "holder": account.holder,
    }


def _resolve(text: str, find: Callable[..., list[Entry]], *, kind: str, digits: int) -> Entry:
    typed = " ".join(unicodedata.normalize("NFKC", text[:100]).split())
    by_code = _CODE.match(typed)
    query = by_code[0].zfill(digits) if by_code else typed
    found = find(query, limit=_CANDIDATES + 1) if query else []
    exact = [entry for entry in found if (entry.code == query if by_code else _is_called(entry, query))]
    if len(exact) == 1:
        return exact[0]
    if by_code or not found:
        raise InputError(_NOT_FOUND[kind], f"unknown_{kind}")
    if len(found) == 1:
        return found[0]
    candidates = "、".join(f"{entry.code} {entry.name}" for entry in found[:_CANDIDATES])
    raise InputError(_AMBIGUOUS[kind], f"ambiguous_{kind}", {"candidates": candidates})


def _is_called(entry: Bank | Branch, name: str) -> bool:
    short = name.removesuffix("支店").removesuffix("銀行")
    return short in (entry.name, entry.name.removesuffix("銀行")) or to_katakana(name) == entry.kana
