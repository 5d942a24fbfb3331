"""Files that go with an invoice."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from invoices.models.frozen_with_invoice import frozen_with_invoice
from invoices.models.invoice import Invoice
from portal.lib.public_model import PublicModel

MB = 1024 * 1024
TOGETHER_MAX_MB = 50
"""Megabytes that all files of one invoice may have together."""


class Attachment(PublicModel):
    """A file that is attached to an invoice (添付ファイル). Its bytes are in the store, its hash is in the snapshot.

    Attributes:
        name: The file name, without a path.
        content_type: Found out from the bytes, not taken from the browser.
        size: The number of bytes.
        sha256: SHA-256 of the stored bytes, hexadecimal.
        key: The key in the store: `<supplier>/<invoice>/<sha256>`.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveIntegerField()
    name = models.CharField(_("ファイル名"), max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("大きさ(バイト)"))
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("添付ファイル")
        verbose_name_plural = _("添付ファイル")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="attachment_position_unique_in_invoice"),
            frozen_with_invoice("attachment_frozen"),
        ]

    def __str__(self) -> str:
        return self.name
