"""Processes that run beside each other until they are stopped, all of them within five seconds.

What ends by itself is started again; what ends as soon as it has started ends the whole.
"""

import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from dev.descendants import kill_groups
from dev.servers import PrivateServer, dying_with_parent

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 600  # this long it takes nowhere
AT_ONCE_SECONDS = 5
# What they have in hand they may finish for so long. A server that has not ended then takes at most two seconds more.
PARTS_STOP_SECONDS = 1.5
SERVER_STOP_SECONDS = 1.0


class PartError(RuntimeError):
    """The whole cannot go on; the message names the part."""


class Part:
    """A process in a group of its own, whose lines are printed behind its name."""

    def __init__(self, name: str, *command: str, environment: dict[str, str]) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [*dying_with_parent(), *self._command],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        threading.Thread(target=_copy, args=(self.name, self.process.stdout), daemon=True).start()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None


def end(parts: Iterable[Part], seconds: float = 0) -> None:
    """Ask parts to end, and kill what is left of their groups after so many seconds."""
    processes = [part.process for part in parts if part.process is not None]
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + seconds
    while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
        time.sleep(0.02)
    kill_groups({process.pid for process in processes})
    for process in processes:
        process.wait()


def say(name: str, line: str) -> None:
    """Print a line behind the name of a part; in one piece, since several threads print."""
    print(f"{name:<12}| {line}\n", end="", flush=True)


def _copy(name: str, output: IO[bytes]) -> None:
    with output:
        for line in output:
            say(name, line.decode(errors="replace").rstrip())


class Parts:
    """All that runs, in the order in which it was started."""

    def __init__(self) -> None:
        self._started: dict[Part | PrivateServer, float] = {}

    def start(self, it: Part | PrivateServer) -> None:
        """Start it, and watch over it from now on."""
        self._started[it] = time.monotonic()
        it.start()

    def finish(self, part: Part) -> None:
        """Run a part to its end, before anything else starts.

        Raises:
            PartError: it failed.
        """
        self.start(part)
        assert part.process is not None
        status = part.process.wait()
        end([part])
        del self._started[part]
        if status:
            raise PartError(f"{part.name} failed with status {status}; its lines are above.")

    def watch(self) -> None:
        """Start again what has ended.

        Raises:
            PartError: it ended as soon as it had started.
        """
        for it, at in list(self._started.items()):
            if it.running:
                continue
            if time.monotonic() - at < AT_ONCE_SECONDS:
                raise PartError(f"{it.name} ended as soon as it had started; its lines are above.")
            say(it.name, "ended by itself and is started again")
            if isinstance(it, Part):
                end([it])
            self.start(it)

    def wait_for(self, what: str, condition: Callable[[], bool], pause: float = 0.3) -> None:
        """Watch over all until something has come about, asking every `pause` seconds.

        Raises:
            PartError: it did not come about, or something ended as soon as it had started.
        """
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise PartError(f"{what} did not come about within {START_SECONDS} s.")
            self.watch()
            time.sleep(pause)

    def stop(self) -> None:
        """End all parts at once, then the servers that they use."""
        end([it for it in self._started if isinstance(it, Part)], PARTS_STOP_SECONDS)
        for it in self._started:
            if isinstance(it, PrivateServer):
                it.stop(SERVER_STOP_SECONDS)
        self._started.clear()
