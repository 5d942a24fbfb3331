"""Tax rates as dated data: a new rate is a row, not a release."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from invoices.enums import TaxCategory
from portal.lib.models import PublicModel


class TaxRateQuerySet(models.QuerySet["TaxRate"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))


class TaxRate(PublicModel):
    """A rate, or a category without one, and the transaction dates on which it applies.

    Attributes:
        percent: Per cent; 0 for the categories that carry no rate.
        reduced: Marked with ※ on documents (軽減税率対象). Reduced 8 % and old 8 % are different rows.
        valid_from, valid_to: First and last transaction date, both included; None means without limit.
        position: Order in the table of rates on documents.
    """

    code = models.CharField(_("コード"), max_length=20, unique=True)
    label = models.CharField(_("表示名"), max_length=40)
    category = models.CharField(_("税区分"), max_length=20, choices=TaxCategory)
    percent = models.DecimalField(_("税率(%)"), max_digits=5, decimal_places=2, default=Decimal(0))
    reduced = models.BooleanField(_("軽減税率"), default=False)
    valid_from = models.DateField(_("適用開始日"), null=True, blank=True)
    valid_to = models.DateField(_("適用終了日"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("並び順"), default=0)

    objects = TaxRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("税率")
        verbose_name_plural = _("税率")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(category=TaxCategory.TAXABLE) | Q(percent=0, reduced=False),
                name="only_taxable_carries_a_rate",
            ),
        ]

    def __str__(self) -> str:
        return self.label
