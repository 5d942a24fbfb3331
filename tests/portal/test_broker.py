"""Redis and Celery for real: a message from one process does work in another; a broker that is away costs a second."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from dev.servers import RedisServer, ServerError
from invoices.enums import Status
from invoices.models import Document
from portal.models import Heartbeat
from tests.patience import HANGS_SECONDS, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parent.parent.parent

# What a web process does after a commit, how long it takes, and how often it looks for the broker; several times,
# because a failure starts a pause.
PUBLISH = """
import json, sys, time
import django
django.setup()
from portal.lib import jobs
task_name, row_id, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
connects = []
sys.addaudithook(lambda event, _about: connects.append(event) if event == "socket.connect" else None)
attempts = []
for _n in range(times):
    started, before = time.monotonic(), len(connects)
    jobs.publish(task_name, row_id)
    attempts.append((time.monotonic() - started, len(connects) - before))
print(json.dumps(attempts))
"""
# The time that a client may wait for the broker to take a connection, and once more for its answer.
BROKER_SECONDS = 1


@pytest.fixture
def redis_url() -> str:
    url = os.environ.get("TEST_REDIS_URL", "")
    if url:
        return url
    if os.environ.get("CI"):
        pytest.fail("TEST_REDIS_URL is missing: this run was meant to test with Redis")
    pytest.skip("there is no Redis: TEST_REDIS_URL is not set")


@pytest.fixture
def own_redis(tmp_path) -> Iterator[RedisServer]:
    """A Redis that may be stopped and frozen."""
    try:
        server = RedisServer(tmp_path / "redis")
        server.start()
    except ServerError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture
def process_environment(settings) -> Callable[[str], dict[str, str]]:
    """What makes another process work on this test's database and store, with this broker."""
    if connection.vendor != "postgresql":
        pytest.skip("several processes share a PostgreSQL database")
    database = connection.settings_dict
    address = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"

    def build(broker: str) -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{address}",
            "REDIS_URL": broker,
            "DATA_DIR": str(settings.DATA_DIR),
            "LOG_LEVEL": "INFO",
        }

    return build


def publish(environment: dict[str, str], task_name: str, row_id: object, times: int = 1) -> list[tuple[float, int]]:
    """The seconds of each publishing, and how many connections it asked for."""
    done = subprocess.run(
        [sys.executable, "-c", PUBLISH, task_name, str(row_id), str(times)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=HANGS_SECONDS,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def celery(environment: dict[str, str], log: Path, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A Celery process in a group of its own; whatever is left of the group is killed at the end."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "portal", *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def end_of(log: Path) -> Callable[[], str]:
    return lambda: log.read_text(errors="replace")[-4000:]


def test_a_message_through_redis_makes_a_worker_process_deliver_the_invoice(
    redis_url, process_environment, issued_invoice, tmp_path
):
    environment = process_environment(redis_url)
    document = Document.objects.get()
    log = tmp_path / "worker.log"
    with celery(environment, log, "worker", "-c", "1", "-l", "INFO"):
        publish(environment, document.task_name, document.pk, times=2)
        wait_until(lambda: Document.objects.filter(done_at__isnull=False).exists(), end_of(log))
    issued_invoice.refresh_from_db()
    assert issued_invoice.status == Status.UNOPENED
    assert Document.objects.get().attempts == 1
    assert (tmp_path / "documents" / Document.objects.get().key).is_file()
    assert issued_invoice.events.filter(action="deliver").count() == 1


def test_without_any_message_the_sweep_of_a_worker_delivers_it(
    own_redis, process_environment, issued_invoice, tmp_path
):
    environment = process_environment(own_redis.url)
    log = tmp_path / "worker.log"
    with celery(environment, log, "worker", "-c", "1", "-l", "INFO", "-B", "-s", str(tmp_path / "schedule")):
        wait_until(lambda: Document.objects.filter(done_at__isnull=False).exists(), end_of(log))
    issued_invoice.refresh_from_db()
    assert issued_invoice.status == Status.UNOPENED
    assert Heartbeat.objects.filter(name="sweep").exists()


@pytest.mark.parametrize("fault", ["stop", "freeze"])
def test_a_broker_that_is_away_costs_a_request_one_short_time_out_and_then_nothing(
    fault, own_redis, process_environment, issued_invoice
):
    environment = process_environment(own_redis.url)
    document = Document.objects.get()
    getattr(own_redis, fault)()
    try:
        first, *others = publish(environment, document.task_name, document.pk, times=4)
    finally:
        if fault == "freeze":
            own_redis.thaw()
    seconds, connects = first
    assert seconds < 10 * BROKER_SECONDS
    assert connects > 0
    assert [connects for _seconds, connects in others] == [0, 0, 0], "the pause after a failed publish was not kept"
    document.refresh_from_db()
    assert (document.attempts, document.dead_at) == (0, None)
    assert issued_invoice.status == Status.SENT


def test_a_worker_that_is_killed_in_the_middle_of_its_work_loses_nothing(
    own_redis, process_environment, issued_invoice, tmp_path
):
    """The lease of the dead worker runs out, and another takes over."""
    environment = process_environment(own_redis.url)
    document = Document.objects.get()
    log = tmp_path / "first.log"
    with celery(environment, log, "worker", "-c", "1", "-P", "solo", "-l", "INFO") as worker:
        publish(environment, document.task_name, document.pk)
        wait_until(lambda: Document.objects.filter(attempts=1).exists(), end_of(log))
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    if Document.objects.filter(done_at__isnull=False).exists():
        pytest.skip("the worker was faster than its death")
    Document.objects.update(leased_until=document.created_at)
    second = tmp_path / "second.log"
    with celery(environment, second, "worker", "-c", "1", "-P", "solo", "-l", "INFO"):
        publish(environment, document.task_name, document.pk)
        wait_until(lambda: Document.objects.filter(done_at__isnull=False).exists(), end_of(second))
    issued_invoice.refresh_from_db()
    assert issued_invoice.status == Status.UNOPENED
    assert issued_invoice.events.filter(action="deliver").count() == 1
