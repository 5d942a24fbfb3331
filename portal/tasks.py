"""The Celery task of the sweep, and a test that a worker must pass before it takes work."""

import subprocess
import sys
from typing import Any

from celery import shared_task
from celery.signals import worker_init
from django.conf import settings

from portal import work

_SELF_TEST = """
import sys
from invoices.documents.pdf import engine
try:
    engine.self_test()
except engine.DocumentError as error:
    sys.exit(f"This worker cannot make documents. {error}")
"""


@worker_init.connect
def require_renderer(**_signal: Any) -> None:
    """Stop a worker that cannot make documents.

    The test runs in a process of its own, because the worker's forks must not inherit what the layout engine loads.

    Raises:
        SystemExit: the test failed; it has printed why.
    """
    tried = subprocess.run([sys.executable, "-c", _SELF_TEST], cwd=settings.BASE_DIR, check=False)
    if tried.returncode:
        raise SystemExit(tried.returncode)


@shared_task(name="portal.sweep")
def sweep() -> None:
    """See portal.work.sweep."""
    work.sweep()
