"""The access record of a city, for its administrators."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from accounts import access_pages
from accounts.dear import always, dear
from accounts.guards import PortalRequest, require_city_admin
from accounts.models import User


@require_city_admin
@require_GET
def access_record(request: PortalRequest, municipality_id: UUID) -> HttpResponse:
    """Who read, took along and signed in, newest first."""
    return access_pages.page(request, _people(municipality_id), "city_home", "accounts:access_record_file")


@require_city_admin
@require_GET
@dear(always)
def access_record_file(request: PortalRequest, municipality_id: UUID) -> StreamingHttpResponse:
    return access_pages.file(request, _people(municipality_id))


def _people(municipality_id: UUID) -> QuerySet[User]:
    """Everybody who works or worked there."""
    return User.objects.filter(staff_memberships__municipality_id=municipality_id).order_by("kana", "name", "id")
