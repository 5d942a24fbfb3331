from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from portal.lib import frozen


class InvoicesConfig(AppConfig):
    name = "invoices"
    verbose_name = _("請求書")

    def ready(self) -> None:
        pre_migrate.connect(frozen.thaw, sender=self)
        post_migrate.connect(frozen.freeze, sender=self)
