"""Who is next at the one child that makes documents: what people wait for before what they look at in passing.

A supplier has one preview in work and one that waits: whoever changes a draft wants to see the newest, so that one
takes the place of the one that waits. So one supplier's long drafts keep another one waiting for one of them at most.
"""

import threading
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from enum import IntEnum

from invoices.documents.pdf.engine import DocumentError

WAITING_MAX = 3
"""So many previews may wait; whoever comes then is told at once."""


class Rank(IntEnum):
    """What comes first."""

    DELIVERY = 0
    LOOK = 1
    PREVIEW = 2


class Crowded(DocumentError):
    """Too many want a document at once, or a newer one was asked for in the place of this one."""


class _Turn:
    def __init__(self, rank: Rank, asker: Hashable | None) -> None:
        self.rank = rank
        self.asker = asker
        self.is_replaced = False


class WaitingLine:
    """One at a time, the lowest rank first, and within a rank whoever came first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[_Turn] = []
        self._at_work: _Turn | None = None

    @contextmanager
    def turn(self, rank: Rank, seconds: float, asker: Hashable | None = None) -> Iterator[None]:
        """Wait for one's turn, which lasts as long as the block.

        Args:
            seconds: How long to wait at most.
            asker: On whose behalf a preview is made; None counts as somebody else each time.

        Raises:
            Crowded: too many wait, the time is over, or the asker asked for another preview meanwhile.
        """
        one = _Turn(rank, asker)
        with self._changed:
            self._line_up(one)
            try:
                self._wait(one, seconds)
            finally:
                self._waiting.remove(one)
                self._changed.notify_all()
            self._at_work = one
        try:
            yield
        finally:
            with self._changed:
                self._at_work = None
                self._changed.notify_all()

    def _line_up(self, one: _Turn) -> None:
        previews = [each for each in self._waiting if each.rank == Rank.PREVIEW and not each.is_replaced]
        earlier = next((each for each in previews if each.asker == one.asker is not None), None)
        if one.rank == Rank.PREVIEW:
            if earlier is not None:
                earlier.is_replaced = True
            elif len(previews) >= WAITING_MAX:
                raise Crowded("too many previews are waiting")
        self._waiting.append(one)
        self._changed.notify_all()

    def _wait(self, one: _Turn, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self._at_work is not None or self._next() is not one:
            left = deadline - time.monotonic()
            if one.is_replaced:
                raise Crowded("a newer preview was asked for")
            if left <= 0:
                raise Crowded(f"it waited for {seconds:g} s")
            self._changed.wait(left)

    def _next(self) -> _Turn | None:
        return min((each for each in self._waiting if not each.is_replaced), key=lambda each: each.rank, default=None)
