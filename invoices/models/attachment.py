"""Files that go with an invoice."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from invoices.models.frozen_with_invoice import frozen_with_invoice
from invoices.models.invoice import Invoice
from portal.lib.public_model import PublicModel

MB = 1024 * 1024
TOGETHER_MAX_MB = 50
"""What the portal takes with one invoice."""


class Attachment(PublicModel):
    """添付ファイル. Its bytes lie in the store of documents, and its hash in the snapshot.

    Attributes:
        name: As the supplier named it, without a path.
        content_type: Found by looking into the bytes, not taken from the browser.
        size: Bytes.
        sha256: Of the stored bytes, hexadecimal.
        key: Where it is stored: `<supplier>/<invoice>/<sha256>`.
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
