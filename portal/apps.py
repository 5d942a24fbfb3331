from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The whole site."""

    name = "portal"
    verbose_name = _("請求書窓口")

    def ready(self) -> None:
        """Connect the checks of the whole site."""
        import_module("portal.checks")
