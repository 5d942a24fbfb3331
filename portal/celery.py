"""The Celery application. Its settings are those in portal.settings.common that start with CELERY_."""

import logging.config
import os
from typing import Any

from celery import Celery, Task, signals
from django.conf import settings

from portal.lib.request_id import request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

app = Celery("madoguchi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def log_as_the_site_does(**_signal: Any) -> None:
    """Use the logging of the site. Celery sets up none of its own when this signal has a receiver."""
    logging.config.dictConfig(settings.LOGGING)


@signals.celeryd_init.connect
@signals.beat_init.connect
def require_broker(**_signal: Any) -> None:
    """Stop a worker or a clock that has no broker.

    Raises:
        SystemExit: REDIS_URL is not set.
    """
    if not settings.CELERY_BROKER_URL:
        raise SystemExit("REDIS_URL is missing: without a broker, `manage.py serve` does the work itself.")


@signals.task_prerun.connect
def take_request_id(task: Task, **_signal: Any) -> None:
    """Log a task under the id of the request that caused it."""
    request_id.set((task.request.headers or {}).get("request_id", ""))


@signals.task_postrun.connect
def forget_request_id(**_signal: Any) -> None:
    """The next task on this thread belongs to another request."""
    request_id.set("")
