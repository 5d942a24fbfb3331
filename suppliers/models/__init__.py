"""Tables of suppliers: members, branches, seals, bank accounts, invitations, trading links, answers of the register."""

from suppliers.models.bank import BankAccount
from suppliers.models.invitation import Invitation
from suppliers.models.register import RegisterLookup, RegisterStatus
from suppliers.models.seal import Seal, SealKind
from suppliers.models.source import BillingSource
from suppliers.models.supplier import MemberRole, Supplier, SupplierKind, SupplierMember
from suppliers.models.trading import TradingLink

__all__ = [
    "BankAccount",
    "BillingSource",
    "Invitation",
    "MemberRole",
    "RegisterLookup",
    "RegisterStatus",
    "Seal",
    "SealKind",
    "Supplier",
    "SupplierKind",
    "SupplierMember",
    "TradingLink",
]
