"""Who looked at what."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from portal.lib.public_model import PublicModel


class AccessLog(PublicModel):
    """One look at a document, or one download. It names the object by type and id, and stays when that is gone."""

    at = models.DateTimeField(_("日時"), db_default=Now(), editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("利用者"))
    organisation_id = models.UUIDField(_("組織"))
    action = models.CharField(_("操作"), max_length=20)
    object_type = models.CharField(_("対象の種類"), max_length=40)
    object_id = models.UUIDField(_("対象"), db_index=True)
    request_id = models.CharField(_("要求の番号"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("閲覧記録")
        verbose_name_plural = _("閲覧記録")

    def __str__(self) -> str:
        return f"{self.at} {self.action} {self.object_type}"
