"""The operator's view of suppliers."""

from django.contrib import admin

from portal.lib.admin import KeptAdmin, ReadOnlyAdmin, WorkStateFilter
from suppliers.models import BankAccount, Invitation, RegisterLookup, Supplier, SupplierMember, TradingLink


@admin.register(Supplier)
class SupplierAdmin(KeptAdmin):
    list_display = ["name", "registration_number", "kind"]
    search_fields = ["name", "kana", "registration_number"]


@admin.register(SupplierMember)
class SupplierMemberAdmin(KeptAdmin):
    list_display = ["user", "supplier", "role", "active"]
    autocomplete_fields = ["user", "supplier"]


@admin.register(TradingLink)
class TradingLinkAdmin(KeptAdmin):
    list_display = ["supplier", "department", "active"]
    autocomplete_fields = ["supplier", "department"]


@admin.register(BankAccount)
class BankAccountAdmin(ReadOnlyAdmin):
    list_display = ["supplier", "bank_name", "branch_name", "number", "active"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["supplier_name", "municipality", "created_at", "accepted_at"]


@admin.register(RegisterLookup)
class RegisterLookupAdmin(ReadOnlyAdmin):
    list_display = ["number", "day", "status", "name", "answered_at", "attempts", "last_error"]
    list_filter = [WorkStateFilter, "status"]
    search_fields = ["number"]
    date_hierarchy = "day"
