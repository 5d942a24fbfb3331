"""The cities and suppliers that something concerns, and who answers for them there.

Suppliers stand further up in the house; they tell this room how theirs are found (`finds_organisations`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from accounts.models import Municipality, StaffMembership, StaffRole, User


@dataclass(frozen=True, slots=True)
class Organisation:
    """A city or a supplier.

    Attributes:
        answerable: The addresses of its administrators or owners.
        record: The path of its access record.
        is_city: Whether it is a city; its people ask others for help than those of a supplier.
    """

    id: UUID
    name: str
    answerable: tuple[str, ...]
    record: str
    is_city: bool = False


Finder = Callable[[User], Iterable[Organisation]]
_FINDERS: list[Finder] = []


def finds_organisations(finder: Finder) -> Finder:
    """Ask this function too for which organisations a person works."""
    _FINDERS.append(finder)
    return finder


def of_person(person: User) -> list[Organisation]:
    """For which organisations a person works today."""
    return [found for finder in _FINDERS for found in finder(person)]


def city(municipality: Municipality) -> Organisation:
    """The city, with the administrators who can sign in."""
    admins = StaffMembership.objects.active().filter(municipality=municipality, role=StaffRole.ADMIN)
    return Organisation(
        municipality.pk,
        municipality.name,
        tuple(admins.order_by("user__email").values_list("user__email", flat=True)),
        reverse("accounts:access_record", args=[municipality.pk]),
        is_city=True,
    )


@finds_organisations
def _cities(person: User) -> list[Organisation]:
    rows = StaffMembership.objects.filter(user=person, active=True).select_related("municipality")
    return [city(row.municipality) for row in rows]
