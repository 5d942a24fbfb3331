"""Who may do what with an invoice. Each predicate takes the one who acts and the invoice, and composes with others."""

from collections.abc import Callable
from uuid import UUID

from accounts.acting import ActingFor
from accounts.models import StaffMembership, StaffRole, User
from invoices.enums import Origin
from invoices.models import Invoice
from suppliers.models import SupplierMember

Permission = Callable[[ActingFor | None, Invoice], bool]


def is_system(actor: ActingFor | None, invoice: Invoice) -> bool:
    """Nobody in person: the clock and the workers."""
    return actor is None


def is_issuer(actor: ActingFor | None, invoice: Invoice) -> bool:
    """Somebody of the supplier whose invoice it is."""
    return actor is not None and actor.is_supplier and actor.id == invoice.supplier_id


def may_issue(actor: ActingFor | None, invoice: Invoice) -> bool:
    """Its supplier, and the clock on its behalf; which of the two, the workflow knows by the status."""
    return is_system(actor, invoice) or is_issuer(actor, invoice)


def is_recipient(actor: ActingFor | None, invoice: Invoice) -> bool:
    """Staff of the city that received it."""
    return actor is not None and actor.is_municipality and actor.id == invoice.municipality_id


def has_department(actor: ActingFor | None, invoice: Invoice) -> bool:
    """Staff to whose departments the invoice's department belongs."""
    return is_recipient(actor, invoice) and actor is not None and invoice.department_id in actor.departments


def is_impartial(actor: ActingFor | None, invoice: Invoice) -> bool:
    """Nobody reviews or pays an invoice of a supplier they belong to."""
    if actor is None or invoice.supplier_id is None:
        return True
    return not SupplierMember.objects.filter(user=actor.user, supplier_id=invoice.supplier_id).exists()


def is_reviewer(actor: ActingFor | None, invoice: Invoice) -> bool:
    """Staff of that department, with no part in the supplier."""
    return has_department(actor, invoice) and is_impartial(actor, invoice)


def may_reroute(actor: ActingFor | None, invoice: Invoice) -> bool:
    """Staff of the department it reached by mistake; accountants and admins, who see every department."""
    if actor is None or not is_recipient(actor, invoice) or not is_impartial(actor, invoice):
        return False
    return actor.sees_all_departments or has_department(actor, invoice)


def may_keep_paper(actor: ActingFor | None, invoice: Invoice) -> bool:
    """Whoever may record a paper invoice for the department may also put right what they wrote about it."""
    if actor is None or invoice.origin != Origin.PAPER or not is_recipient(actor, invoice):
        return False
    return actor.sees_all_departments or has_department(actor, invoice)


def is_accountant(actor: ActingFor | None, invoice: Invoice) -> bool:
    """The accounting office, with no part in the supplier."""
    return (
        actor is not None
        and is_recipient(actor, invoice)
        and actor.role == StaffRole.ACCOUNTANT
        and is_impartial(actor, invoice)
    )


def may_read_content(actor: ActingFor, invoice: Invoice) -> bool:
    """Whether the lines and the document are shown.

    A department reads them after pressing 開封; before it sees sender, title and amount. Accountants and admins may
    look without opening. Which invoices exist for somebody at all is `Invoice.objects.visible_to`.
    """
    if is_issuer(actor, invoice):
        return True
    if not is_recipient(actor, invoice):
        return False
    return actor.sees_all_departments or invoice.opened_at is not None


def notified_staff(department_id: UUID) -> list[User]:
    """Who hears by mail of what arrives at a department."""
    memberships = StaffMembership.objects.active().filter(departments=department_id).select_related("user")
    return [membership.user for membership in memberships]


def administrators(municipality_id: UUID) -> list[User]:
    """Who hears by mail of what concerns the city as a whole."""
    memberships = StaffMembership.objects.active().filter(municipality=municipality_id, role=StaffRole.ADMIN)
    return [membership.user for membership in memberships.select_related("user")]
