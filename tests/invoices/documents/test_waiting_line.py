"""Who is next at the child that makes documents."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from invoices.documents.pdf import waiting_line
from invoices.documents.pdf.waiting_line import Crowded, Rank, WaitingLine
from tests.patience import HANGS_SECONDS, wait_until


class Office:
    """A line, and people who wait in it, each in a thread."""

    def __init__(self) -> None:
        self.line = WaitingLine()
        self.served: list[str] = []
        self.sent_away: list[str] = []
        self._threads: list[threading.Thread] = []
        self._busy = ExitStack()
        self._busy.enter_context(self.line.turn(Rank.LOOK, HANGS_SECONDS))

    def come(self, name: str, rank: Rank, asker: Any = None) -> None:
        """Stand in the line; returns once the person stands there."""

        def wait() -> None:
            try:
                with self.line.turn(rank, HANGS_SECONDS, asker):
                    self.served.append(name)
            except Crowded:
                self.sent_away.append(name)

        before = self._length()
        thread = threading.Thread(target=wait)
        self._threads.append(thread)
        thread.start()
        wait_until(lambda: self._length() > before or name in self.sent_away)

    def _length(self) -> int:
        return len(self.line._waiting) + len(self.sent_away)

    def open(self) -> None:
        """Let those who wait take their turns."""
        self._busy.close()
        for thread in self._threads:
            thread.join(HANGS_SECONDS)


@pytest.fixture
def office() -> Iterator[Office]:
    one = Office()
    yield one
    one.open()


def test_deliveries_come_before_looks_and_looks_before_previews(office):
    office.come("preview", Rank.PREVIEW, "A")
    office.come("look", Rank.LOOK)
    office.come("delivery", Rank.DELIVERY)
    office.come("second look", Rank.LOOK)
    office.open()
    assert office.served == ["delivery", "look", "second look", "preview"]


def test_the_newest_preview_of_a_supplier_takes_the_place_of_the_one_that_waits(office):
    for number in range(6):
        office.come(f"A{number}", Rank.PREVIEW, "A")
    office.come("B", Rank.PREVIEW, "B")
    wait_until(lambda: len(office.sent_away) == 5)
    office.open()
    assert sorted(office.sent_away) == ["A0", "A1", "A2", "A3", "A4"]
    assert office.served == ["A5", "B"]


def test_whoever_comes_when_too_many_wait_is_told_at_once(office):
    for number in range(waiting_line.WAITING_MAX):
        office.come(f"S{number}", Rank.PREVIEW, number)
    office.come("one too many", Rank.PREVIEW, "another")
    assert office.sent_away == ["one too many"]
    office.come("delivery", Rank.DELIVERY)
    office.open()
    assert office.served[0] == "delivery"
    assert len(office.served) == waiting_line.WAITING_MAX + 1


def test_nobody_waits_for_ever(office):
    with pytest.raises(Crowded), office.line.turn(Rank.PREVIEW, 0.05, "A"):
        pass
    office.come("next", Rank.PREVIEW, "A")
    office.open()
    assert office.served == ["next"]


def test_a_turn_that_fails_lets_the_next_one_in(office):
    office.open()
    with pytest.raises(ZeroDivisionError), office.line.turn(Rank.PREVIEW, 1, "A"):
        raise ZeroDivisionError
    with office.line.turn(Rank.PREVIEW, 1, "A"):
        pass
