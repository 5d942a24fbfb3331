"""The time of regular work."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When a regular task last ran; one row for each name."""

    name = models.CharField(_("名前"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("日時"))

    class Meta:
        verbose_name = _("稼働記録")
        verbose_name_plural = _("稼働記録")

    def __str__(self) -> str:
        return self.name
