"""The operator's view of suppliers."""

from django.contrib import admin

from portal.lib.admin import KeptAdmin, ReadOnlyAdmin
from suppliers.models import BankAccount, Invitation, Supplier, SupplierMember, TradingLink


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
