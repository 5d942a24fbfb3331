"""Pictures of seals, which are printed beside the name of the issuer."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor
from portal.lib.public_model import PublicModel
from suppliers.models.supplier import Supplier


class SealKind(models.TextChoices):
    """The kinds of seal. Only with the seal of the representative an invoice need not name the persons in charge."""

    REPRESENTATIVE = "representative", _("代表者印")
    COMPANY = "company", _("社印(角印)")


class SealQuerySet(models.QuerySet["Seal"]):
    """Seals."""

    def visible_to(self, acting_for: ActingFor) -> Self:
        """The seals of the supplier."""
        return self.filter(supplier_id=acting_for.id) if acting_for.is_supplier else self.none()

    def active(self) -> Self:
        """Seals that are offered for new invoices."""
        return self.filter(active=True)


class Seal(PublicModel):
    """A seal (印影). Only `active` ever changes, because issued documents name the picture by its hash.

    Attributes:
        image: RGB JPEG without transparency, drawn again from the uploaded file.
        sha256: SHA-256 of the image, hexadecimal.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="seals", verbose_name=_("事業者"))
    kind = models.CharField(_("種類"), max_length=20, choices=SealKind)
    image = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    active = models.BooleanField(_("有効"), default=True)

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = _("印影")
        verbose_name_plural = _("印影")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "kind", "sha256"], name="seal_once_per_supplier_and_kind"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
