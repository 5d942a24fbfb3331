"""Background work inside the process that serves the site: the same task functions, called without a broker."""

import logging
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

from celery import current_app
from django.db import close_old_connections, connections

from portal import work
from portal.lib import jobs

logger = logging.getLogger(__name__)


class EmbeddedRunner:
    """One thread that takes messages from a queue in memory and sweeps every 15 seconds.

    When the process dies, its messages are lost. The next sweep finds their rows, as with a broker.
    """

    def __init__(self, sweep_seconds: float = work.SWEEP_SECONDS) -> None:
        self._messages: SimpleQueue[tuple[str, str] | None] = SimpleQueue()
        self._sweep_seconds = sweep_seconds
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="embedded-work", daemon=True)

    def start(self) -> None:
        """Take messages from `publish` and do the work."""
        # Celery finds the tasks of the apps when a worker starts; here nobody else asks it to.
        current_app.loader.import_default_modules()
        jobs.use_transport(self._submit)
        self._thread.start()

    def stop(self, timeout: float = 60) -> None:
        """Finish the current message and end. Work that is still in the queue waits in the database.

        Args:
            timeout: Seconds to wait for the current message.
        """
        jobs.use_transport(None)
        self._stopping = True
        self._messages.put(None)
        self._thread.join(timeout)

    def _submit(self, task_name: str, row_id: str) -> None:
        self._messages.put((task_name, row_id))

    def _run(self) -> None:
        next_sweep = time.monotonic()
        try:
            while not self._stopping:
                # Checked before every message, so that a queue that is never empty does not delay the sweep.
                wait = next_sweep - time.monotonic()
                if wait <= 0:
                    self._run_safely("sweep", work.sweep)
                    next_sweep = time.monotonic() + self._sweep_seconds
                    continue
                try:
                    message = self._messages.get(timeout=wait)
                except Empty:
                    continue
                if message is None or self._stopping:
                    return
                task_name, row_id = message
                self._run_safely(task_name, lambda: current_app.tasks[task_name](row_id))  # noqa: B023  # called at once
        finally:
            connections.close_all()

    def _run_safely(self, name: str, do: Callable[[], object]) -> None:
        close_old_connections()
        try:
            do()
        except Exception:
            logger.exception("%s failed", name)
