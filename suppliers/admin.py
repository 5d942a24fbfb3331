"""The pages of the operator for suppliers."""

from django.contrib import admin

from portal.lib.admin import NoDeleteAdmin, ReadOnlyAdmin, WorkStateFilter
from suppliers.models import BankAccount, Invitation, RegisterLookup, Supplier, SupplierMember, TradingLink


@admin.register(Supplier)
class SupplierAdmin(NoDeleteAdmin):
    """Suppliers."""

    list_display = ["name", "registration_number", "kind"]
    search_fields = ["name", "kana", "registration_number"]


@admin.register(SupplierMember)
class SupplierMemberAdmin(NoDeleteAdmin):
    """Who belongs to which supplier."""

    list_display = ["user", "supplier", "role", "active"]
    autocomplete_fields = ["user", "supplier"]


@admin.register(TradingLink)
class TradingLinkAdmin(NoDeleteAdmin):
    """Which supplier may send to which department."""

    list_display = ["supplier", "department", "active"]
    autocomplete_fields = ["supplier", "department"]


@admin.register(BankAccount)
class BankAccountAdmin(ReadOnlyAdmin):
    """Bank accounts. Only the owners of a supplier change them."""

    list_display = ["supplier", "bank_name", "branch_name", "number", "active"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Invitations. Only cities send and revoke them."""

    list_display = ["supplier_name", "municipality", "created_at", "accepted_at"]


@admin.register(RegisterLookup)
class RegisterLookupAdmin(ReadOnlyAdmin):
    """Questions to the public register, with their answers."""

    list_display = ["number", "day", "status", "name", "answered_at", "attempts", "last_error"]
    list_filter = [WorkStateFilter, "status"]
    search_fields = ["number"]
    date_hierarchy = "day"
