"""Sign-in for every page, and an id for every request: in the response, in log lines and in events."""

import re
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from portal.lib.request_id import request_id

_ACCEPTABLE = re.compile(r"[A-Za-z0-9-]{8,64}")


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page requires sign-in, except views marked `login_not_required`.

    When htmx asks for a part of a page, the answer is a plain 401: a redirect would put the sign-in page into the page.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        return HttpResponse(status=401) if answer is not None and "HX-Request" in request.headers else answer


class RequestIdMiddleware:
    """Uses the X-Request-ID of a proxy when it looks like one, or makes a new id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        value = given if _ACCEPTABLE.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(value)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = value
        return response
