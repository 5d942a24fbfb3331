"""The parts of `make full`: started again when they end, told of when they cannot start, and none left at the end."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import parts as parts_module
from dev.parts import Part, PartError, Parts, end
from tests.patience import HANGS_SECONDS, wait_until

STAYS = "import time; print('stays', flush=True); time.sleep(600)"
# Neither it nor its child, which holds a semaphore with a name in /dev/shm, ends when it is asked to.
DEAF = """
import multiprocessing, os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if __name__ == "__main__":
    semaphore = multiprocessing.get_context("spawn").Semaphore()
    if os.fork():
        print("name", semaphore._semlock.name, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def parts() -> Iterator[Parts]:
    running = Parts()
    yield running
    running.stop()


def part(name: str, code: str) -> Part:
    return Part(name, sys.executable, "-c", code, environment=dict(os.environ))


def wait_for_words(capsys: pytest.CaptureFixture[str], words: str) -> str:
    """What has been printed once these words have been."""
    printed = [""]
    wait_until(lambda: words in printed[0] or printed.append(printed.pop() + capsys.readouterr().out))
    return printed[0]


def test_every_line_of_a_part_bears_its_name(parts, capsys):
    parts.finish(part("talker", "print('one'); print('二つ')"))
    assert wait_for_words(capsys, "二つ\n") == "talker      | one\ntalker      | 二つ\n"


def test_what_ends_by_itself_is_started_again(parts, capsys, monkeypatch):
    monkeypatch.setattr(parts_module, "AT_ONCE_SECONDS", 0)
    stays = part("stays", STAYS)
    parts.start(stays)
    end([stays])
    assert not stays.running
    parts.watch()
    assert stays.running
    assert "stays       | ended by itself and is started again" in capsys.readouterr().out


def test_what_ends_as_soon_as_it_has_started_ends_the_whole(parts, monkeypatch):
    monkeypatch.setattr(parts_module, "AT_ONCE_SECONDS", HANGS_SECONDS)
    broken = part("broken", "import sys; sys.exit(3)")
    parts.start(broken)
    wait_until(lambda: not broken.running)
    with pytest.raises(PartError, match="broken ended as soon as it had started"):
        parts.watch()


def test_what_had_to_be_done_first_and_failed_ends_the_whole(parts):
    with pytest.raises(PartError, match="migrate failed with status 3"):
        parts.finish(part("migrate", "import sys; sys.exit(3)"))


def test_what_does_not_end_when_it_is_asked_is_killed_with_its_children_and_leaves_no_semaphore(parts, capsys):
    deaf = part("deaf", DEAF)
    parts.start(deaf)
    said = wait_for_words(capsys, "name")
    semaphore = Path(f"/dev/shm/sem.{said.split()[-1].removeprefix('/')}")
    assert semaphore.exists()
    parts.stop()
    assert not deaf.running
    wait_until(lambda: not semaphore.exists())
