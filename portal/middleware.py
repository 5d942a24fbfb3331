"""Sign-in for every page, what was typed before it, and an id for every request: in the response, logs and events.

And a ration of large requests for whoever is not signed in.
"""

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import kept, known_browsers, rate_limits, sessions
from accounts.models import KeptForm, User
from portal.lib.request_id import cleaned_client_id, client_request_id, request_id
from portal.lib.typed_again import typed_again


class SessionLimitsMiddleware:
    """Signs out whoever did nothing for too long, or has been signed in for too long (accounts.sessions)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            if sessions.is_over(request.session):
                logout(request)
                request.session_is_over = True  # type: ignore[attr-defined]
            else:
                sessions.note(request.session, request.user)
        return self.get_response(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page requires sign-in, except views marked `login_not_required`.

    When htmx asks for a part of a page, the answer is a plain 401: a redirect would put the sign-in page into the page.
    What was typed into a form is kept for its writer until after the sign-in.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None:
            return None
        if "HX-Request" in request.headers:
            return HttpResponse(status=401)
        if getattr(request, "session_is_over", False):
            messages.info(request, _("しばらく操作がなかったか、ログインから時間がたったため、ログアウトしました。"))
        if request.method != "POST" or (writer := kept.writer_of(request)) is None:
            return answer
        match = request.resolver_match
        name = kept.keep(request, writer) if match is not None and kept.takes_typing(match) else None
        if name is not None:
            messages.info(request, _("ログインすると、書いていた内容に戻れます。まだ送られていません。"))
        return redirect_to_login(kept.with_kept(request.path, name), settings.LOGIN_URL)


class KnownBrowserMiddleware:
    """Lets a browser know who has signed in from it, so that a sign-in from another one can be told."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        known_browsers.write_cookie(request, response)
        return response


class TypedAgainMiddleware:
    """Gives the forms of a page what was typed before and could not be taken: `?kept=…` names it (accounts.kept).

    A redirect takes the name along, up to the page where the form stands. Once its form was taken, it is forgotten.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.kept_row = request.kept_id = None  # type: ignore[attr-defined]
        token = typed_again.set(None)
        try:
            response = self.get_response(request)
        finally:
            typed_again.reset(token)
        row: KeptForm | None = request.kept_row  # type: ignore[attr-defined]
        if row is not None and request.method == "GET":
            kept.carry_on(response, row.pk)
        elif row is not None and row.address == request.path and response.status_code < 400:
            # A page that comes again with errors shows what was typed by itself.
            row.delete()
        kept.carry_on(response, request.kept_id)  # type: ignore[attr-defined]
        return response

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> None:
        sent = request.POST if request.method == "POST" else request.GET
        name = sent.get(kept.KEPT)
        if name and isinstance(request.user, User):
            row = kept.find(request.user, name)
            request.kept_row = row  # type: ignore[attr-defined]
            typed_again.set(kept.read(row) if row else None)


class HeadMiddleware:
    """Answers HEAD with the headers alone. Not every server takes the content away by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "HEAD":
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = ()
            elif isinstance(response, HttpResponse):
                response.content = b""
        return response


class ReadableAddressMiddleware:
    """Refuses an address with the character NUL, which no database takes and nobody types."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in unquote(request.get_full_path()):
            raise BadRequest("there is a NUL in the address")
        return self.get_response(request)


class StrangersMiddleware:
    """Reads few large requests of people who are not signed in, for each address.

    The form of a session that has ended is read once more, so that nothing typed is lost; nobody else sends as much.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length", "")
        large = length.isascii() and length.isdecimal() and int(length) > settings.LARGE_REQUEST_BYTES
        if large and not request.user.is_authenticated and not self._allowed(request):
            return render(request, "429.html", status=429)
        return self.get_response(request)

    def _allowed(self, request: HttpRequest) -> bool:
        return rate_limits.allow(request, "portal.large", settings.LARGE_REQUEST_RATE)


class RequestIdMiddleware:
    """Gives every request an id of our own. What its sender calls it (X-Request-ID) is kept beside it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        value = uuid.uuid4().hex
        token = request_id.set(value)
        token_of_client = client_request_id.set(cleaned_client_id(request.headers.get("X-Request-ID", "")))
        try:
            response = self.get_response(request)
        finally:
            client_request_id.reset(token_of_client)
            request_id.reset(token)
        response["X-Request-ID"] = value
        return response


class PrivacyMiddleware:
    """Says to browsers and proxies that no page and no file of ours is for others.

    Which of a device's abilities a page may use: none. Which other sites may show what is ours: none. What only
    somebody who is signed in gets is stored nowhere, so that nobody finds it in the browser of a shared desk or in a
    proxy; public pages keep what they say of themselves.
    """

    _POLICY = ", ".join(
        f"{ability}=()"
        for ability in (
            "accelerometer",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "usb",
        )
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self._POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if getattr(request, "is_private", False) or self._knows_its_reader(request):
            response["Cache-Control"] = "private, no-store"
        return response

    def _knows_its_reader(self, request: HttpRequest) -> bool:
        """Whether a public page was made for somebody who is signed in. One that never asked is the same for all."""
        session = getattr(request, "session", None)
        return session is not None and session.accessed and request.user.is_authenticated

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> None:
        request.is_private = getattr(view_func, "login_required", True)  # type: ignore[attr-defined]
