"""Pending work as database rows.

The row is the truth; a message only makes it fast. A worker claims a row by a conditional UPDATE that commits one more
attempt and a lease before the work starts, so that a task may arrive twice, late or never and the work is still done
once: what nobody handled is found by the sweep (portal.work).
"""

import logging
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self, TypeVar

from celery import current_app, current_task
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from portal.lib.public_model import PublicModel
from portal.lib.queues import BULK, INTERACTIVE
from portal.lib.request_id import current_request_id, request_id

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.WORK_LEASE_SECONDS)
BACK_OFF = timedelta(seconds=20)
LONGEST_BACK_OFF = timedelta(hours=1)
ALARMING_ATTEMPTS = 3
"""From so many failures on, each one is an alarm, whether or not the row is given up."""
PUBLISH_PAUSE_SECONDS = 30


class Hopeless(Exception):
    """Raised by the work itself: another attempt would end the same way, so the row is given up at once."""


class WorkQuerySet(models.QuerySet["WorkRow"]):
    """Rows of work, by what the database clock says about them."""

    def pending(self) -> Self:
        return self.filter(done_at=None, dead_at=None)

    def due(self) -> Self:
        """Rows that a worker may claim now."""
        return self.pending().filter(
            Q(leased_until=None) | Q(leased_until__lt=Now()),
            next_attempt_at__lte=Now(),
            attempts__lt=self.model.max_attempts,
        )

    def bury(self) -> int:
        """Mark dead what used up its attempts without a word: its worker died each time."""
        return (
            self.pending()
            .filter(attempts__gte=self.model.max_attempts, leased_until__lt=Now())
            .update(dead_at=Now(), last_error="the worker died while it held the lease", **self.model.erased_at_the_end)
        )


class WorkRow(PublicModel):
    """One piece of pending work.

    Attributes:
        task_name: The task that does it; it takes the row's id.
        queue: Where its messages go: `interactive` when a person waits for it, `bulk` when nobody does.
        max_attempts: After so many, or at once when the work is Hopeless, the row is dead and an operator must look.
        alarming: Whether somebody must look when it fails for long or is given up. Not so where the portal does as well
            without it, and asks for it again by itself.
        erased_at_the_end: Columns to overwrite when the work is done or given up.
        request_id: Of the request that asked for it first, in whose name the work is logged and recorded, whichever way
            it came to the worker; "" where no request did.
        attempts: How often it was claimed.
        leased_until: Until when the worker that claimed it is left in peace.
        next_attempt_at: Not before this time.
        last_error: Why the last attempt failed; shown to the operator, so it never holds secrets.
        dead_at: When it was given up.
    """

    task_name: ClassVar[str]
    queue: ClassVar[str] = INTERACTIVE
    max_attempts: ClassVar[int] = 3
    alarming: ClassVar[bool] = True
    erased_at_the_end: ClassVar[dict[str, Any]] = {}

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    request_id = models.CharField(max_length=64, blank=True, default=current_request_id, db_default="", editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(db_default=Now(), db_index=True)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=WorkRow)


class Pause:
    """Time in which this process leaves another service alone, because a call to it failed a moment ago.

    Without it every piece of work would wait for the same service until its call times out.

    Attributes:
        seconds: How long the pause lasts after `start`.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends_at = 0.0

    @property
    def active(self) -> bool:
        """Whether the service must not be called now."""
        return time.monotonic() < self._ends_at

    def start(self) -> None:
        """Begin the pause; called after a failed call."""
        self._ends_at = time.monotonic() + self.seconds


def alarm_level(model: type[WorkRow]) -> int:
    """The level of what is logged about work that fails for long or is given up: CRITICAL is an alarm."""
    return logging.CRITICAL if model.alarming else logging.WARNING


def database_now() -> datetime:
    """The time by the database's clock, which alone decides what is due."""
    now = "STATEMENT_TIMESTAMP()" if connection.vendor == "postgresql" else "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {now}")  # two fixed texts
        value = cursor.fetchone()[0]
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)


def perform(model: type[Row], row_id: uuid.UUID | str, do: Callable[[Row], None]) -> bool:
    """Claim a row, do its work, and record the outcome.

    Args:
        do: The work itself; it must have the effect of once when it runs twice, because a worker may die between the
            work and the record of it. It raises Hopeless when no later attempt can succeed.

    Returns:
        Whether the work was done by this call.
    """
    claimed = model.objects.due().filter(pk=row_id).update(attempts=F("attempts") + 1, leased_until=Now() + LEASE)
    if not claimed:
        return False
    row: Row = model.objects.get(pk=row_id)
    mine = model.objects.pending().filter(pk=row_id, attempts=row.attempts)
    token = request_id.set(row.request_id or request_id.get() or f"work-{row_id}")
    try:
        do(row)
    except Exception as error:
        level = alarm_level(model)
        logger.exception("%s failed", model.task_name, extra={"row": str(row_id), "attempt": row.attempts})
        outcome: dict[str, Any] = {"leased_until": None, "last_error": f"{type(error).__name__}: {error}"[:2000]}
        if row.attempts >= model.max_attempts or isinstance(error, Hopeless):
            logger.log(level, "%s is dead", model.task_name, extra={"row": str(row_id)})
            outcome |= {"dead_at": Now(), **model.erased_at_the_end}
        else:
            if row.attempts >= ALARMING_ATTEMPTS:
                extra = {"row": str(row_id), "attempt": row.attempts}
                logger.log(level, "%s keeps failing", model.task_name, extra=extra)
            outcome["next_attempt_at"] = Now() + min(BACK_OFF * 2 ** (row.attempts - 1), LONGEST_BACK_OFF)
        mine.update(**outcome)
        return False
    finally:
        request_id.reset(token)
    return bool(mine.update(done_at=Now(), leased_until=None, last_error="", **model.erased_at_the_end))


Transport = Callable[[str, str], None]
_transport: Transport | None = None
_broker_pause = Pause(PUBLISH_PAUSE_SECONDS)


def use_transport(transport: Transport | None) -> None:
    """Carry messages by this function, in place of the broker: embedded mode hands them to its own thread."""
    global _transport
    _transport = transport


def publish(task_name: str, row_id: uuid.UUID, *, queue: str = INTERACTIVE, expires: int | None = None) -> None:
    """Send one message that names a row; without a way to send, the sweep will find the row.

    A failed publish is not repeated, and the broker is left alone for PUBLISH_PAUSE_SECONDS, so that a stopped broker
    costs a web request at most one short time-out.

    Args:
        queue: `interactive` or `bulk`. What follows from bulk work stays bulk, so that a thousand invoices issued by
            the clock do not stand before the one that a person waits for.
        expires: Seconds after which the message means nothing any more.
    """
    if _transport is not None:
        _transport(task_name, str(row_id))
        return
    if not settings.CELERY_BROKER_URL or _broker_pause.active:
        return
    try:
        current_app.send_task(
            task_name,
            args=[str(row_id)],
            queue=BULK if _in_bulk() else queue,
            expires=expires,
            headers={"request_id": request_id.get()},
        )
    except Exception as error:  # noqa: BLE001  # whatever is wrong with the broker, the sweep finds the row
        _broker_pause.start()
        logger.warning("broker unreachable: %s", error, extra={"task": task_name})


def _in_bulk() -> bool:
    """Whether this is the course of a task that came through the bulk queue."""
    came_by = (current_task.request.delivery_info or {}) if current_task else {}
    return came_by.get("routing_key") == BULK


def run_soon(row: WorkRow) -> None:
    """Have a row's work done as soon as the transaction around this call is committed."""
    # Not functools.partial: Django names the function in its log when it fails, and a partial has no name.
    transaction.on_commit(lambda: publish(row.task_name, row.pk, queue=row.queue), robust=True)
