"""Which supplier may send invoices to which departments, and what becomes of that when departments are merged."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import Department
from suppliers.models import Supplier, TradingLink


@transaction.atomic
def link(supplier: Supplier, departments: Iterable[Department]) -> None:
    """Allow the supplier to send to these departments; a link that was ended counts again."""
    for department in departments:
        found, created = TradingLink.objects.select_for_update().get_or_create(supplier=supplier, department=department)
        if not created and not found.active:
            found.active = True
            found.save(update_fields=["active"])


@transaction.atomic
def follow_merger(department: Department) -> None:
    """Let those who may send to a merged department send to the one that does its work today.

    The old links stay as they were, for those who want to know. A link to the successor that the city ended for a
    supplier stays ended.
    """
    successor = department.today()
    if successor is None or successor == department:
        return
    for before in TradingLink.objects.filter(department=department, active=True).select_related("supplier"):
        TradingLink.objects.get_or_create(supplier=before.supplier, department=successor)
