"""Redis and Celery for real: a message from one process does work in another; a broker that is away costs a second."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from dev.servers import RedisServer, ServerError
from invoices.enums import Status
from invoices.models import Document
from portal.models import Heartbeat

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parent.parent.parent

# What a web process does after a commit, and how long it takes; several times, because a failure starts a pause.
PUBLISH = """
import json, sys, time
import django
django.setup()
from portal.lib import jobs
task_name, row_id, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
seconds = []
for _n in range(times):
    started = time.monotonic()
    jobs.publish(task_name, row_id)
    seconds.append(time.monotonic() - started)
print(json.dumps(seconds))
"""


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


def publish(environment: dict[str, str], task_name: str, row_id: object, times: int = 1) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", PUBLISH, task_name, str(row_id), str(times)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
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


def wait_for(condition: Callable[[], bool], log: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, log.read_text(errors="replace")[-4000:]
        time.sleep(0.01)


def test_a_message_through_redis_makes_a_worker_process_deliver_the_invoice(
    redis_url, process_environment, issued_invoice, tmp_path
):
    environment = process_environment(redis_url)
    document = Document.objects.get()
    log = tmp_path / "worker.log"
    with celery(environment, log, "worker", "-c", "1", "-l", "INFO"):
        publish(environment, document.task_name, document.pk, times=2)
        wait_for(lambda: Document.objects.filter(done_at__isnull=False).exists(), log)
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
        wait_for(lambda: Document.objects.filter(done_at__isnull=False).exists(), log)
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
    assert first < 2
    assert max(others) < 0.01, "the pause after a failed publish was not kept"
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
        wait_for(lambda: Document.objects.filter(attempts=1).exists(), log)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    if Document.objects.filter(done_at__isnull=False).exists():
        pytest.skip("the worker was faster than its death")
    Document.objects.update(leased_until=document.created_at)
    second = tmp_path / "second.log"
    with celery(environment, second, "worker", "-c", "1", "-P", "solo", "-l", "INFO"):
        publish(environment, document.task_name, document.pk)
        wait_for(lambda: Document.objects.filter(done_at__isnull=False).exists(), second)
    issued_invoice.refresh_from_db()
    assert issued_invoice.status == Status.UNOPENED
    assert issued_invoice.events.filter(action="deliver").count() == 1
