"""For whom a user acts: what every permission takes."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import StaffMembership, StaffRole, User

OWNER = "owner"
"""The role of a supplier's owner, as `suppliers.models.MemberRole` stores it."""


class OrganisationKind(StrEnum):
    SUPPLIER = "supplier"
    MUNICIPALITY = "municipality"


class NotAllowed(Exception):
    """A step is not possible now, or not for this person. `message` says why, for people."""

    def __init__(self, message: StrOrPromise) -> None:
        super().__init__(message)
        self.message = message


class NotPermitted(NotAllowed):
    """The step is not for this person, whatever the state of things."""

    def __init__(self, message: StrOrPromise | None = None) -> None:
        super().__init__(message or _("この操作を行う権限がありません。"))


@dataclass(frozen=True, slots=True)
class ActingFor:
    """A user at work for one organisation.

    Attributes:
        id: The organisation's id.
        name: The organisation's name, as events record it.
        role: `owner` or `member` of a supplier, a `StaffRole` in a city.
        departments: The departments in which a city's user opens and returns; empty for suppliers.
    """

    user: User
    kind: OrganisationKind
    id: UUID
    name: str
    role: str
    departments: frozenset[UUID] = frozenset()

    @property
    def is_supplier(self) -> bool:
        return self.kind == OrganisationKind.SUPPLIER

    @property
    def is_municipality(self) -> bool:
        return self.kind == OrganisationKind.MUNICIPALITY

    @property
    def is_supplier_owner(self) -> bool:
        return self.is_supplier and self.role == OWNER

    @property
    def sees_all_departments(self) -> bool:
        return self.is_municipality and self.role in (StaffRole.ADMIN, StaffRole.ACCOUNTANT)

    @property
    def is_municipality_admin(self) -> bool:
        return self.is_municipality and self.role == StaffRole.ADMIN


def acting_for_municipality(user: User, municipality_id: UUID) -> ActingFor | None:
    """The user as staff of this city; None when they are not (any longer)."""
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
