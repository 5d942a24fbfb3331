"""Writing the access log: who looked at what."""

from uuid import UUID

from accounts.acting import ActingFor
from accounts.models import AccessLog
from portal.lib.request_id import request_id


def record(acting_for: ActingFor, action: str, object_type: str, object_id: UUID) -> None:
    """Write one line of the access log.

    Args:
        action: `read` or `download`.
        object_type: The name of the model, for people who search the log.
    """
    AccessLog.objects.create(
        user=acting_for.user,
        organisation_id=acting_for.id,
        action=action,
        object_type=object_type,
        object_id=object_id,
        request_id=request_id.get(),
    )
