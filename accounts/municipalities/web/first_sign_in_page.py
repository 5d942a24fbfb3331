"""The pages behind the mailed link of a new member of staff: give its code, choose a password, and be signed in."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account import signals
from allauth.account.utils import perform_login
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from accounts import gate
from accounts.models import StaffMembership, User
from accounts.municipalities import first_sign_in
from accounts.municipalities.first_sign_in import LinkNotUsable
from portal.lib.forms import PortalForm, PortalFormMixin, SecretInput

GONE = 410
TOO_MANY = 429
_SESSION_KEY = "first_sign_in"


class FirstCodeForm(PortalForm):
    """The code of the mailed link, which the link itself brings along where the browser runs our script."""

    code = forms.CharField(
        label=gettext_lazy("コード"),
        max_length=300,
        widget=SecretInput(),
        help_text=gettext_lazy(
            "24文字の英数字です。リンクを開いたときは入力済みです。空のときは、メールから写してください。"
        ),
    )


class FirstPasswordForm(PortalFormMixin, allauth_forms.SetPasswordForm):
    """The password with which somebody will sign in from now on."""


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@sensitive_variables("form", "typed")
@require_http_methods(["GET", "POST"])
def give_code(request: HttpRequest) -> HttpResponse:
    """Where the mailed link leads. Its code comes in the body of the form alone; it is not used up yet."""
    form = FirstCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        typed = str(form["code"].data or "")
        if not gate.may_guess(request, first_sign_in.typed_public_id(typed)):
            return render(request, "429.html", status=TOO_MANY)
        if form.is_valid():
            link = first_sign_in.by_typed(typed)
            if link is not None:
                request.session[_SESSION_KEY] = str(link.pk)
                return redirect("first_sign_in")
            form.add_error(
                "code", _("コードが違うか、使用済み・期限切れか、新しいものに替わっています。メールを確かめてください")
            )
    return render(request, "accounts/municipalities/first_sign_in_code.html", {"form": form})


@login_not_required
@never_cache
@sensitive_variables("secret")
@require_GET
def follow(request: HttpRequest, public_id: str, secret: str) -> HttpResponse:
    """An older link leads on to an address without the secret. It is not used up: programs look at links, too."""
    link = first_sign_in.by_secret(public_id, secret)
    if link is None:
        return _gone(request)
    request.session[_SESSION_KEY] = str(link.pk)
    return redirect("first_sign_in")


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
@sensitive_variables("form")
@require_http_methods(["GET", "POST"])
def choose_password(request: HttpRequest) -> HttpResponse:
    """Choose a password. Sending it uses the link up, confirms the address and signs in."""
    link = first_sign_in.still_usable(request.session.get(_SESSION_KEY, ""))
    if link is None:
        return redirect("first_sign_in") if request.method == "POST" else _gone(request)
    named: dict[str, Any] = {"user": link.user, "data": request.POST if request.method == "POST" else None}
    form = FirstPasswordForm(**named)
    if form.is_valid():
        try:
            with transaction.atomic():
                form.user = first_sign_in.use(link.pk)
                form.save()
        except LinkNotUsable:
            return redirect("first_sign_in")
        request.session.pop(_SESSION_KEY, None)
        answer = perform_login(request, form.user, redirect_url=reverse("home"))
        # Only now: who listens writes down the session in which it was set; before a second factor there is none yet.
        set_now = signals.password_set if request.user.is_authenticated else signals.password_reset
        set_now.send(User, request=request, user=form.user)
        return answer
    cities = StaffMembership.objects.active().filter(user=link.user).select_related("municipality")
    context = {"form": form, "person": link.user, "cities": [each.municipality.name for each in cities]}
    return render(request, "accounts/municipalities/first_sign_in.html", context)


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/municipalities/first_sign_in_gone.html", status=GONE)
