"""The organisation in the URL, for which a request acts."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from accounts.acting import ActingFor, OrganisationKind, acting_for_municipality
from suppliers.membership import acting_for_supplier

_SESSION_KEY = "last_organisation"


class ActingForMiddleware:
    """Sets `request.acting_for` for every URL with a `supplier_id` or a `municipality_id`.

    Who does not belong to the organisation gets 404. The session remembers the last organisation for the start page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.acting_for = None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        if not request.user.is_authenticated:
            return  # LoginRequiredMiddleware sends them to the sign-in page
        if "supplier_id" in kwargs:
            acting_for = acting_for_supplier(request.user, kwargs["supplier_id"])
        elif "municipality_id" in kwargs:
            acting_for = acting_for_municipality(request.user, kwargs["municipality_id"])
        else:
            return
        if acting_for is None:
            raise Http404
        request.acting_for = acting_for  # type: ignore[attr-defined]
        remembered = [acting_for.kind.value, str(acting_for.id)]
        if request.session.get(_SESSION_KEY) != remembered:
            request.session[_SESSION_KEY] = remembered


def last_organisation(request: HttpRequest) -> ActingFor | None:
    """The organisation for which the user worked last; None when there is none or they no longer belong to it."""
    remembered = request.session.get(_SESSION_KEY)
    if not remembered or not request.user.is_authenticated:
        return None
    kind, organisation_id = remembered
    if kind == OrganisationKind.SUPPLIER:
        return acting_for_supplier(request.user, organisation_id)
    return acting_for_municipality(request.user, organisation_id)
