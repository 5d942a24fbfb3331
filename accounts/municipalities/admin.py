"""The pages of the operator for cities, their departments and staff. `portal.admin` puts them into the site."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts import staffing
from accounts.models import Department, Municipality, MunicipalityPolicy, StaffMembership, User
from accounts.municipalities import departments, first_sign_in
from accounts.operator_news import ToldAdmin, refuse_operators, warn
from accounts.organisations import Organisation, city
from portal.lib.admin import MasterForm


@admin.register(Municipality)
class MunicipalityAdmin(ToldAdmin):
    """Cities. The operator adds them."""

    list_display = ["name"]

    def concerned(self, row: Municipality) -> Iterable[Organisation]:
        return [city(row)]


@admin.register(MunicipalityPolicy)
class MunicipalityPolicyAdmin(ToldAdmin):
    """The policy of a city. Its administrators have an own page to change it, which also shows the history."""

    list_display = ["municipality", "addressee", "seal_rule", "payment_days", "retention_years"]
    list_select_related = ["municipality"]

    @admin.display(description=_("宛名"))
    def addressee(self, policy: MunicipalityPolicy) -> str:
        """As it is printed."""
        return policy.addressee_in_full

    def concerned(self, row: MunicipalityPolicy) -> Iterable[Organisation]:
        return [city(row.municipality)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["municipality"] if obj else []


@admin.register(Department)
class DepartmentAdmin(ToldAdmin):
    """Departments of cities. One that was merged names the department that took over."""

    list_display = ["name", "municipality", "taxable_enterprise", "closed", "succeeded_by"]
    list_filter = ["municipality"]
    search_fields = ["name", "kana"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["municipality"] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        successor: Any = form.base_fields["succeeded_by"]
        successor.label_from_instance = departments.with_city
        successor.queryset = _of_city(successor.queryset, obj)
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        departments.save(obj)
        if "succeeded_by" in form.changed_data:
            warn(request, staffing.gaps_of_merger(obj))

    def concerned(self, row: Department) -> Iterable[Organisation]:
        return [city(row.municipality)]


def _of_city(rows: Any, row: Any) -> Any:
    """Those of the row's city; of all cities while it is being added."""
    theirs = rows.filter(municipality=row.municipality) if row else rows
    return theirs.select_related("municipality").order_by("municipality__kana", "kana")


class StaffMembershipForm(MasterForm):
    """A person in a city. Their departments are the city's own."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        city = cleaned.get("municipality")
        city_id = city.pk if city else self.instance.municipality_id
        foreign = [each for each in cleaned.get("departments", ()) if city_id and each.municipality_id != city_id]
        if foreign:
            names = "、".join(map(departments.with_city, foreign))
            message = _("この職員の市の課だけを選んでください。ほかの市の課です:%(names)s") % {"names": names}
            self.add_error("departments", message)
        refuse_operators(self, cleaned)
        return cleaned


@admin.register(StaffMembership)
class StaffMembershipAdmin(ToldAdmin):
    """Who works in which city, with role and departments."""

    list_display = ["user", "municipality", "role", "active", "first_sign_in"]
    list_filter = ["municipality", "role", "active"]
    search_fields = ["user__name", "user__kana", "user__email", "departments__name"]
    list_select_related = ["user", "municipality"]
    fields = ["user", "municipality", "role", "departments", "active"]
    autocomplete_fields = ["user"]
    actions = ["send_links"]
    filter_horizontal = ["departments"]
    form = StaffMembershipForm

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Somebody else gets a membership of their own, and with it the link for the first sign-in."""
        return ["user", "municipality"] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        theirs: Any = form.base_fields["departments"]
        theirs.label_from_instance = departments.with_city
        theirs.queryset = _of_city(theirs.queryset, obj)
        return form

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super().get_queryset(request).prefetch_related("user__first_sign_ins__code", "user__first_sign_ins__mail")
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            self._send_links(request, [obj])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        row = form.instance
        if form.has_changed():
            warn(
                request,
                staffing.gaps_of_membership(row, [*form.initial.get("departments", ()), *row.departments.all()]),
            )

    def concerned(self, row: StaffMembership) -> Iterable[Organisation]:
        return [city(row.municipality)]

    def told_too(self, row: StaffMembership) -> User:
        return row.user

    @admin.display(description=_("最初のログイン"))
    def first_sign_in(self, membership: StaffMembership) -> StrOrPromise:
        """What has become of the mailed link."""
        return first_sign_in.state(membership.user)

    @admin.action(description=_("最初のログインのリンクを送り直す"), permissions=["change"])
    def send_links(self, request: HttpRequest, memberships: Any) -> None:
        """Mail new links. Who has signed in before gets none."""
        if not self._send_links(request, memberships.filter(active=True)):
            self.message_user(request, _("選んだ職員はログインしたことがあるか、無効です。"), messages.WARNING)

    def _send_links(self, request: HttpRequest, memberships: Any) -> bool:
        sent = [each.user for each in memberships if first_sign_in.send(each.user, each.municipality)]
        for user in sent:
            words = {"email": user.email}
            self.message_user(request, _("最初のログインのリンクを %(email)s へ送りました。") % words, messages.SUCCESS)
        return bool(sent)
