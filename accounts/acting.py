"""For which organisation a user acts. Every check of a permission takes this."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import StaffMembership, StaffRole, User

OWNER = "owner"
"""The role of an owner of a supplier, as stored in `suppliers.models.MemberRole`."""


class OrganisationKind(StrEnum):
    """A supplier issues invoices, a city receives them."""

    SUPPLIER = "supplier"
    MUNICIPALITY = "municipality"


class NotAllowed(Exception):
    """A step is not possible now, or not for this person. `message` says why, in Japanese for people."""

    def __init__(self, message: StrOrPromise) -> None:
        super().__init__(message)
        self.message = message


class NotPermitted(NotAllowed):
    """This person may never take this step."""

    def __init__(self, message: StrOrPromise | None = None) -> None:
        super().__init__(message or _("この操作を行う権限がありません。"))


@dataclass(frozen=True, slots=True)
class ActingFor:
    """A user and the organisation for which they act.

    Attributes:
        id: The id of the organisation.
        name: The name of the organisation; events record it.
        role: `owner` or `member` of a supplier, or a `StaffRole` in a city.
        departments: The ids of the departments whose invoices a user of a city opens and returns; empty for suppliers.
    """

    user: User
    kind: OrganisationKind
    id: UUID
    name: str
    role: str
    departments: frozenset[UUID] = frozenset()

    @property
    def is_supplier(self) -> bool:
        """Whether the organisation is a supplier."""
        return self.kind == OrganisationKind.SUPPLIER

    @property
    def is_municipality(self) -> bool:
        """Whether the organisation is a city."""
        return self.kind == OrganisationKind.MUNICIPALITY

    @property
    def is_supplier_owner(self) -> bool:
        """Whether the user may change the data of the supplier."""
        return self.is_supplier and self.role == OWNER

    @property
    def sees_all_departments(self) -> bool:
        """Administrators and the accounting office see the invoices of every department of their city."""
        return self.is_municipality and self.role in (StaffRole.ADMIN, StaffRole.ACCOUNTANT)

    @property
    def is_municipality_admin(self) -> bool:
        """Whether the user may invite suppliers and change the policy of the city."""
        return self.is_municipality and self.role == StaffRole.ADMIN


def acting_for_municipality(user: User, municipality_id: UUID) -> ActingFor | None:
    """The user as staff of this city; None when they are not or no longer staff."""
    membership = (
        StaffMembership.objects.filter(user=user, municipality_id=municipality_id, active=True)
        .select_related("municipality")
        .prefetch_related("departments")
        .first()
    )
    if membership is None:
        return None
    return ActingFor(
        user=user,
        kind=OrganisationKind.MUNICIPALITY,
        id=municipality_id,
        name=membership.municipality.name,
        role=membership.role,
        departments=frozenset(department.id for department in membership.departments.all()),
    )
