"""The access record of a supplier, for its owners."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from accounts import access_pages
from accounts.dear import always, dear
from accounts.guards import PortalRequest, require_owner
from accounts.models import User


@require_owner
@require_GET
def access_record(request: PortalRequest, supplier_id: UUID) -> HttpResponse:
    """Who read, took along and signed in, newest first."""
    return access_pages.page(request, _people(supplier_id), "supplier_home", "suppliers:access_record_file")


@require_owner
@require_GET
@dear(always)
def access_record_file(request: PortalRequest, supplier_id: UUID) -> StreamingHttpResponse:
    return access_pages.file(request, _people(supplier_id))


def _people(supplier_id: UUID) -> QuerySet[User]:
    """Everybody who works or worked there."""
    return User.objects.filter(supplier_memberships__supplier_id=supplier_id).order_by("kana", "name", "id")
