"""What `manage.py check --deploy` says about an installation, beside Django's own checks."""

from typing import Any

from django.conf import settings
from django.core.checks import Warning as Note

from portal.lib.virus_scan import NOT_SCANNED


def virus_scanner(app_configs: Any, **about: Any) -> list[Note]:
    """Warns where files come in unscanned."""
    if settings.CLAMD_ADDRESS:
        return []
    return [Note(NOT_SCANNED, hint="see docs/operations.md, Scan files for viruses", id="portal.W001")]
