"""The pages of the operator for suppliers."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.municipalities.departments import with_city
from accounts.operator_news import ToldAdmin, refuse_operators
from accounts.organisations import Organisation, city
from portal.lib.admin import MasterForm, ReadOnlyAdmin, WorkStateFilter
from suppliers.membership import organisation
from suppliers.models import BankAccount, Invitation, RegisterLookup, Supplier, SupplierMember, TradingLink


@admin.register(Supplier)
class SupplierAdmin(ToldAdmin):
    """Suppliers."""

    list_display = ["name", "registration_number", "kind"]
    search_fields = ["name", "kana", "registration_number"]

    def concerned(self, row: Supplier) -> Iterable[Organisation]:
        return [organisation(row)]


class SupplierMemberForm(MasterForm):
    """A person in a supplier."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        refuse_operators(self, cleaned)
        return cleaned


@admin.register(SupplierMember)
class SupplierMemberAdmin(ToldAdmin):
    """Who belongs to which supplier."""

    list_display = ["user", "supplier", "role", "active"]
    autocomplete_fields = ["user", "supplier"]
    form = SupplierMemberForm

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Somebody else gets a membership of their own: what this person did was done for this supplier."""
        return ["user", "supplier"] if obj else []

    def concerned(self, row: SupplierMember) -> Iterable[Organisation]:
        return [organisation(row.supplier)]

    def told_too(self, row: SupplierMember) -> User:
        return row.user


@admin.register(TradingLink)
class TradingLinkAdmin(ToldAdmin):
    """Which supplier may send to which department."""

    list_display = ["supplier", "municipality", "department", "active"]
    list_select_related = ["supplier", "department__municipality"]
    autocomplete_fields = ["supplier"]

    @admin.display(description=_("市区町村"), ordering="department__municipality__kana")
    def municipality(self, link: TradingLink) -> str:
        return str(link.department.municipality)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Another pair is another row; this one is switched off."""
        return ["supplier", "department"] if obj else []

    def concerned(self, row: TradingLink) -> Iterable[Organisation]:
        return [organisation(row.supplier), city(row.department.municipality)]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Many cities have a department of the same name, so each is named with its city."""
        form = super().get_form(request, obj, change, **kwargs)
        if obj:
            return form
        department: Any = form.base_fields["department"]
        department.label_from_instance = with_city
        department.queryset = department.queryset.select_related("municipality").order_by("municipality__kana", "kana")
        return form


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
