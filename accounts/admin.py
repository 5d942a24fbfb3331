"""The pages of the operator for people, mails and codes. Those of cities are in `accounts.municipalities.admin`."""

from collections.abc import Iterable
from typing import Any

import allauth.account.admin  # loading it puts its pages into the site
import allauth.mfa.admin  # the same
import allauth.socialaccount.admin  # the same
import allauth.usersessions.admin  # noqa: F401  # the same
import django.contrib.auth.admin  # noqa: F401  # the same
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.account.signals import email_changed
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import known_browsers, organisations, own_account, second_factor, staffing
from accounts.models import AccessLog, InviteCode, OutgoingMail, User
from accounts.operator_news import ToldAdmin, tell, warn
from accounts.organisations import Organisation
from portal.lib.admin import MasterForm, ReadOnlyAdmin, WorkStateFilter

admin.site.site_header = _("請求書窓口 運用者の画面")
admin.site.site_title = _("請求書窓口 運用者の画面")
admin.site.index_title = _("管理するもの")
# Addresses are confirmed by their owners alone, as second factors are; a directory is named by the environment, and
# nobody's rights come from a group. The libraries put pages for them into the site when they are loaded, here above.
_NOT_HERE = (
    Authenticator,
    EmailAddress,
    EmailConfirmation,
    Group,
    SocialAccount,
    SocialApp,
    SocialToken,
    UserSession,
)
admin.site.unregister([model for model in _NOT_HERE if admin.site.is_registered(model)])
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
_RIGHTS = {
    ("is_staff", True): _("運用者として登録されました"),
    ("is_staff", False): _("運用者としての登録が解除されました"),
    ("is_active", True): _("アカウントの利用が再開されました"),
    ("is_active", False): _("アカウントの利用が止められました"),
}
"""What an operator may make of somebody, as it is told to them."""


def _password_change(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """Operators set a password where everybody does: there guesses are counted, and the change is told."""
    return redirect("account_change_password")


admin.site.password_change = _password_change  # type: ignore[method-assign,assignment]


class UserForm(MasterForm):
    """A person. Whoever runs the installation works for no organisation.

    Attributes:
        operator: Who fills it in. They take no rights from themselves, so at least one operator is always left.
    """

    operator: User

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance == self.operator:
            for name in {"is_active", "is_staff"} & {*self.changed_data}:
                self.add_error(name, _("ご自分の利用と権限は、ここでは止められません。ほかの運用者に頼んでください。"))
        if "is_staff" in self.changed_data:
            self.instance.is_superuser = bool(cleaned.get("is_staff"))  # rights come one by one from nowhere here
        return cleaned

    def clean_is_staff(self) -> bool:
        wanted: bool = self.cleaned_data["is_staff"]
        theirs = organisations.of_person(self.instance) if wanted and "is_staff" in self.changed_data else []
        if theirs:
            names = "、".join(each.name for each in theirs)
            raise forms.ValidationError(
                _("%(names)sで働いている利用者は、運用者になれません。運用者には別の利用者を登録してください。")
                % {"names": names}
            )
        return wanted


@admin.register(User)
class UserAdmin(ToldAdmin):
    """People who can sign in."""

    form = UserForm

    list_display = ["email", "name", "is_active", "is_staff"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "kana", "is_active", "is_staff", "last_login"]
    readonly_fields = ["last_login"]
    actions = ["take_factors_away"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return type("UserForm", (super().get_form(request, obj, change, **kwargs),), {"operator": request.user})

    @admin.action(description=_("多要素認証を解除する(端末も回復コードもなくした方)"), permissions=["change"])
    @transaction.atomic
    def take_factors_away(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """For people who lost everything. The password is not touched; they and their organisations hear of it.

        It cannot be undone, and a wrong tick would lock somebody out, so the names are shown once before.
        """
        if "confirmed" not in request.POST:
            people = [(person, organisations.of_person(person)) for person in queryset]
            context = {**self.admin_site.each_context(request), "people": people, "opts": self.opts}
            return render(request, "accounts/operator_factors.html", context | {"title": _("多要素認証の解除")})
        for person in queryset:
            if not second_factor.take_away(person):
                self.message_user(request, _("%(who)sは登録していません。") % {"who": person}, messages.WARNING)
                continue
            tell(request, person, self.concerned(person), gettext("多要素認証を解除しました。"))
            own_account.factor_changed(
                person,
                gettext("多要素認証が解除されました"),
                note=gettext("これからも多要素認証を使うには、ログインして登録し直してください。"),
                operator=str(request.user),
            )
            self.message_user(request, _("%(who)sの多要素認証を解除しました。") % {"who": person}, messages.SUCCESS)
        return None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            before = EmailAddress(user=obj, email=form.initial["email"])
            email_changed.send(User, request=request, user=obj, from_email_address=before, to_email_address=None)
            self._forget_other_addresses(request, obj)
            known_browsers.forget_others(request, obj)
            own_account.address_changed(obj, before.email, operator=str(request.user))
        # Of somebody new only that they are an operator is news: staff and members hear of their membership.
        news = form.changed_data if change else ["is_staff"] if obj.is_staff else []
        for name, of_operator in (("is_staff", True), ("is_active", False)):
            if name in news:
                title = _RIGHTS[name, getattr(obj, name)]
                own_account.rights_changed(obj, title, str(request.user), of_operator=of_operator)
        if not obj.is_active and "is_active" in form.changed_data:
            warn(request, staffing.gaps_of_person(obj))

    def concerned(self, row: User) -> Iterable[Organisation]:
        return organisations.of_person(row)

    def _forget_other_addresses(self, request: HttpRequest, person: User) -> None:
        """Whoever reads the mail of an earlier address must not sign in with it, or set a new password by it."""
        EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()
        if person.last_login is not None:
            words = _(
                "前のアドレスではログインできなくなりました。次のログインでは、%(email)s に届く確認コードも要ります。"
            )
            self.message_user(request, words % {"email": person.email}, messages.WARNING)


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
    """Who looked at which document, and who signed in, of all organisations."""

    list_display = ["at", "user_name", "role", "action", "object_name", "address", "organisation_id"]
    list_filter = ["action", "role"]
    list_select_related = ["user"]
    search_fields = ["user_name", "object_name", "request_id"]
    date_hierarchy = "at"
    ordering = ["-at", "-id"]
    show_full_result_count = False
    list_per_page = 50
