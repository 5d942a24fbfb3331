from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People and cities."""

    name = "accounts"
    verbose_name = _("利用者と市")

    def ready(self) -> None:
        """Note when somebody signs in, from the start and not only once the first page was asked for."""
        import_module("accounts.sessions")
