"""How long a test waits before it says that something hangs.

No test asserts how fast something is: that depends on the machine and on what else it does. What must end is given a
time many times longer than it ever needs; what has a time limit of its own is given that limit ten times over.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HANGS_SECONDS = 300
"""Nothing that a test waits for takes so long, also where six other programs want the same processor."""


def wait_until(condition: Callable[[], object], what: Callable[[], str] = lambda: "it did not happen") -> None:
    """Ask again and again until the condition holds.

    Args:
        what: Called for the message when it never does; the end of a log, for instance.

    Raises:
        AssertionError: it did not hold within HANGS_SECONDS.
    """
    deadline = time.monotonic() + HANGS_SECONDS
    while not condition():
        assert time.monotonic() < deadline, what()
        time.sleep(0.02)


@contextmanager
def within(limit_seconds: float, times: int = 10) -> Iterator[None]:
    """What stands inside ends within ten times the limit that the product sets itself."""
    started = time.monotonic()
    yield
    took = time.monotonic() - started
    assert took < limit_seconds * times, f"{took:.1f} s, and the limit is {limit_seconds} s"
