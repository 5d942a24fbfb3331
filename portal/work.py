"""The clock's work: the sweep that finds what nobody handled, and its heartbeat."""

import logging
from datetime import datetime

from django.apps import apps
from django.db.models.functions import Now
from django.utils import timezone

from portal.lib.jobs import WorkRow, publish
from portal.models import Heartbeat

logger = logging.getLogger(__name__)

SWEEP = "sweep"
SWEEP_SECONDS = 15
ROWS_PER_SWEEP = 500


def work_models() -> list[type[WorkRow]]:
    """Every kind of pending work."""
    return [model for model in apps.get_models() if issubclass(model, WorkRow)]


def sweep() -> int:
    """Send a message for every due row of work. Two sweeps at once are harmless: claiming decides.

    Returns:
        How many messages were sent.
    """
    sent = 0
    for model in work_models():
        buried = model.objects.bury()
        if buried:
            logger.critical("%s: %d rows are dead", model.task_name, buried)
        for row_id in model.objects.due().order_by("next_attempt_at").values_list("pk", flat=True)[:ROWS_PER_SWEEP]:
            publish(model.task_name, row_id, expires=SWEEP_SECONDS)
            sent += 1
    Heartbeat.objects.update_or_create(name=SWEEP, defaults={"at": Now()})
    return sent


def last_sweep_age(now: datetime | None = None) -> float | None:
    """Seconds since the last sweep; None when there was none."""
    beat = Heartbeat.objects.filter(name=SWEEP).first()
    return ((now or timezone.now()) - beat.at).total_seconds() if beat else None
