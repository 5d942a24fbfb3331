"""Keeping the record of who looked at what."""

from uuid import UUID

from accounts.acting import ActingFor
from accounts.models import AccessLog
from portal.lib.request_id import request_id


def record(acting_for: ActingFor, action: str, object_type: str, object_id: UUID) -> None:
    """Note one look or download.

    Args:
        action: `read` or `download`.
        object_type: The model's name, for people who search the log.
    """
    AccessLog.objects.create(
        user=acting_for.user,
        organisation_id=acting_for.id,
        action=action,
        object_type=object_type,
        object_id=object_id,
        request_id=request_id.get(),
    )
