"""The two addresses of the sign-in by the directory: the way to the provider, and the way back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import jwt
import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import directory, rate_limits
from accounts.directory import DirectoryProtocol

_RATE = "300/m/ip"  # a city hall signs in from one address

View = Callable[[HttpRequest], HttpResponse]


def _in_use(view: View) -> View:
    """There is no such page without a provider. Whatever the provider does wrong ends in the page that says so."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not directory.is_in_use():
            raise Http404
        try:
            return view(request)
        except (OAuth2Error, requests.RequestException, jwt.PyJWTError, LookupError, TypeError, ValueError):
            return directory.refusal(request)

    return guarded


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@_in_use
def sign_in(request: HttpRequest) -> HttpResponse:
    """Lead on to the provider. The page does it and not a redirect: no form of ours may end on another site (CSP)."""
    if request.method == "GET":
        return redirect("account_login")
    if not rate_limits.allow(request, "accounts.directory", _RATE):
        return render(request, "429.html", status=429)
    provider = DirectoryProtocol(request).get_provider()
    answer: HttpResponse = provider.redirect_from_request(request)
    if "Location" not in answer:
        return answer
    return render(request, "accounts/directory_onward.html", {"url": answer["Location"], "name": provider.name})


@login_not_required
@never_cache
@require_GET
@_in_use
def callback(request: HttpRequest) -> HttpResponse:
    """The way back, with a code for this browser alone."""
    view: Callable[[HttpRequest], Any] = OAuth2CallbackView.adapter_view(DirectoryProtocol)
    answer: HttpResponse = view(request)
    return answer
