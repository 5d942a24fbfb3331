"""Health checks for load balancers and monitoring."""

import logging
import threading
import time
from queue import Empty, SimpleQueue
from typing import Protocol, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import storages
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils.log import log_response
from django.views.decorators.cache import never_cache
from kombu.connection import Connection
from kombu.exceptions import OperationalError

from portal import work
from portal.lib import virus_scan

logger = logging.getLogger(__name__)

STORAGE_SECONDS = 2

# Only one check of the store at a time, because a check that hangs blocks a thread.
_asking_storage = threading.Lock()


class CheckedStorage(Protocol):
    """A store that can test itself."""

    def check(self) -> None:
        """Raises OSError when documents cannot be read and written now."""


@login_not_required
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process runs."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, store, broker and sweep work; otherwise 503 with the names of what does not work."""
    checks = {"database": _database(), "storage": _storage(), "sweep": False}
    if settings.CELERY_BROKER_URL:
        checks["broker"] = _broker()
    age = None
    if checks["database"]:
        age = work.last_sweep_age()
        checks["sweep"] = not work.sweep_is_late(age)
    ready = all(checks.values())
    answer = JsonResponse(
        {
            "status": "ok" if ready else "unavailable",
            "checks": checks,
            "last_sweep_seconds": age,
            # Without it no file is taken, and all else goes on: that makes no site unready.
            "virus_scanner": virus_scan.state(),
        },
        status=200 if ready else 503,
    )
    if not ready:
        # Logged here as a warning: Django would log an error for every check while the site is still starting.
        lacking = ", ".join(name for name, good in checks.items() if not good)
        log_response("not ready: %s", lacking, request=request, response=answer, logger=logger, level="warning")
    return answer


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _storage() -> bool:
    """Whether the store answers within STORAGE_SECONDS that it works.

    It is asked in a thread, because a network disk may hang without end.
    """
    answers: SimpleQueue[bool] = SimpleQueue()

    def ask() -> None:
        try:
            cast(CheckedStorage, storages["documents"]).check()
            answers.put(True)
        except OSError as error:
            logger.warning("the store of documents is not ready: %s", error)
            answers.put(False)
        finally:
            _asking_storage.release()

    deadline = time.monotonic() + STORAGE_SECONDS
    if not _asking_storage.acquire(timeout=STORAGE_SECONDS):
        return False
    threading.Thread(target=ask, name="readyz-storage", daemon=True).start()
    try:
        return answers.get(timeout=max(deadline - time.monotonic(), 0))
    except Empty:
        return False


def _broker() -> bool:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=1, transport_options=options) as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
    except (OSError, OperationalError):
        return False
    return True
