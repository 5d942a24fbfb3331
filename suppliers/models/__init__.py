"""Tables of suppliers, their members, branches, seals and bank accounts, invitations, trading links and the register."""

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
