"""Whether a user acts for a supplier."""

from uuid import UUID

from accounts.acting import ActingFor, OrganisationKind
from accounts.models import User
from suppliers.models import SupplierMember


def acting_for_supplier(user: User, supplier_id: UUID) -> ActingFor | None:
    """The user as a member of this supplier; None when they are not or no longer a member."""
    membership = (
        SupplierMember.objects.filter(user=user, supplier_id=supplier_id, active=True)
        .select_related("supplier")
        .first()
    )
    if membership is None:
        return None
    return ActingFor(
        user=user,
        kind=OrganisationKind.SUPPLIER,
        id=supplier_id,
        name=membership.supplier.name,
        role=membership.role,
    )
