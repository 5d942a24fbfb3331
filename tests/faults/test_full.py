"""`make full`: every process of an installation on one machine, supervised, with data that stay.

It is made to stop within five seconds. On a busy machine nobody can promise that, so here only two things are failures:
to hang, and to stop more slowly than it started.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest

from dev.descendants import descendants
from dev.servers import free_port, temporary_base
from portal.sample.accounts import ACCOUNTS, PASSWORD
from tests.faults.installation import ROOT
from tests.faults.visitor import Visitor

pytestmark = [pytest.mark.faults, pytest.mark.slow]

START_HANGS_SECONDS = 1800
STOP_HANGS_SECONDS = 60


class Full:
    """A run of dev/full.py."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.visitor = Visitor(f"http://localhost:{self.port}")
        self._log = folder.with_suffix(f".{self.port}.log")
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "dev/full.py", "start"],
                cwd=ROOT,
                env=os.environ | {"PORT": str(self.port), "FULL_DIR": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )

    @property
    def text(self) -> str:
        return self._log.read_text(errors="replace")

    def everything(self) -> dict[int, str]:
        """All processes that descend from it, with the beginning of their command lines."""
        return descendants(self.process.pid)

    def processes(self) -> dict[int, str]:
        """Its direct children, with their command lines."""
        pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return {int(pid): Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in pids}

    def pid_of(self, words: str) -> int:
        (pid,) = [pid for pid, command in self.processes().items() if words in command]
        return pid

    def wait_for(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + START_HANGS_SECONDS
        while not condition():
            assert self.process.poll() is None, self.text[-4000:]
            assert time.monotonic() < deadline, self.text[-4000:]
            time.sleep(0.2)

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(STOP_HANGS_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """PostgreSQL's own account can reach it."""
    with TemporaryDirectory(prefix="madoguchi-full-", dir=temporary_base(), ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[[], Full]]:
    """Start it on one new folder, as often as asked."""
    runs: list[Full] = []
    data = folder / uuid4().hex

    def run() -> Full:
        runs.append(Full(data))
        return runs[-1]

    yield run
    for full in runs:
        full.stop()


@dataclass
class FirstStart:
    """A start that made everything; it runs until the second one.

    Attributes:
        address, document: Of an invoice of the sample, with what was served there.
        ready_after: In seconds.
    """

    full: Full
    address: str
    document: str
    ready_after: float


@pytest.fixture(scope="module")
def first(folder: Path) -> Iterator[FirstStart]:
    """The tests with this and the next fixture go through the life of one installation, in their order below."""
    started = time.monotonic()
    full = Full(folder / "first")
    try:
        ready(full)
        ready_after = time.monotonic() - started
        (page, *_others) = re.findall(r"/s/[0-9a-f-]+/invoices/[0-9a-f-]+/(?=\")", supplier_page(full))
        address = f"{page}invoice.pdf"
        yield FirstStart(full, address, full.visitor.get(address).text, ready_after)
    finally:
        full.stop()


@pytest.fixture(scope="module")
def second(first: FirstStart) -> Iterator[Full]:
    """A start on the data that the first one left."""
    first.full.stop()
    full = Full(first.full.folder)
    try:
        ready(full)
        yield full
    finally:
        full.stop()


def ready(full: Full) -> None:
    full.wait_for(lambda: "Ctrl-C stops everything" in full.text)


def assert_stops(full: Full) -> None:
    """When it is asked to it ends in order, and no process and no temporary file of it is left."""
    everything = full.everything()
    assert full.stop() == 0, full.text[-4000:]
    assert not {pid: command for pid, command in everything.items() if Path(f"/proc/{pid}").exists()}
    assert not (full.folder / "tmp").exists()


def supplier_page(full: Full) -> str:
    """The list of invoices of the sample's first supplier."""
    full.visitor.sign_in(ACCOUNTS[0][1], PASSWORD)
    home = full.visitor.get("/")
    return full.visitor.get(home.headers["Location"] + "invoices/").text


def test_a_first_start_serves_the_sample(first):
    commands = " ".join(first.full.processes().values())
    for words in (
        "postgres",
        "redis-server",
        "object_store",
        "mail_catcher",
        "gunicorn",
        "interactive",
        "bulk",
        "beat",
    ):
        assert words in commands
    for _role, email in ACCOUNTS:
        assert email in first.full.text
    assert first.document.startswith("%PDF-")
    first.full.wait_for(lambda: "card__title" in first.full.visitor.get("/demo/mail/").text)


def test_a_process_that_is_killed_is_started_again(first):
    full = first.full
    for words in ("-Q interactive", "redis-server", "object_store"):
        os.kill(full.pid_of(words), signal.SIGKILL)
    full.wait_for(lambda: full.text.count("ended by itself and is started again") == 3)
    full.wait_for(lambda: full.text.count(" ready.") == 3)
    full.wait_for(lambda: full.visitor.get("/readyz").status == 200)


def test_it_stops_in_order(first):
    assert_stops(first.full)


def test_a_second_start_finds_everything_again(first, second):
    assert "There is data already" in second.text
    supplier_page(second)
    assert second.visitor.get(first.address).text == first.document


def test_a_process_that_hangs_keeps_nobody_waiting_at_the_end(first, second):
    for words in ("gunicorn", "-Q bulk"):
        os.kill(second.pid_of(words), signal.SIGSTOP)
    asked = time.monotonic()
    assert_stops(second)
    assert time.monotonic() - asked < first.ready_after


@pytest.mark.parametrize("words", ["initdb", "load_sample"])
def test_it_can_be_stopped_while_it_starts(words, start):
    full = start()
    full.wait_for(lambda: any(words in command for command in full.everything().values()))
    assert_stops(full)
    assert "Traceback" not in full.text


def test_a_second_one_on_the_same_data_is_refused(start):
    first = start()
    first.wait_for(lambda: "PostgreSQL" in first.text)
    second = start()
    assert second.process.wait(START_HANGS_SECONDS) == 1
    assert "The full portal is running" in second.text
