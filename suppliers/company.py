"""A supplier's own data, changed by its owners. Rows with a history change by `save()`, which writes the history."""

from collections.abc import Iterator
from contextlib import contextmanager
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
    with locked_supplier(actor) as supplier:
        values = asdict(company)
        for name, value in values.items():
            setattr(supplier, name, value)
        supplier.save(update_fields=list(values))
    return supplier


@contextmanager
def locked_supplier(actor: ActingFor) -> Iterator[Supplier]:
    """A transaction in which nobody else changes the actor's supplier or what belongs to it; gives the supplier's row.

    Raises:
        NotAllowed: the actor does not own a supplier.
    """
    require_owner(actor)
    with transaction.atomic():
        yield Supplier.objects.visible_to(actor).select_for_update().get()


def require_owner(actor: ActingFor) -> None:
    """Only owners change what is printed on invoices and to which account a city pays.

    Raises:
        NotAllowed: the actor does not own a supplier.
    """
    if not actor.is_supplier_owner:
        raise NotAllowed(_("この変更は事業者の管理者だけが行えます。"))
