from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People and cities."""

    name = "accounts"
    verbose_name = _("利用者と市")
