"""Branches that are printed as the issuer in place of the head office."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.acting import ActingFor
from portal.lib.public_model import PublicModel
from suppliers.models.supplier import Supplier


class BillingSourceQuerySet(models.QuerySet["BillingSource"]):
    """Branches."""

    def visible_to(self, acting_for: ActingFor) -> Self:
        """The branches of the supplier. Cities see a branch only on an invoice."""
        return self.filter(supplier_id=acting_for.id) if acting_for.is_supplier else self.none()

    def active(self) -> Self:
        """Branches that are offered for new invoices."""
        return self.filter(active=True)


class BillingSource(PublicModel):
    """A branch in whose name the supplier issues invoices (請求元). It uses the registration number of the supplier.

    Attributes:
        signer_title, signer_name: The delegate who signs for the branch (委任を受けた支店長など). Both are empty when
            the representative of the supplier signs.
    """

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="billing_sources", verbose_name=_("事業者")
    )
    name = models.CharField(_("支店・営業所の名前"), max_length=60)
    signer_title = models.CharField(_("受任者の役職"), max_length=40, blank=True)
    signer_name = models.CharField(_("受任者の氏名"), max_length=60, blank=True)
    postcode = models.CharField(_("郵便番号"), max_length=8)
    address = models.CharField(_("住所"), max_length=120)
    building = models.CharField(_("建物名など"), max_length=80, blank=True)
    phone = models.CharField(_("電話番号"), max_length=20)
    active = models.BooleanField(_("有効"), default=True)

    objects = BillingSourceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("請求元")
        verbose_name_plural = _("請求元")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
