"""A race that cannot be won by luck: everybody waits for the same row before anybody goes on. PostgreSQL only."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, models, transaction

from tests.patience import HANGS_SECONDS
from tests.racing import race


def race_behind(row: models.Model, *steps: Callable[[], Any]) -> list[Any]:
    """Hold a row until all steps wait for it or for each other, then let them go; see `race`."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            type(row)._default_manager.select_for_update().get(pk=row.pk)
            racing = pool.submit(race, *steps)
            _wait_for_waiting(len(steps))
        return racing.result()


def _wait_for_waiting(count: int) -> None:
    deadline = time.monotonic() + HANGS_SECONDS
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            # Within a transaction PostgreSQL goes on showing what it showed first.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= count:
                return
        time.sleep(0.02)
    raise AssertionError("not everybody came to the row")
