"""A supplier's own data, changed by its owners. History is kept, so rows change by `save()` on a locked, fresh row."""

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed
from suppliers.models import Supplier
from suppliers.registration import CompanyInput


def change_company(actor: ActingFor, company: CompanyInput) -> Supplier:
    """Change the actor's supplier. Invoices that are issued already keep what they show.

    Raises:
        NotAllowed: the actor does not own a supplier.
    """
    require_owner(actor)
    with transaction.atomic():
        supplier = Supplier.objects.visible_to(actor).select_for_update().get()
        values = asdict(company)
        for name, value in values.items():
            setattr(supplier, name, value)
        supplier.save(update_fields=list(values))
    return supplier


def require_owner(actor: ActingFor) -> None:
    """Only owners change what is printed on invoices and where money goes.

    Raises:
        NotAllowed: for everybody else.
    """
    if not actor.is_supplier_owner:
        raise NotAllowed(_("この変更は事業者の管理者だけが行えます。"))
