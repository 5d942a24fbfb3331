"""Number series: a counter, which is locked while an invoice gets its number."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib.public_model import PublicModel
from suppliers.models import Supplier


class NumberSeries(PublicModel):
    """The numbers of one supplier, prefix and fiscal year. `last` is the newest number. There are no gaps."""

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="number_series", verbose_name=_("事業者")
    )
    prefix = models.CharField(_("接頭辞"), max_length=10, blank=True)
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    last = models.PositiveIntegerField(_("最終番号"), default=0)

    class Meta:
        verbose_name = _("採番")
        verbose_name_plural = _("採番")
        constraints = [
            models.UniqueConstraint(fields=["supplier", "prefix", "fiscal_year"], name="number_series_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}{self.fiscal_year}"
