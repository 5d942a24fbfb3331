"""Decorators that say who may open a view. They read `request.acting_for`, which the middleware has set from the URL.

A person who does not belong to the organisation gets 404 before this, as if it did not exist. A member without the
right role gets 403 here.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from accounts.acting import ActingFor, OrganisationKind
from accounts.models import User

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request from a user who is signed in (SignInMiddleware)."""

    user: User
    htmx: HtmxDetails


class PortalRequest(SignedInRequest):
    """A request to a URL with an organisation, from a user who belongs to it."""

    acting_for: ActingFor


PortalView: TypeAlias = Callable[Concatenate[PortalRequest, P], HttpResponse]
DjangoView: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponse]


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


def _everybody(acting_for: ActingFor) -> bool:
    return True


def _require(kind: OrganisationKind, may: Callable[[ActingFor], bool], view: PortalView[P]) -> DjangoView[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        acting_for: ActingFor | None = getattr(request, "acting_for", None)
        if acting_for is None or acting_for.kind != kind:
            raise Http404
        if not may(acting_for):
            raise PermissionDenied
        return view(cast(PortalRequest, request), *args, **kwargs)

    return guarded
