from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from portal.deployment_checks import virus_scanner


class PortalConfig(AppConfig):
    """The whole site."""

    name = "portal"
    verbose_name = _("請求書窓口")

    def ready(self) -> None:
        """Let `check --deploy` say what this installation lacks."""
        register(virus_scanner, Tags.security, deploy=True)
