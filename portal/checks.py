"""What `manage.py check --deploy` says about an installation, beside Django's own checks."""

from typing import Any

from django.conf import settings
from django.core.checks import Tags, Warning, register  # noqa: A004  # Django calls its levels so

from portal.lib.virus_scan import NOT_SCANNED


@register(Tags.security, deploy=True)
def virus_scanner(app_configs: Any, **about: Any) -> list[Warning]:
    """Warns where files come in unscanned."""
    if settings.CLAMD_ADDRESS:
        return []
    return [Warning(NOT_SCANNED, hint="see docs/operations.md, Scan files for viruses", id="portal.W001")]
