"""To which departments a supplier may send invoices."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.acting import ActingFor
from accounts.models import Department
from portal.lib.frozen import Frozen
from portal.lib.public_model import PublicModel
from suppliers.models.supplier import Supplier


class TradingLinkQuerySet(models.QuerySet["TradingLink"]):
    """Trading links."""

    def visible_to(self, acting_for: ActingFor) -> Self:
        """The links of the supplier."""
        return self.filter(supplier_id=acting_for.id) if acting_for.is_supplier else self.none()

    def open(self) -> Self:
        """Links by which an invoice can be sent today: active, and the department exists."""
        return self.filter(active=True, department__closed=False, department__succeeded_by=None)


class TradingLink(PublicModel):
    """A pair of supplier and department: the supplier may send invoices to the department (発行先)."""

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="trading_links", verbose_name=_("事業者")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="trading_links", verbose_name=_("課")
    )
    active = models.BooleanField(_("有効"), default=True)

    objects = TradingLinkQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("発行先")
        verbose_name_plural = _("発行先")
        constraints = [
            models.UniqueConstraint(fields=["supplier", "department"], name="trading_link_once_per_department"),
            Frozen(name="trading_link_stays", operations=["UPDATE"], only=["supplier", "department"]),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} → {self.department}"
