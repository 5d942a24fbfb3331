"""The processes that descend from this one, also those whose own parent has ended: to name them, and to end them.

Where the system has no /proc, none is found.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_PR_SET_CHILD_SUBREAPER = 36
_KILL_SECONDS = 5


class _Process(NamedTuple):
    pid: int
    parent: int
    group: int


def adopt_orphans() -> None:
    """Make processes whose parent ends children of this one, so that they can be found."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(ancestor: int | None = None) -> dict[int, str]:
    """Living processes below this one, or below another, with their command lines."""
    parents = {process.pid: process.parent for process in _processes()}
    above = {ancestor or os.getpid()}
    family = set(above)
    while found := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= found
    return {pid: f"{pid} {_command_line(pid)[:100]}" for pid in family - above}


def kill_groups(groups: Collection[int]) -> None:
    """Kill groups of processes but for those that remove the others' semaphores, which then end by themselves."""
    for process in _processes():
        if process.group in groups and "multiprocessing.resource_tracker" not in _command_line(process.pid):
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)


def end_descendants(grace_seconds: float = 0) -> list[str]:
    """Kill every process that descends from this one and is still there after so many seconds; name them."""
    deadline = time.monotonic() + grace_seconds
    while (alive := descendants()) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid in alive:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + _KILL_SECONDS
    while descendants() and time.monotonic() < deadline:
        time.sleep(0.05)
    _take_statuses()
    return list(alive.values())


def _processes() -> Iterator[_Process]:
    """Every living process of this machine."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, group = stat.read_text(errors="replace").rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue  # it ended while we looked
        if state != "Z":
            yield _Process(int(stat.parent.name), int(parent), int(group))


def _take_statuses() -> None:
    """Take the exit status of every adopted process that has ended; not every machine's init does."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""
