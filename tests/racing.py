"""Several people at the same moment: threads with database connections of their own, released together."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections

from tests.patience import HANGS_SECONDS


def race(*steps: Callable[[], Any]) -> list[Any]:
    """Take all steps at once, each in its own thread.

    Returns:
        What each step returned, or the exception that it raised, in the order of the steps.
    """
    outcomes: list[Any] = [None] * len(steps)
    barrier = threading.Barrier(len(steps))

    def run(index: int, step: Callable[[], Any]) -> None:
        try:
            barrier.wait(HANGS_SECONDS)
            outcomes[index] = step()
        except Exception as error:  # noqa: BLE001  # it is the outcome
            outcomes[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index, step), daemon=True) for index, step in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANGS_SECONDS)
        assert not thread.is_alive(), "a step hangs"
    return outcomes


def winners(outcomes: Sequence[Any]) -> list[Any]:
    return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]


def losers(outcomes: Sequence[Any]) -> list[Exception]:
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]
