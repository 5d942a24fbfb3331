"""Questions to the public register of qualified invoice issuers, with their answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib.jobs import WorkRow
from portal.lib.queues import BULK


class RegisterStatus(models.TextChoices):
    """Whether a number was registered on one day."""

    UNCHECKED = "unchecked", _("未確認")
    REGISTERED = "registered", _("登録あり")
    NOT_REGISTERED = "not_registered", _("登録なし")


class RegisterLookup(WorkRow):
    """One question to the register (公表サイト), with its answer: was this number registered on this day?

    Attributes:
        number: T and 13 digits.
        day: The transaction date.
        status: UNCHECKED until the register has answered.
        name: The name in the register; empty when the register publishes none.
        answered_at: When the register last answered.
    """

    task_name = "suppliers.look_up_registration"
    queue = BULK
    # Five minutes in all. Nothing waits for the answer, and the next save of an invoice asks again.
    max_attempts = 5
    alarming = False

    number = models.CharField(_("登録番号"), max_length=14)
    day = models.DateField(_("取引日"))
    status = models.CharField(_("登録の状態"), max_length=20, choices=RegisterStatus, default=RegisterStatus.UNCHECKED)
    name = models.CharField(_("公表されている名称"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("回答日時"), null=True)

    class Meta:
        verbose_name = _("登録番号の照会")
        verbose_name_plural = _("登録番号の照会")
        constraints = [models.UniqueConstraint(fields=["number", "day"], name="register_asked_once_per_day")]

    def __str__(self) -> str:
        return f"{self.number} {self.day}"
