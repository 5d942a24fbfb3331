"""How many invoices a supplier may issue and cancel in an hour: each tells a department by mail, and stays."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts import rate_limits
from accounts.acting import NotAllowed
from accounts.guards import PortalRequest

ISSUE, CANCEL = "issue", "cancel"


def require_room(request: PortalRequest, step: str) -> None:
    """Count one step of the supplier.

    Raises:
        NotAllowed: there were too many of them.
    """
    rate = settings.INVOICE_RATES[step]
    if not rate_limits.allow(request, f"invoices.{step}", rate, key=str(request.acting_for.id)):
        raise NotAllowed(
            _("短い間に同じ操作が多く行われたため、受け付けを止めています。時間をおいて、もう一度お試しください。")
        )
