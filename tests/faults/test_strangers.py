"""What people who are not signed in can do to those who are: next to nothing, under gunicorn and under `serve`."""

import socket
import statistics
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from dev.servers import free_port
from tests.faults.installation import ROOT, Running, environment
from tests.faults.visitor import Visitor
from tests.patience import HANGS_SECONDS, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.slow]

MANAGE = (sys.executable, "manage.py")
SERVERS = {
    "gunicorn": (sys.executable, "-m", "gunicorn", "--config", "python:portal.gunicorn"),
    "serve": (*MANAGE, "serve"),
}
PAGE = "/accounts/login/"
CONNECTIONS = 60
ROUNDS = 15
SLOWER_AT_MOST = 10


class Site:
    """One process that serves an installation without people."""

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

    def seconds(self, path: str = PAGE) -> float:
        """How long somebody else waits for a page, in the middle of several times."""
        taken = []
        for _each in range(ROUNDS):
            answer = Visitor(self.url).get(path)
            assert answer.status == 200
            taken.append(answer.seconds)
        return statistics.median(taken)

    def connect(self) -> socket.socket:
        return socket.create_connection(("localhost", self.port), timeout=HANGS_SECONDS)


@pytest.fixture(scope="module", params=sorted(SERVERS))
def site(request, tmp_path_factory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp(request.param), request.param)
    try:
        made.wait()
        yield made
    finally:
        made.running.end()


def head(*lines: str) -> bytes:
    return "\r\n".join(
        (f"POST {PAGE} HTTP/1.1", "Host: localhost", "Cookie: sessionid=made-up", *lines, "", "")
    ).encode()


@contextmanager
def held_open(site: Site, begun: bytes) -> Iterator[None]:
    with ExitStack() as connections:
        for _each in range(CONNECTIONS):
            connections.enter_context(site.connect()).sendall(begun)
        yield


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


def send(site: Site, size: int) -> int:
    """Send a form of this size with a session that was made up; the status, 0 when the connection was closed."""
    connection = HTTPConnection("localhost", site.port, timeout=HANGS_SECONDS)
    try:
        form = {"Cookie": "sessionid=made-up", "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", PAGE, b"x=" + b"y" * size, form)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@pytest.mark.parametrize(
    "begun",
    [b"POST / HT", head("Content-Length: 1000"), head("Transfer-Encoding: chunked") + b"3e8\r\nabc"],
    ids=["half a head", "a body that never comes", "a piece that never ends"],
)
def test_requests_that_never_end_keep_nobody_waiting(site, begun):
    at_rest = site.seconds()
    with held_open(site, begun):
        assert site.seconds() < SLOWER_AT_MOST * at_rest


def test_large_requests_are_refused_and_keep_nobody_waiting(site, settings):
    at_rest = site.seconds()
    with again_and_again(lambda: send(site, 2 * settings.LARGE_REQUEST_BYTES)):
        wait_until(lambda: send(site, 2 * settings.LARGE_REQUEST_BYTES) == 429)
        assert site.seconds() < SLOWER_AT_MOST * at_rest
    assert send(site, 100) == 302, "a small one is read, and leads to the form of today"
    assert send(site, settings.REQUEST_BODY_MAX_BYTES) in (0, 413)
