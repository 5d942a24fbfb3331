from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuppliersConfig(AppConfig):
    """Suppliers."""

    name = "suppliers"
    verbose_name = _("事業者")
