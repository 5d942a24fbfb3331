"""Health checks for load balancers and monitoring."""

import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import storages
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from kombu.connection import Connection
from kombu.exceptions import OperationalError

from portal import work

SWEEP_LATE_SECONDS = 120


@login_not_required
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether everything that the portal leans on is there; 503 and its name otherwise."""
    checks = {"database": _database(), "storage": _storage(), "sweep": False}
    if settings.CELERY_BROKER_URL:
        checks["broker"] = _broker()
    age = None
    if checks["database"]:
        age = work.last_sweep_age()
        checks["sweep"] = age is not None and age < SWEEP_LATE_SECONDS
    ready = all(checks.values())
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", "checks": checks, "last_sweep_seconds": age},
        status=200 if ready else 503,
    )


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _storage() -> bool:
    """Asks for a key that does not exist: an answer at all is what counts."""
    try:
        storages["documents"].exists(f"readyz-{secrets.token_hex(4)}")
    except OSError:
        return False
    return True


def _broker() -> bool:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=1, transport_options=options) as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
    except (OSError, OperationalError):
        return False
    return True
