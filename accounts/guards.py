"""Decorators that say who may open a view, and how. They read `request.acting_for`, which the URL decides.

A person who does not belong to the organisation gets 404 before this, as if it did not exist. A member without the
right role gets 403 here.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from accounts.acting import ActingFor, OrganisationKind
from accounts.models import User

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request from a user who is signed in (SignInMiddleware).

    Attributes:
        kept_id: What was typed and just now refused (accounts.kept.keep_refused).
    """

    user: User
    htmx: HtmxDetails
    kept_id: UUID | None


class PortalRequest(SignedInRequest):
    """A request to a URL with an organisation, from a user who belongs to it."""

    acting_for: ActingFor


PortalView: TypeAlias = Callable[Concatenate[PortalRequest, P], HttpResponseBase]
DjangoView: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def require_supplier(view: PortalView[P]) -> DjangoView[P]:
    """The view is for all members of the supplier."""
    return _require(OrganisationKind.SUPPLIER, _everybody, view)


def require_owner(view: PortalView[P]) -> DjangoView[P]:
    """The view is for the owners of the supplier."""
    return _require(OrganisationKind.SUPPLIER, lambda acting_for: acting_for.is_supplier_owner, view)


def require_city(view: PortalView[P]) -> DjangoView[P]:
    """The view is for all staff of the city."""
    return _require(OrganisationKind.MUNICIPALITY, _everybody, view)


def require_city_admin(view: PortalView[P]) -> DjangoView[P]:
    """The view is for the administrators of the city."""
    return _require(OrganisationKind.MUNICIPALITY, lambda acting_for: acting_for.is_municipality_admin, view)


def press_only(page: str) -> Callable[[Callable[P, HttpResponseBase]], Callable[P, HttpResponseBase]]:
    """The view is a button's: it takes POST alone. Whoever comes by GET, as after signing in, goes to its page.

    Args:
        page: The route of the page where the button stands. It takes the ids of the button's URL, or the first of them.
    """

    def decorate(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
        @wraps(view)
        def pressed(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            request = cast(HttpRequest, args[0])
            if request.method in ("GET", "HEAD"):
                messages.info(
                    request,
                    _("この操作は、画面のボタンを押して行います。まだ済んでいなければ、もう一度押してください。"),
                )
                return redirect(_address(page, list(kwargs.values())))
            if request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            return view(*args, **kwargs)

        pressed.is_press_only = True  # type: ignore[attr-defined]
        return pressed

    return decorate


def is_press_only(view: Callable[..., object]) -> bool:
    """Whether a view takes nothing but the press of a button, so that nothing was typed for it."""
    return getattr(view, "is_press_only", False)


def _address(page: str, ids: list[object]) -> str:
    """The page with as many of the ids, from the front, as it takes."""
    while len(ids) > 1:
        with suppress(NoReverseMatch):
            return reverse(page, args=ids)
        ids.pop()
    return reverse(page, args=ids)


def _everybody(acting_for: ActingFor) -> bool:
    return True


def _require(kind: OrganisationKind, may: Callable[[ActingFor], bool], view: PortalView[P]) -> DjangoView[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        acting_for: ActingFor | None = getattr(request, "acting_for", None)
        if acting_for is None or acting_for.kind != kind:
            raise Http404
        if not may(acting_for):
            raise PermissionDenied
        return view(cast(PortalRequest, request), *args, **kwargs)

    return guarded
