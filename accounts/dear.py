"""Requests that take long or much: two at a time for each person, whichever process answers them.

A place is a key in the cache, which all processes share and which lets one of several writers win. It is given back at
the end of the answer, and runs out by itself where a process died meanwhile.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import kept
from accounts.guards import PortalRequest
from accounts.models import User

AT_A_TIME = 2
LONGEST = 120
"""Seconds after which a place runs out; a request that takes longer lets another one begin."""

P = ParamSpec("P")
_View = Callable[Concatenate[PortalRequest, P], HttpResponseBase]


def dear(
    when: Callable[[HttpRequest], bool], *, turn: AbstractContextManager[Any] | None = None
) -> Callable[[_View[P]], _View[P]]:
    """The view takes long or much: whoever has two such requests under way is told at once that there are too many.

    What was typed is kept, and comes back into its form.

    Args:
        when: Of which requests it is true; the others are answered in any case.
        turn: What each of them waits for and holds while it is answered, as a lock of the process.
    """

    def decorate(view: _View[P]) -> _View[P]:
        @wraps(view)
        def rationed(request: PortalRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not when(request):
                return view(request, *args, **kwargs)
            place = take_place(request.user)
            if place is None:
                return _too_many(request)
            try:
                with turn or nullcontext():
                    response = view(request, *args, **kwargs)
            except BaseException:
                place.leave()
                raise
            if isinstance(response, StreamingHttpResponse) and request.method != "HEAD":
                # What is written piece by piece is at its end when its last piece is gone.
                pieces: Iterable[bytes] = response.streaming_content  # type: ignore[assignment]  # nothing asynchronous
                response.streaming_content = _until_the_end(pieces, place)
            else:
                place.leave()
            return response

        return rationed

    return decorate


def sends(request: HttpRequest) -> bool:
    """Whether something is sent, as by a form with files, and not only asked for."""
    return request.method == "POST"


def always(request: HttpRequest) -> bool:
    """Every request of a view."""
    return True


class Place:
    """The room for one request."""

    def __init__(self, key: str, mark: str) -> None:
        self._key = key
        self._mark = mark

    def leave(self) -> None:
        """Give it back, unless it ran out and somebody else has it."""
        if cache.get(self._key) == self._mark:
            cache.delete(self._key)


def take_place(user: User) -> Place | None:
    """A place for one request more of a person; None when all are taken."""
    mark = secrets.token_hex(8)
    for number in range(AT_A_TIME):
        key = f"dear:{user.pk}:{number}"
        if cache.add(key, mark, LONGEST):
            return Place(key, mark)
    return None


def _until_the_end(pieces: Iterable[bytes], place: Place) -> Iterator[bytes]:
    try:
        yield from pieces
    finally:
        place.leave()


def _too_many(request: PortalRequest) -> HttpResponse:
    words = _("混み合っています。前の操作が終わってから、もう一度お試しください。")
    if request.htmx:
        response = HttpResponse(words, content_type="text/plain; charset=utf-8", status=429)
    else:
        match = request.resolver_match
        name = kept.keep(request, request.user) if sends(request) and match and kept.takes_typing(match) else None
        back = {"back": kept.with_kept(request.path, name)} if sends(request) else {"again": request.get_full_path()}
        response = render(request, "crowded.html", {"own": True, **back}, status=429)
    response["Retry-After"] = "10"
    return response
