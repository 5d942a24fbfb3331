"""Pending work as database rows.

The row decides what is to be done. A message to a worker only makes it faster. Before the work starts, a worker claims
the row: a conditional UPDATE adds one attempt and a lease, and is committed. So a message may arrive twice, late or
never, and the work is still done once. The sweep (portal.work) finds rows that no worker has taken.
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
from django.utils.translation import gettext_lazy as _

from portal.lib.public_model import PublicModel
from portal.lib.queues import BULK, INTERACTIVE
from portal.lib.request_id import current_request_id, request_id

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.WORK_LEASE_SECONDS)
BACK_OFF = timedelta(seconds=20)
LONGEST_BACK_OFF = timedelta(hours=1)
ALARMING_ATTEMPTS = 3
"""From this number of failed attempts on, each failure raises an alarm, also when another attempt follows."""
PUBLISH_PAUSE_SECONDS = 30


class PermanentFailure(Exception):
    """Raised by the work itself when every later attempt would fail too. The row becomes dead at once."""


class WorkQuerySet(models.QuerySet["WorkRow"]):
    """Rows of work, selected by their state and by the clock of the database."""

    def pending(self) -> Self:
        """Rows that are neither done nor dead."""
        return self.filter(done_at=None, dead_at=None)

    def due(self) -> Self:
        """Rows that a worker may claim now."""
        return self.pending().filter(
            Q(leased_until=None) | Q(leased_until__lt=Now()),
            next_attempt_at__lte=Now(),
            attempts__lt=self.model.max_attempts,
        )

    def mark_dead(self) -> int:
        """Mark rows dead that have used all attempts and have no result, because the worker died each time.

        Returns:
            How many rows are dead now that were pending.
        """
        return (
            self.pending()
            .filter(attempts__gte=self.model.max_attempts, leased_until__lt=Now())
            .update(
                dead_at=Now(), last_error="the worker died while it held the lease", **self.model.cleared_when_finished
            )
        )


class WorkRow(PublicModel):
    """One piece of pending work.

    Attributes:
        task_name: The Celery task that does the work. It takes the id of the row.
        queue: Where its messages go: `interactive` when a person waits for it, `bulk` when nobody does.
        max_attempts: The row becomes dead after this number of attempts, or at once after a PermanentFailure. An
            operator must then look at it.
        alarming: Whether somebody must look when the work keeps failing or becomes dead. False when the portal can do
            without the result and asks for it again by itself.
        cleared_when_finished: Columns, with the values that overwrite them when the work is done or dead.
        request_id: The request that asked for the work first; logs and events of the work carry it. "" without one.
        attempts: How often a worker has claimed the row.
        leased_until: No other worker may claim the row before this time.
        next_attempt_at: No worker may claim the row before this time.
        last_error: Why the last attempt failed. The operator sees it, so it never contains secrets.
        dead_at: When the portal stopped trying.
    """

    task_name: ClassVar[str]
    queue: ClassVar[str] = INTERACTIVE
    max_attempts: ClassVar[int] = 3
    alarming: ClassVar[bool] = True
    cleared_when_finished: ClassVar[dict[str, Any]] = {}

    created_at = models.DateTimeField(_("作成日時"), db_default=Now(), editable=False)
    request_id = models.CharField(
        _("要求の番号"), max_length=64, blank=True, default=current_request_id, db_default="", editable=False
    )
    attempts = models.PositiveSmallIntegerField(_("試行回数"), default=0)
    leased_until = models.DateTimeField(_("処理中の期限"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(_("次の試行"), db_default=Now(), db_index=True)
    last_error = models.TextField(_("最後のエラー"), blank=True)
    done_at = models.DateTimeField(_("完了日時"), null=True, blank=True)
    dead_at = models.DateTimeField(_("断念した日時"), null=True, blank=True)

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
    """The log level for work of this kind that keeps failing or becomes dead. CRITICAL raises an alarm."""
    return logging.CRITICAL if model.alarming else logging.WARNING


def database_now() -> datetime:
    """The time by the clock of the database. Only this clock decides what is due."""
    now = "STATEMENT_TIMESTAMP()" if connection.vendor == "postgresql" else "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {now}")  # two fixed texts
        value = cursor.fetchone()[0]
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)


def perform(model: type[Row], row_id: uuid.UUID | str, do: Callable[[Row], None]) -> bool:
    """Claim a row, do its work, and record the result. An error of the work is logged and recorded, not raised.

    Args:
        do: The work itself. When it runs twice, the result must be the same as after once, because a worker may die
            after the work and before the result is recorded. It raises PermanentFailure when no later attempt can
            succeed.

    Returns:
        Whether this call did the work.
    """
    claimed = model.objects.due().filter(pk=row_id).update(attempts=F("attempts") + 1, leased_until=Now() + LEASE)
    if not claimed:
        return False
    row: Row = model.objects.get(pk=row_id)
    own_claim = model.objects.pending().filter(pk=row_id, attempts=row.attempts)
    token = request_id.set(row.request_id or request_id.get() or f"work-{row_id}")
    try:
        do(row)
    except Exception as error:
        level = alarm_level(model)
        logger.exception("%s failed", model.task_name, extra={"row": str(row_id), "attempt": row.attempts})
        outcome: dict[str, Any] = {"leased_until": None, "last_error": f"{type(error).__name__}: {error}"[:2000]}
        if row.attempts >= model.max_attempts or isinstance(error, PermanentFailure):
            logger.log(level, "%s is dead", model.task_name, extra={"row": str(row_id)})
            outcome |= {"dead_at": Now(), **model.cleared_when_finished}
        else:
            if row.attempts >= ALARMING_ATTEMPTS:
                extra = {"row": str(row_id), "attempt": row.attempts}
                logger.log(level, "%s keeps failing", model.task_name, extra=extra)
            outcome["next_attempt_at"] = Now() + min(BACK_OFF * 2 ** (row.attempts - 1), LONGEST_BACK_OFF)
        own_claim.update(**outcome)
        return False
    finally:
        request_id.reset(token)
    return bool(own_claim.update(done_at=Now(), leased_until=None, last_error="", **model.cleared_when_finished))


Transport = Callable[[str, str], None]
_transport: Transport | None = None
_broker_pause = Pause(PUBLISH_PAUSE_SECONDS)


def use_transport(transport: Transport | None) -> None:
    """Send messages by this function and not by the broker. Embedded mode uses it for its own thread; None ends it."""
    global _transport
    _transport = transport


def publish(task_name: str, row_id: uuid.UUID, *, queue: str = INTERACTIVE, expires: int | None = None) -> None:
    """Send one message that names a row. If it cannot be sent, the sweep will find the row.

    A failed message is not sent again, and nothing is sent for PUBLISH_PAUSE_SECONDS. So a stopped broker costs a web
    request at most one short time-out.

    Args:
        queue: `interactive` or `bulk`. Work that bulk work asks for is bulk too: a person who issues one invoice does
            not wait behind a thousand invoices issued by the clock.
        expires: Seconds after which a worker ignores the message.
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
    except Exception as error:  # noqa: BLE001  # also without the broker, the sweep finds the row
        _broker_pause.start()
        logger.warning("broker unreachable: %s", error, extra={"task": task_name})


def _in_bulk() -> bool:
    """Whether this runs inside a task that came through the bulk queue."""
    delivery = (current_task.request.delivery_info or {}) if current_task else {}
    return delivery.get("routing_key") == BULK


def run_soon(row: WorkRow) -> None:
    """Ask for the work of a row. The message is sent when the transaction around this call has been committed."""
    # Not functools.partial: Django names the function in its log when it fails, and a partial has no name.
    transaction.on_commit(lambda: publish(row.task_name, row.pk, queue=row.queue), robust=True)
