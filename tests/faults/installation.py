"""An installation for one test: a database, a broker, a folder and mails of its own, and processes to be killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dev.servers import RedisServer, free_port
from tests.patience import HANGS_SECONDS

ROOT = Path(__file__).resolve().parent.parent.parent
LEASE_SECONDS = 15

_SCENE = """
import json, sys
import django
django.setup()
from tests.faults import scenes
print(json.dumps(getattr(scenes, sys.argv[1])(**json.loads(sys.argv[2]))))
"""


def environment(folder: Path, database_url: str) -> dict[str, str]:
    """What every process of an installation is told, whatever its servers."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.full",
        "SECRET_KEY": "of-one-test",
        "ALLOWED_HOSTS": "localhost",
        "PORTAL_URL": "http://localhost",
        "DATABASE_URL": database_url,
        "REDIS_URL": "",
        "MAIL_URL": "memorymail://",
        "MAIL_FROM": "noreply@portal.example",
        "DATA_DIR": str(folder),
        "WORK_LEASE_SECONDS": str(LEASE_SECONDS),
        "WEB_CONCURRENCY": "1",
        "REMAP_SIGTERM": "SIGQUIT",
    }


def set_scene(environment: dict[str, str], name: str, **arguments: Any) -> dict[str, Any]:
    """Set up one of tests.faults.scenes, in a process of the installation that has this environment."""
    done = subprocess.run(
        [sys.executable, "-c", _SCENE, name, json.dumps(arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=HANGS_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


class Running:
    """A process in a group of its own, with a log."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )

    @property
    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def children(self) -> list[int]:
        """Its direct children that are Python processes."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in listed]

    def kill(self) -> None:
        """End it and its children as a crash of the machine would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Whatever it is doing, it is gone afterwards."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


class Installation:
    """What `make full` starts, piece by piece, with documents on disk."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.redis = RedisServer(folder / "redis")
        self._database_url = database_url
        self._processes: list[Running] = []
        mail_port, self._web_port = free_port(), free_port()
        self.url = f"http://localhost:{self._web_port}"
        self.environment = environment(folder, database_url) | {
            "PORTAL_URL": self.url,
            "REDIS_URL": self.redis.url,
            "MAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "BIND": f"127.0.0.1:{self._web_port}",
        }
        self.redis.start()
        self.start("mail", "dev/mail_catcher.py", str(mail_port), str(folder / "mail"))

    def start(self, name: str, *command: str, **environment: str) -> Running:
        """Start a process of this installation."""
        log = self.folder / f"{name}.log"
        running = Running([sys.executable, *command], self.environment | environment, log)
        self._processes.append(running)
        return running

    def worker(self, name: str = "worker", *arguments: str, **environment: str) -> Running:
        """A worker with one process, for both queues."""
        celery = ("-m", "celery", "-q", "-A", "portal", "worker", "-c", "1", "-n", f"{name}@%h")
        return self.start(name, *celery, *arguments, **environment)

    def beat(self, name: str = "beat") -> Running:
        schedule = str(self.folder / f"{name}-schedule")
        return self.start(name, "-m", "celery", "-q", "-A", "portal", "beat", "-s", schedule)

    def web(self) -> Running:
        return self.start("web", "-m", "gunicorn", "--config", "python:portal.gunicorn")

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            check=True,
            timeout=HANGS_SECONDS,
        )

    def scene(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Set up one of tests.faults.scenes."""
        return set_scene(self.environment, name, **arguments)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database, past Django."""
        with psycopg.connect(self._database_url) as connection:
            return connection.execute(query, values).fetchall()

    def mails(self) -> list[str]:
        return [path.read_text() for path in sorted((self.folder / "mail").glob("*.log"))]

    def wait_for(
        self, what: str, condition: Callable[[], object], seconds: float = HANGS_SECONDS, pause: float = 0.1
    ) -> None:
        """Wait until something has come about; otherwise the test fails."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"{what}: not within {seconds} s")
            time.sleep(pause)

    def end(self) -> None:
        """End every process, and print the ends of their logs, which pytest shows of a test that failed."""
        for running in self._processes:
            if running.process.poll() is None:
                running.process.terminate()
        for running in self._processes:
            running.end()
            print(f"== {running.log.name}", running.text[-4000:], sep="\n")
        self.redis.stop()
