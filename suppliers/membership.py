"""Whether a user acts for a supplier, and who answers for one."""

from uuid import UUID

from django.urls import reverse

from accounts import notices
from accounts.acting import ActingFor, OrganisationKind
from accounts.models import User
from accounts.notices import Notice
from accounts.organisations import Organisation, finds_organisations
from suppliers.models import MemberRole, Supplier, SupplierMember


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


def organisation(supplier: Supplier) -> Organisation:
    """The supplier, with the owners who can sign in."""
    owners = supplier.members.filter(role=MemberRole.OWNER, active=True, user__is_active=True)
    return Organisation(
        supplier.pk,
        supplier.name,
        tuple(owners.order_by("user__email").values_list("user__email", flat=True)),
        reverse("suppliers:access_record", args=[supplier.pk]),
    )


def tell_owners(actor: ActingFor, notice: Notice, page: str) -> None:
    """Tell the owners of the actor's supplier, and the actor, of a change of what belongs to it.

    Args:
        page: The route of the page where it can be put right.
    """
    supplier = Supplier.objects.visible_to(actor).get()
    notices.about_organisation(organisation(supplier), actor.user, notice, reverse(page, args=[supplier.pk]))


@finds_organisations
def _suppliers(person: User) -> list[Organisation]:
    rows = SupplierMember.objects.filter(user=person, active=True).select_related("supplier")
    return [organisation(row.supplier) for row in rows]
