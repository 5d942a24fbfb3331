"""Writing the access record: who looked at what, took it along, signed in. Reading it: `accounts.access_record`."""

from collections.abc import Iterable
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models.functions import Now
from django.http import HttpRequest

from accounts.acting import ActingFor
from accounts.guards import PortalRequest
from accounts.models import AccessKind, AccessLog, User
from portal.lib.request_id import client_request_id, request_id

ONE_VIEWING = timedelta(minutes=15)
"""A page and the pictures of its sheets are one viewing; somebody who looks again later looks anew."""
_NAME_MAX = 200


def record(request: PortalRequest, kind: AccessKind, object_type: str, object_id: UUID | None, name: str) -> None:
    """Write down what somebody did for the organisation in the URL.

    Args:
        object_type: The name of the model.
        name: What people call the object.
    """
    acting_for = request.acting_for
    write(
        kind,
        user=acting_for.user,
        role=acting_for.role,
        organisations=[acting_for.id],
        about=(object_type, object_id, name),
        address=address_of(request),
    )


def write(
    kind: AccessKind,
    *,
    user: User | None,
    role: str = "",
    organisations: Iterable[UUID] = (),
    about: tuple[str, UUID | None, str] = ("", None, ""),
    address: str | None = None,
) -> None:
    """Write a row into the record of each organisation; where there is none, into that of the operators.

    Args:
        about: The type, id and name of the object.
    """
    object_type, object_id, name = about
    found: list[UUID | None] = list(organisations)
    AccessLog.objects.bulk_create(
        AccessLog(
            user=user,
            user_name=str(user or ""),
            role=role,
            organisation_id=organisation,
            action=kind,
            object_type=object_type,
            object_id=object_id,
            object_name=name[:_NAME_MAX],
            address=address,
            request_id=request_id.get(),
            client_request_id=client_request_id.get(),
        )
        for organisation in found or [None]
    )


def is_still_looking(acting_for: ActingFor, object_id: UUID) -> bool:
    """Whether this person's viewing of the object was written down just now (ONE_VIEWING)."""
    return AccessLog.objects.filter(
        object_id=object_id,
        user=acting_for.user,
        organisation_id=acting_for.id,
        action=AccessKind.READ,
        at__gt=Now() - ONE_VIEWING,
    ).exists()


def address_of(request: HttpRequest) -> str | None:
    """From where a request comes, by the same rules as the limits of sign-in; None where nobody can tell."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except (PermissionDenied, ImproperlyConfigured):
        return None


def plain_address(address: str) -> str:
    """An IPv4 address that came dressed as one of IPv6 (`::ffff:192.0.2.1`), as itself; any other as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    inner = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(inner or parsed)
