"""The portal's own pulse."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When something that must happen regularly happened last; one row per name."""

    name = models.CharField(_("名前"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("日時"))

    class Meta:
        verbose_name = _("稼働記録")
        verbose_name_plural = _("稼働記録")

    def __str__(self) -> str:
        return self.name
