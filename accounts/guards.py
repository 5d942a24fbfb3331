"""Who may enter a view: decorators over `request.acting_for`, which the middleware has set from the URL.

Strangers never get this far: for them the organisation does not exist (404). Members without the right role get 403.
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
    """A request behind LoginRequiredMiddleware."""

    user: User
    htmx: HtmxDetails


class PortalRequest(SignedInRequest):
    """A request to a URL that names an organisation, from one of its people."""

    acting_for: ActingFor


PortalView: TypeAlias = Callable[Concatenate[PortalRequest, P], HttpResponse]
DjangoView: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponse]


def require_supplier(view: PortalView[P]) -> DjangoView[P]:
    """For everybody who belongs to the supplier."""
    return _require(OrganisationKind.SUPPLIER, _anybody, view)


def require_owner(view: PortalView[P]) -> DjangoView[P]:
    """For the supplier's owners."""
    return _require(OrganisationKind.SUPPLIER, lambda acting_for: acting_for.is_supplier_owner, view)


def require_city(view: PortalView[P]) -> DjangoView[P]:
    """For everybody who works in the city."""
    return _require(OrganisationKind.MUNICIPALITY, _anybody, view)


def require_city_admin(view: PortalView[P]) -> DjangoView[P]:
    """For the city's administrators."""
    return _require(OrganisationKind.MUNICIPALITY, lambda acting_for: acting_for.is_municipality_admin, view)


def _anybody(acting_for: ActingFor) -> bool:
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
