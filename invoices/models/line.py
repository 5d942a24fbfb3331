"""The lines of an invoice."""

from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from invoices.enums import LineKind, Reduction
from invoices.models.frozen_with_invoice import frozen_with_invoice
from invoices.models.invoice import Invoice
from invoices.models.rate import TaxRate
from portal.lib.public_model import PublicModel


class InvoiceLine(PublicModel):
    """One line. A refund is a line with a negative amount and the date of the original transaction.

    Attributes:
        slip_number: 伝票番号 of the delivery slip. All refunds of a slip have one original date.
        quantity, unit_price: At most four decimals.
        amount: Yen: quantity × unit price, rounded as the invoice says, in the price mode of the invoice.
        kind: Headings and blank rows have no figures.
        reduction: 返品・値引・割戻 where the line refunds an earlier sale; empty where it does not.
        original_date, original_until: 資産譲渡年月日 of what is refunded: a day, or the first and the last day
            of a month or another period.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    kind = models.CharField(_("行の種類"), max_length=10, choices=LineKind, default=LineKind.ITEM)
    date = models.DateField(_("日付"), null=True)
    slip_number = models.CharField(_("伝票番号"), max_length=20, blank=True)
    description = models.CharField(_("品名"), max_length=120, blank=True)
    quantity = models.DecimalField(_("数量"), max_digits=14, decimal_places=4, null=True)
    unit = models.CharField(_("単位"), max_length=10, blank=True)
    unit_price = models.DecimalField(_("単価"), max_digits=16, decimal_places=4, null=True)
    rate = models.ForeignKey(TaxRate, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("税区分"))
    original_date = models.DateField(_("元の取引日"), null=True)
    original_until = models.DateField(_("元の取引期間の末日"), null=True)
    reduction = models.CharField(_("返還の種類"), max_length=10, choices=Reduction, default=Reduction.NONE, blank=True)
    amount = models.BigIntegerField(_("金額"), default=0)
    unread = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True, editable=False)

    class Meta:
        verbose_name = _("明細")
        verbose_name_plural = _("明細")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="line_position_unique_in_invoice"),
            frozen_with_invoice("line_frozen"),
        ]

    def __str__(self) -> str:
        return self.description
