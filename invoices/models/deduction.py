"""Deductions, which are not lines."""

from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from invoices.enums import DeductionKind
from invoices.models.frozen_with_invoice import frozen_with_invoice
from invoices.models.invoice import Invoice
from invoices.models.rate import TaxRate
from portal.lib.public_model import PublicModel


class InvoiceDeduction(PublicModel):
    """A deduction (控除): it lowers the taxed amount of one rate.

    Attributes:
        description, original_date, original_until: What is refunded of which earlier sales (a day, or the first and the
            last day of a period), where it refunds any.
        amount: Yen in the price mode of the invoice. A positive amount lowers the total.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="deductions")
    position = models.PositiveIntegerField()
    kind = models.CharField(_("控除の種類"), max_length=20, choices=DeductionKind)
    rate = models.ForeignKey(TaxRate, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("税区分"))
    description = models.CharField(_("控除の内容"), max_length=60, blank=True)
    original_date = models.DateField(_("元の取引日"), null=True)
    original_until = models.DateField(_("元の取引期間の末日"), null=True)
    amount = models.BigIntegerField(_("控除額"), null=True)
    unread = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True, editable=False)

    class Meta:
        verbose_name = _("控除")
        verbose_name_plural = _("控除")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="deduction_position_unique_in_invoice"),
            frozen_with_invoice("deduction_frozen"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
