"""Leads staff and operators without a second factor to where they set it up, and nowhere else."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import ResolverMatch, reverse
from django.utils.http import urlencode

from accounts import kept, second_factor
from accounts.second_factor import Missing

_ALWAYS = {"healthz", "readyz", "account_logout", "admin:logout"}
_ANEW = {"sign_in_anew", "directory_sign_in", "directory_callback"}
"""Where somebody who has nothing but a directory shows again who they are."""
_TO_SET_UP = {"account_reauthenticate", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", *_ANEW}
_TO_PROVE = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}


class SecondFactorMiddleware:
    """Whoever needs a second factor and has not shown one gets the page for it in place of every other page.

    Files of the site's own (static) and its health stay in reach, and signing out does. What was typed is kept until
    the person comes back to its form. When htmx asks for a part of a page, it is told to lead the whole page there if
    what stands in it is kept, and gets a plain 401 otherwise, as after the end of a session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        assert match is not None
        if match.view_name in _ALWAYS:
            return None
        missing = second_factor.missing(request)
        if missing is None:
            second_factor.forget_wanted(request)
            return None
        if match.view_name in (_TO_SET_UP if missing is Missing.SET_UP else _TO_PROVE):
            return None
        by_htmx = "HX-Request" in request.headers
        if by_htmx and request.method != "POST":
            return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
        target = self._target(request, missing, match)
        if not by_htmx:
            return redirect(target)
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": target})

    def _target(self, request: HttpRequest, missing: Missing, match: ResolverMatch) -> str:
        address = self._way_back(request, match)
        if missing is Missing.PROVE:
            page = "mfa_reauthenticate" if second_factor.has_app(request.user) else "mfa_reauthenticate_webauthn"
            return f"{reverse(page)}?{urlencode({'next': address})}"
        second_factor.note_wanted(request.session, address)
        return reverse("mfa_index")

    def _way_back(self, request: HttpRequest, match: ResolverMatch) -> str:
        """The address of the page that was asked for, with what was typed there."""
        if request.method != "POST":
            return request.get_full_path()
        writer = kept.writer_of(request)
        takes = writer is not None and writer == request.user and kept.takes_typing(match)
        return kept.with_kept(request.path, kept.keep(request, writer) if takes and writer else None)
