"""The page behind the mailed link of a new member of staff: choose a password, and be signed in."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account import signals
from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import StaffMembership, User
from accounts.municipalities import first_sign_in
from accounts.municipalities.first_sign_in import LinkNotUsable
from portal.lib.forms import PortalFormMixin

GONE = 410
_SESSION_KEY = "first_sign_in"


class FirstPasswordForm(PortalFormMixin, allauth_forms.SetPasswordForm):
    """The password with which somebody will sign in from now on."""


@login_not_required
@never_cache
@sensitive_variables("secret")
@require_GET
def follow(request: HttpRequest, public_id: str, secret: str) -> HttpResponse:
    """The mailed link leads on to an address without the secret. It is not used up: programs look at links, too."""
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
