"""Stored documents of invoices, and the work to make them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from invoices.enums import DocumentKind
from invoices.models.invoice import Invoice
from portal.lib.frozen import Frozen
from portal.lib.jobs import WorkRow


class Document(WorkRow):
    """A document of an invoice. The row is saved as pending work before the file is made.

    Attributes:
        key: The key in the store: `<municipality>/<invoice>/<sha256>`.
        sha256: SHA-256 of the stored bytes, hexadecimal.
        size: The number of bytes.
        content_type: The type of the stored bytes. A scan may be a picture.
        stored_at: When the file had been written and read back.
    """

    task_name = "invoices.deliver"
    # An issued invoice must arrive even if the store is down for long: 50 tries with an hour between are two days.
    max_attempts = 50

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="documents", verbose_name=_("請求書"))
    kind = models.CharField(_("種類"), max_length=20, choices=DocumentKind, default=DocumentKind.INVOICE_PDF)
    key = models.CharField(_("保管先の名前"), max_length=200, blank=True)
    sha256 = models.CharField(_("ハッシュ値(SHA-256)"), max_length=64, blank=True)
    size = models.PositiveIntegerField(_("大きさ(バイト)"), null=True)
    content_type = models.CharField(_("ファイルの種類"), max_length=40, default="application/pdf")
    stored_at = models.DateTimeField(_("保管日時"), null=True)

    class Meta:
        verbose_name = _("文書")
        verbose_name_plural = _("文書")
        constraints = [
            models.UniqueConstraint(fields=["invoice", "kind"], name="document_kind_once_per_invoice"),
            models.CheckConstraint(
                condition=Q(stored_at=None) | ~Q(key="") & ~Q(sha256="") & Q(size__isnull=False),
                name="stored_document_is_complete",
            ),
            Frozen(
                name="document_frozen",
                operations=["UPDATE"],
                when="{row}.stored_at IS NOT NULL",
                opened=[column.name for column in WorkRow._meta.local_fields if not column.primary_key],
            ),
            Frozen(name="document_never_deleted", operations=["DELETE"], when="{row}.stored_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} {self.get_kind_display()}"
