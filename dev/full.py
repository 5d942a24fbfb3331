"""Start on this machine, without Docker, every process that docker-compose.yml starts: `python full.py start|reset`.

PostgreSQL, Redis, an S3 service and a catcher of mails belong to this run alone and listen on free loopback ports; the
site listens on PORT. The data lie in var/full (FULL_DIR moves it) and are found again at the next start. What ends by
itself is started again; what ends again and again as soon as it has started ends the whole.
"""

import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import IO, Protocol

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dev import running  # noqa: E402
from dev.environment import without_installation  # noqa: E402
from dev.servers import PostgresServer, RedisServer, ServerError, dying_with_parent, free_port  # noqa: E402
from portal.sample.accounts import ACCOUNTS, PASSWORD  # noqa: E402

DATA = Path(os.environ.get("FULL_DIR") or ROOT / "var" / "full").resolve()
BUCKET = "documents"
START_SECONDS = 120
STOP_SECONDS = 40  # a worker may finish what it has in hand for 30 s
AT_ONCE_SECONDS = 10
AT_ONCE_TIMES = 3
RESTART_PAUSE_SECONDS = 1

_print = threading.Lock()


class Ended(Exception):
    """The whole cannot go on; the message says why."""


class Runnable(Protocol):
    """A server of dev.servers, or a process below."""

    name: str

    @property
    def running(self) -> bool: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Process:
    """A process in a group of its own, whose lines are printed behind its name."""

    def __init__(self, name: str, *command: str, environment: dict[str, str]) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [*dying_with_parent(), *self._command],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        assert self._process.stdout is not None
        threading.Thread(target=_copy, args=(self.name, self._process.stdout), daemon=True).start()

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            say(self.name, f"did not end within {STOP_SECONDS} s and is killed")
        # Whatever its end left of the group.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def finish(self) -> None:
        """Wait until it has done what it was started for."""
        self.start()
        assert self._process is not None
        if status := self._process.wait():
            raise Ended(f"{self.name} failed with status {status}.")


def say(name: str, line: str) -> None:
    with _print:
        print(f"{name:<12}| {line}", flush=True)


def _copy(name: str, output: IO[bytes]) -> None:
    for line in output:
        say(name, line.decode(errors="replace").rstrip())


class Supervisor:
    """Starts things in order, starts again what ended, and stops all in reverse."""

    def __init__(self) -> None:
        self._things: list[Runnable] = []
        self._started: dict[str, float] = {}
        self._ended_at_once: dict[str, int] = {}

    def add(self, thing: Runnable) -> None:
        self._things.append(thing)
        self._started[thing.name] = time.monotonic()
        thing.start()

    def look(self) -> None:
        """Start again what is not running.

        Raises:
            Ended: something ended at once several times in a row.
        """
        for thing in self._things:
            if thing.running:
                continue
            at_once = time.monotonic() - self._started[thing.name] < AT_ONCE_SECONDS
            times = self._ended_at_once.get(thing.name, 0) + 1 if at_once else 1
            self._ended_at_once[thing.name] = times
            if times >= AT_ONCE_TIMES:
                raise Ended(f"{thing.name} ended {times} times as soon as it had started; its lines are above.")
            say(thing.name, "ended by itself and is started again")
            thing.stop()
            time.sleep(RESTART_PAUSE_SECONDS)
            self._started[thing.name] = time.monotonic()
            thing.start()

    def wait_for(self, what: str, condition: Callable[[], bool], pause: float = 0.3) -> None:
        """Watch over everything until something has come about, asking every `pause` seconds."""
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise Ended(f"{what} did not come about within {START_SECONDS} s.")
            self.look()
            time.sleep(pause)

    def stop(self) -> None:
        for thing in reversed(self._things):
            thing.stop()


def main() -> None:
    if sys.argv[1:] not in (["start"], ["reset"]):
        sys.exit(__doc__)
    held = running.lock(DATA, "The full portal")
    if sys.argv[1] == "reset":
        for folder in (DATA, _postgres_folder().parent):
            shutil.rmtree(folder, ignore_errors=True)
        print("The data are deleted; `make full` starts with a new sample city.")
        return
    port = running.free_port("full")
    running.sign(held, port)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _interrupt)
    supervisor = Supervisor()
    problem = ""
    try:
        _start(supervisor, port)
        while True:
            time.sleep(0.5)
            supervisor.look()
    except KeyboardInterrupt:
        pass
    except (Ended, ServerError) as error:
        problem = str(error)
    finally:
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.SIG_IGN)
        print("\nStopping.", flush=True)
        supervisor.stop()
    sys.exit(problem or 0)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _start(supervisor: Supervisor, port: int) -> None:
    """Start the servers, prepare the data, then start what serves and works."""
    postgres = PostgresServer(_postgres_folder(), durable=True)
    redis = RedisServer(DATA / "redis")
    s3_port, mail_port = free_port(), free_port()
    environment = _environment(port) | {
        "DATABASE_URL": postgres.url,
        "REDIS_URL": redis.url,
        "S3_ENDPOINT_URL": f"http://127.0.0.1:{s3_port}",
        "MAIL_URL": f"smtp://127.0.0.1:{mail_port}",
    }

    def process(name: str, *command: str) -> Process:
        return Process(name, sys.executable, *command, environment=environment)

    for server in (postgres, redis):
        supervisor.add(server)
        say(server.name, f"listens on 127.0.0.1:{server.port}; its log is {server.folder / 'server.log'}")
    supervisor.add(process("s3", "dev/object_store.py", str(s3_port), BUCKET, str(DATA / "documents")))
    supervisor.add(process("mail", "dev/mail_catcher.py", str(mail_port), str(DATA / "mail")))
    supervisor.wait_for("The S3 service", lambda: _answers(f"http://127.0.0.1:{s3_port}/{BUCKET}"))

    process("migrate", "manage.py", "migrate", "--no-input", "-v0").finish()
    process("static", "manage.py", "collectstatic", "--no-input", "-v0").finish()
    process("sample", "manage.py", "load_sample").finish()

    celery = ("-m", "celery", "-q", "-A", "portal")
    supervisor.add(process("web", "-m", "gunicorn", "--config", "python:portal.gunicorn"))
    supervisor.add(process("worker", *celery, "worker", "-Q", "interactive", "-c", "1", "-n", "interactive@%h"))
    supervisor.add(process("worker-bulk", *celery, "worker", "-Q", "bulk", "-c", "1", "-n", "bulk@%h"))
    supervisor.add(process("beat", *celery, "beat", "-s", str(DATA / "beat-schedule")))
    url = f"http://localhost:{port}"
    supervisor.wait_for("The site", lambda: _answers(f"{url}/healthz"))
    supervisor.wait_for("The first sweep", lambda: _answers(f"{url}/readyz"), pause=5)

    lines = [f"Madoguchi: {url}/", f"Sample accounts (password of all: {PASSWORD})"]
    lines += [f"  {email:<36} {role}" for role, email in ACCOUNTS]
    lines += [f"Mails: {url}/demo/mail/, as files in {DATA / 'mail'}", "Ctrl-C stops everything; the data stay."]
    with _print:
        print("", *lines, "", sep="\n", flush=True)


def _environment(port: int) -> dict[str, str]:
    """What every process is told, apart from the addresses of the servers."""
    lease = {name: value for name, value in os.environ.items() if name == "WORK_LEASE_SECONDS"}
    key = DATA / "secret-key"
    DATA.mkdir(parents=True, exist_ok=True)
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(64))
    return without_installation() | lease | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.full",
        "SECRET_KEY_FILE": str(key),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "PORTAL_URL": f"http://localhost:{port}",
        "MAIL_FROM": "請求書窓口 <noreply@madoguchi.example>",
        "DATA_DIR": str(DATA),
        "S3_BUCKET": BUCKET,
        "S3_REGION": "us-east-1",
        "S3_ACCESS_KEY_ID": "portal",
        "S3_SECRET_ACCESS_KEY": "of-the-s3-service-on-loopback",
        "BIND": f"127.0.0.1:{port}",
        "REMAP_SIGTERM": "SIGQUIT",
        "PYTHONUNBUFFERED": "1",
    }  # fmt: skip


def _postgres_folder() -> Path:
    """Where PostgreSQL's data lie.

    As root PostgreSQL runs under an account of its own, which cannot reach a project in root's home.
    """
    DATA.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in (DATA, *DATA.parents)):
        return DATA / "postgresql" / "server"
    digest = hashlib.sha256(str(DATA).encode()).hexdigest()[:12]
    return Path("/var/lib") / f"madoguchi-full-{digest}" / "server"


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False


if __name__ == "__main__":
    main()
