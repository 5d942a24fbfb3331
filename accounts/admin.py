"""The pages of the operator for people and cities."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import (
    AccessLog,
    Department,
    InviteCode,
    Municipality,
    MunicipalityPolicy,
    OutgoingMail,
    StaffMembership,
    User,
)
from accounts.municipalities import departments, first_sign_in
from portal.lib.admin import NoDeleteAdmin, ReadOnlyAdmin, WorkStateFilter
from portal.lib.forms import PortalModelForm

admin.site.site_header = _("請求書窓口 運用者の画面")
admin.site.site_title = _("請求書窓口 運用者の画面")
admin.site.index_title = _("管理するもの")
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


@admin.register(User)
class UserAdmin(NoDeleteAdmin):
    """People who can sign in."""

    list_display = ["email", "name", "is_active", "is_staff"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "kana", "is_active", "is_staff", "is_superuser", "last_login"]
    readonly_fields = ["last_login"]


@admin.register(Municipality)
class MunicipalityAdmin(NoDeleteAdmin):
    """Cities. The operator adds them."""

    list_display = ["name"]


@admin.register(MunicipalityPolicy)
class MunicipalityPolicyAdmin(NoDeleteAdmin):
    """The policy of a city. Its administrators have an own page to change it, which also shows the history."""

    list_display = ["municipality", "addressee", "seal_rule", "payment_days", "retention_years"]
    list_select_related = ["municipality"]

    @admin.display(description=_("宛名"))
    def addressee(self, policy: MunicipalityPolicy) -> str:
        """As it is printed."""
        return policy.addressee_in_full

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["municipality"] if obj else []


def _with_city(department: Any) -> str:
    """Many cities have a department of the same name."""
    return f"{department.municipality} {department.name}"


@admin.register(Department)
class DepartmentAdmin(NoDeleteAdmin):
    """Departments of cities. One that was merged names the department that took over."""

    list_display = ["name", "municipality", "taxable_enterprise", "closed", "succeeded_by"]
    list_filter = ["municipality"]
    search_fields = ["name", "kana"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["municipality"] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        successor: Any = form.base_fields["succeeded_by"]
        successor.label_from_instance = _with_city
        successor.queryset = _of_city(successor.queryset, obj)
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        departments.save(obj)


def _of_city(departments: Any, row: Any) -> Any:
    """Those of the row's city; of all cities while it is being added."""
    theirs = departments.filter(municipality=row.municipality) if row else departments
    return theirs.select_related("municipality").order_by("municipality__kana", "kana")


class StaffMembershipForm(PortalModelForm):
    """A person in a city. Their departments are the city's own."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        city = cleaned.get("municipality")
        city_id = city.pk if city else self.instance.municipality_id
        foreign = [each for each in cleaned.get("departments", ()) if city_id and each.municipality_id != city_id]
        if foreign:
            names = "、".join(map(_with_city, foreign))
            message = _("この職員の市の課だけを選んでください。ほかの市の課です:%(names)s") % {"names": names}
            self.add_error("departments", message)
        return cleaned


@admin.register(StaffMembership)
class StaffMembershipAdmin(NoDeleteAdmin):
    """Who works in which city, with role and departments."""

    list_display = ["user", "municipality", "role", "active", "first_sign_in"]
    list_filter = ["municipality", "role"]
    list_select_related = ["user", "municipality"]
    fields = ["user", "municipality", "role", "departments", "active"]
    autocomplete_fields = ["user"]
    actions = ["send_links"]
    filter_horizontal = ["departments"]
    form = StaffMembershipForm

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["municipality"] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        theirs: Any = form.base_fields["departments"]
        theirs.label_from_instance = _with_city
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


@admin.register(InviteCode)
class InviteCodeAdmin(ReadOnlyAdmin):
    """Invite codes, without the hash of the secret."""

    list_display = ["public_id", "purpose", "created_at", "expires_at", "used_at", "revoked_at"]
    fields = ["public_id", "purpose", "created_at", "expires_at", "used_at", "used_by", "revoked_at"]


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """Mails, without the body, because it may contain a code until the mail is sent."""

    list_display = ["recipient", "subject", "created_at", "attempts", "done_at", "dead_at", "last_error"]
    list_filter = [WorkStateFilter]
    search_fields = ["recipient", "message_id"]
    fieldsets = [
        (
            None,
            {
                "fields": ["recipient", "subject", "message_id", "created_at"],
                "description": _(
                    "送れなかったメールを、ここから送り直すことはできません。本文には確認コードが入っていることがあるため、"
                    "送ったとき、または送るのをあきらめたときに消去しています。届かなかった方には別の方法で連絡し、"
                    "画面でもう一度手続きするように案内してください。"
                ),
            },
        ),
        (_("送信"), {"fields": ["attempts", "next_attempt_at", "last_error", "done_at", "dead_at"]}),
    ]


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyAdmin):
    """Who looked at which document."""

    list_display = ["at", "user", "action", "object_type", "object_id"]
