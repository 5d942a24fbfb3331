"""The WSGI entry point for production servers."""

import logging
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from portal.lib.virus_scan import NOT_SCANNED

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

application = get_wsgi_application()
if not settings.CLAMD_ADDRESS:
    logging.getLogger(__name__).warning(NOT_SCANNED)
