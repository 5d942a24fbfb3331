"""Tables of suppliers, their members and bank accounts, invitations and trading links."""

from suppliers.models.bank import BankAccount
from suppliers.models.invitation import Invitation
from suppliers.models.supplier import MemberRole, Supplier, SupplierKind, SupplierMember
from suppliers.models.trading import TradingLink

__all__ = [
    "BankAccount",
    "Invitation",
    "MemberRole",
    "Supplier",
    "SupplierKind",
    "SupplierMember",
    "TradingLink",
]
