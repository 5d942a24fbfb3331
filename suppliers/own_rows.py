"""Rows that a supplier keeps for its invoices (bank accounts, branches, seals): one way to add, change and retire them.

Some rules look at several rows at once: a limit on their number, no two that are equal. Two people who change the rows
of one supplier at the same time could each pass such a check and break the rule together. So every change first locks
the row of the supplier.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django_stubs_ext import StrOrPromise

from accounts.acting import ActingFor, NotAllowed
from suppliers.company import locked_supplier
from suppliers.models import BankAccount, BillingSource, Seal

Row = TypeVar("Row", BankAccount, BillingSource, Seal)


@dataclass(frozen=True, slots=True)
class OwnRows(Generic[Row]):
    """One kind of these rows. Its methods are called inside `locked_supplier`, except `retire`, which locks by itself.

    Attributes:
        maximum: How many rows a supplier may have in use.
        too_many: The message for people when there are that many; may name `%(max)d`.
        retired: The message for people when the row is no longer in use.
    """

    model: type[Row]
    maximum: int
    too_many: StrOrPromise
    retired: StrOrPromise

    def require_room(self, actor: ActingFor) -> None:
        """
        Raises:
            NotAllowed: the supplier has `maximum` rows in use.
        """
        if self.model.objects.visible_to(actor).active().count() >= self.maximum:
            raise NotAllowed(str(self.too_many) % {"max": self.maximum})

    def in_use(self, actor: ActingFor, row_id: UUID) -> Row:
        """One row of the supplier, fresh from the database.

        Raises:
            NotAllowed: it is retired.
            DoesNotExist: the supplier has no such row.
        """
        row: Row = self.model.objects.visible_to(actor).select_for_update().get(pk=row_id)
        if not row.active:
            raise NotAllowed(self.retired)
        return row

    def write(self, row: Row, columns: Mapping[str, Any]) -> Row:
        """Save new values of some columns. The history of the row keeps the old ones."""
        for name, value in columns.items():
            setattr(row, name, value)
        row.save(update_fields=list(columns))
        return row

    def retire(self, actor: ActingFor, row_id: UUID) -> Row:
        """Stop offering a row for new invoices. It is never deleted, because issued invoices refer to it.

        Raises:
            NotAllowed: the actor does not own the supplier, or the row is retired already.
        """
        with locked_supplier(actor):
            return self.write(self.in_use(actor, row_id), {"active": False})
