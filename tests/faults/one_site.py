"""One process that serves the site, under gunicorn or `serve`, and how long somebody waits for a page of it."""

import socket
import statistics
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dev.servers import free_port
from tests.faults.installation import ROOT, Running, environment, set_scene
from tests.faults.visitor import Visitor
from tests.patience import HANGS_SECONDS, wait_until

MANAGE = (sys.executable, "manage.py")
SERVERS = {
    "gunicorn": (sys.executable, "-m", "gunicorn", "--config", "python:portal.gunicorn"),
    "serve": (*MANAGE, "serve"),
}
PAGE = "/accounts/login/"
ROUNDS = 15
SLOWER_AT_MOST = 10


class Site:
    """One process that serves an installation without people, until a scene brings some."""

    def __init__(self, folder: Path, server: str) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._environment = environment(folder, f"sqlite:///{folder}/portal.sqlite3") | {
            "PORTAL_URL": self.url,
            "BIND": f"127.0.0.1:{self.port}",
        }
        for what in ("migrate --no-input -v0", "createcachetable", "collectstatic --no-input -v0"):
            subprocess.run(
                [*MANAGE, *what.split()],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                check=True,
                timeout=HANGS_SECONDS,
            )
        port = ["--port", str(self.port)] if server == "serve" else []
        self.running = Running([*SERVERS[server], *port], self._environment, folder / "log")

    def wait(self) -> None:
        """Until it answers."""
        wait_until(self._is_there, lambda: self.running.text)

    def _is_there(self) -> bool:
        assert self.running.process.poll() is None, self.running.text
        try:
            return bool(urllib.request.urlopen(f"{self.url}/healthz", timeout=HANGS_SECONDS).status == 200)
        except OSError:
            return False

    def scene(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Set up one of tests.faults.scenes."""
        return set_scene(self._environment, name, **arguments)

    def seconds(self, path: str = PAGE, visitor: Visitor | None = None) -> float:
        """How long somebody else waits for a page, in the middle of several times."""
        taken = []
        for _each in range(ROUNDS):
            answer = (visitor or Visitor(self.url)).get(path)
            assert answer.status == 200
            taken.append(answer.seconds)
        return statistics.median(taken)

    def connect(self) -> socket.socket:
        return socket.create_connection(("localhost", self.port), timeout=HANGS_SECONDS)


@contextmanager
def again_and_again(action: Callable[[], None], at_once: int = 2) -> Iterator[None]:
    """Some threads do it over and over until the block ends."""
    ending = threading.Event()

    def go_on() -> None:
        while not ending.is_set():
            action()

    threads = [threading.Thread(target=go_on) for _each in range(at_once)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ending.set()
        for thread in threads:
            thread.join()
