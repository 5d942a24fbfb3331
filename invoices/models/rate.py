"""Tax rates with the dates on which they apply. A new rate is a new row, not a new release of the software."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from invoices.enums import TaxCategory
from portal.lib.frozen import Frozen
from portal.lib.histories import KeptChanges
from portal.lib.public_model import PublicModel

FIGURES = ("code", "category", "percent", "reduced")
"""What an issued document was reckoned with; another figure is another rate. Its name and its days stay open."""

_USED = (
    "EXISTS (SELECT 1 FROM {table} JOIN invoices_invoice ON invoices_invoice.id = {table}.invoice_id"
    " WHERE {table}.rate_id = {{row}}.id AND invoices_invoice.number IS NOT NULL)"
)


class TaxRate(PublicModel):
    """A tax rate, or a category without tax, and the transaction dates on which it applies.

    Attributes:
        label: The name on documents and screens. No two rates have the same.
        percent: 8 means 8 %; below 100. 0 for categories without tax.
        reduced: Marked with ※ on documents (軽減税率対象). Reduced 8 % and old 8 % are different rows.
        valid_from, valid_to: The first and the last transaction date, both included; None means no limit.
        contracted_before: 指定日 of the law that ended it: after `valid_to` it still applies to what was contracted
            before this day, such as a lease (経過措置); None where nothing of it lasts.
        position: The place in the table of rates on documents.
    """

    code = models.CharField(_("コード"), max_length=20, unique=True)
    label = models.CharField(
        _("表示名"),
        max_length=40,
        unique=True,
        error_messages={"unique": _("この表示名の税率がすでにあります。別の表示名にしてください。")},
    )
    category = models.CharField(_("税区分"), max_length=20, choices=TaxCategory)
    percent = models.DecimalField(_("税率(%)"), max_digits=5, decimal_places=2, default=Decimal(0))
    reduced = models.BooleanField(_("軽減税率"), default=False)
    valid_from = models.DateField(_("適用開始日"), null=True, blank=True)
    valid_to = models.DateField(_("適用終了日"), null=True, blank=True)
    contracted_before = models.DateField(
        _("経過措置の指定日"),
        null=True,
        blank=True,
        help_text=_("この日より前の契約による取引には、適用終了日の後も使えます。"),
    )
    position = models.PositiveSmallIntegerField(_("並び順"), default=0)

    history = KeptChanges()

    class Meta:
        verbose_name = _("税率")
        verbose_name_plural = _("税率")
        ordering = ["position", "code"]
        constraints = [
            Frozen(
                name="rate_frozen_once_used",
                operations=["UPDATE"],
                only=FIGURES,
                when=" OR ".join(
                    _USED.format(table=table) for table in ("invoices_invoiceline", "invoices_invoicededuction")
                ),
            ),
            models.CheckConstraint(
                condition=Q(category=TaxCategory.TAXABLE) | Q(percent=0, reduced=False),
                name="only_taxable_carries_a_rate",
                violation_error_message=_(
                    "課税でない税区分には、税率も軽減税率も付きません。税率を0にし、軽減税率を外してください。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lt=100),
                name="rate_below_hundred_per_cent",
                violation_error_message=_("税率は0以上100未満で入力してください。"),
            ),
            models.CheckConstraint(
                condition=Q(contracted_before=None) | Q(valid_to__isnull=False, contracted_before__lte=F("valid_to")),
                name="contract_before_rate_ends",
                violation_error_message=_(
                    "経過措置の指定日は、適用終了日のある税率に、その日と同じか前の日付で入力してください。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=F("valid_to")),
                name="rate_days_in_order",
                violation_error_message=_("適用終了日は、適用開始日と同じか後の日付にしてください。"),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def holds_on(self, day: date) -> bool:
        """Whether it applies to a transaction of this day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def may_last_on(self, day: date) -> bool:
        """Whether it may still apply on this day, after its end, to what was contracted before `contracted_before`."""
        return self.contracted_before is not None and self.valid_to is not None and self.valid_to < day
