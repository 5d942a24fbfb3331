"""Pictures of seals, printed beside the issuer's name."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor
from portal.lib.public_model import PublicModel
from suppliers.models.supplier import Supplier


class SealKind(models.TextChoices):
    """Only the representative's seal spares the claim the persons named in its stead."""

    REPRESENTATIVE = "representative", _("代表者印")
    COMPANY = "company", _("社印(角印)")


class SealQuerySet(models.QuerySet["Seal"]):
    def visible_to(self, acting_for: ActingFor) -> Self:
        """A supplier's own seals."""
        return self.filter(supplier_id=acting_for.id) if acting_for.is_supplier else self.none()

    def active(self) -> Self:
        return self.filter(active=True)


class Seal(PublicModel):
    """印影. Rows are never changed but for `active`: issued documents name the picture by its hash.

    Attributes:
        image: RGB JPEG without transparency, made anew from what was uploaded.
        sha256: Of the image, hexadecimal.
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
