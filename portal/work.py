"""The regular work of the clock: the sweep that finds waiting rows, and the state of all work for the operator."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.apps import apps
from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce, Now

from accounts import kept
from portal.lib.jobs import WorkRow, alarm_level, database_now, publish
from portal.lib.queues import BULK
from portal.models import Heartbeat

logger = logging.getLogger(__name__)

SWEEP = "sweep"
SWEEP_SECONDS = 15
SWEEP_LATE_SECONDS = 120
ROWS_PER_SWEEP = 500
LATE = timedelta(minutes=1)


class CannotRetryError(Exception):
    """The work cannot be tried again. The message says why."""


@dataclass(frozen=True, slots=True)
class KindOfWork:
    """Numbers of rows of one kind of work.

    Attributes:
        kind: The name of its task.
        pending: Neither done nor dead. `due`, `late` and `in_work` are part of these.
        due: A worker may take them now.
        late: Due for more than a minute.
        in_work: A worker has claimed them.
        dead: The portal stopped trying. Somebody must look, except for kinds that the portal can do without
            (`to_look_at`).
        oldest_due_seconds: For how long the oldest row has been due; None when no row is due.
    """

    kind: str
    pending: int
    due: int
    late: int
    in_work: int
    dead: int
    oldest_due_seconds: float | None


def work_models() -> list[type[WorkRow]]:
    """The tables of all kinds of pending work."""
    return [model for model in apps.get_models() if issubclass(model, WorkRow)]


def sweep() -> int:
    """Send a message for every due row. Two sweeps at once do no harm, because only one worker can claim a row.

    Returns:
        How many messages were sent.
    """
    sent = 0
    for model in work_models():
        dead = model.objects.mark_dead()
        if dead:
            logger.log(alarm_level(model), "%s: %d rows are dead", model.task_name, dead)
        for row_id in model.objects.due().order_by("next_attempt_at").values_list("pk", flat=True)[:ROWS_PER_SWEEP]:
            publish(model.task_name, row_id, queue=BULK, expires=SWEEP_SECONDS)
            sent += 1
    kept.remove_old()
    Heartbeat.objects.update_or_create(name=SWEEP, defaults={"at": Now()})
    return sent


def last_sweep_age(now: datetime | None = None) -> float | None:
    """Seconds since the last sweep; None when there was no sweep yet."""
    beat = Heartbeat.objects.filter(name=SWEEP).first()
    return ((now or database_now()) - beat.at).total_seconds() if beat else None


def sweep_is_late(age: float | None) -> bool:
    """Whether the last sweep was too long ago, or there was none.

    Args:
        age: Seconds since the last sweep, or None.
    """
    return age is None or age >= SWEEP_LATE_SECONDS


def status() -> list[KindOfWork]:
    """The state of every kind of work, by the clock of the database."""
    return [_status_of(model) for model in sorted(work_models(), key=lambda model: model.task_name)]


def to_look_at(kinds: list[KindOfWork]) -> list[KindOfWork]:
    """The kinds with dead rows at which an operator must look."""
    alarming = {model.task_name for model in work_models() if model.alarming}
    return [kind for kind in kinds if kind.dead and kind.kind in alarming]


def _status_of(model: type[WorkRow]) -> KindOfWork:
    now = database_now()
    unfinished = model.objects.filter(done_at=None).aggregate(
        pending=Count("pk", filter=Q(dead_at=None)),
        in_work=Count("pk", filter=Q(dead_at=None, leased_until__gte=now)),
        dead=Count("pk", filter=Q(dead_at__isnull=False)),
    )
    # When a worker died, its row is due since the end of the lease.
    due = (
        model.objects.due()
        .annotate(due_since=Coalesce("leased_until", "next_attempt_at"))
        .aggregate(
            due=Count("pk"),
            late=Count("pk", filter=Q(due_since__lt=now - LATE)),
            oldest=Min("due_since"),
        )
    )
    oldest = due.pop("oldest")
    age = round((now - oldest).total_seconds(), 1) if oldest else None
    return KindOfWork(model.task_name, **unfinished, **due, oldest_due_seconds=age)


def retry(kind: str, row_id: UUID | None = None) -> int:
    """Make dead work pending again, with all its attempts. The next sweep finds it.

    Args:
        kind: The name of its task.
        row_id: Only this row. None means all dead rows of the kind.

    Returns:
        How many rows were dead and are pending again.

    Raises:
        CannotRetryError: there is no such kind, or its rows lose their content when they become dead.
    """
    models = {model.task_name: model for model in work_models()}
    if kind not in models:
        raise CannotRetryError(f"There is no work called {kind!r}. There are: {', '.join(sorted(models))}.")
    model = models[kind]
    if model.cleared_when_finished:
        raise CannotRetryError(
            f"{kind}: dead rows are also emptied ({', '.join(model.cleared_when_finished)}), as they may hold secrets. "
            "This work cannot be done again. Who needs it must repeat the step that caused it."
        )
    dead = model.objects.filter(done_at=None, dead_at__isnull=False)
    if row_id is not None:
        dead = dead.filter(pk=row_id)
    return dead.update(dead_at=None, attempts=0, leased_until=None, next_attempt_at=Now())
