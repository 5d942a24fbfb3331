"""`manage.py serve`: the whole portal as one process, from its start to its end."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dev.servers import free_port
from tests.patience import HANGS_SECONDS, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.slow]  # processes of its own

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE = "madoguchi.sqlite3"  # what the demo calls its file
KNOWN = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH"}
MANAGE = """
import sys
import django
from django.core.management import call_command
django.setup()
for command in sys.argv[1:]:
    call_command(*command.split(), verbosity=0)
"""
PRODUCTION = """
from portal.settings.production import *
STATIC_ROOT = DATA_DIR / "static"
"""


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


class Site:
    """A served installation in a folder of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = {name: value for name, value in os.environ.items() if name in KNOWN} | {
            "DATA_DIR": str(folder),
            "PORT": str(self.port),
            "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
            **environment,
        }
        self.log = folder / "serve.log"
        self.process: subprocess.Popen[bytes] | None = None

    def manage(self, *commands: str) -> None:
        """Run management commands one after the other, in one process."""
        done = subprocess.run(
            [sys.executable, "-c", MANAGE, *commands],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=HANGS_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def serve(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(self.port)],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + HANGS_SECONDS
        while self.get("/readyz")[0] != 200:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        """Status, headers and text; 0 while nobody answers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=named)
        try:
            with urllib.request.build_opener(NoRedirects).open(request, timeout=10) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read().decode()
        except OSError:
            return 0, {}, ""

    def children(self) -> list[int]:
        assert self.process is not None
        listed = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(pid) for path in listed for pid in path.read_text().split()]

    def terminate(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(HANGS_SECONDS)


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Path:
    """A database with its tables and nothing in them."""
    folder = tmp_path_factory.mktemp("database")
    Site(folder, DJANGO_SETTINGS_MODULE="portal.settings.demo").manage("migrate", "createcachetable")
    return folder / DATABASE


@pytest.fixture
def site(tmp_path, database) -> Iterator[Callable[..., Site]]:
    made: list[Site] = []

    def make(**environment: str) -> Site:
        shutil.copy(database, tmp_path / DATABASE)
        made.append(Site(tmp_path, **environment))
        return made[-1]

    yield make
    for each in made:
        if each.process is not None and each.process.poll() is None:
            each.process.kill()
            each.process.wait()


def alive(pid: int) -> bool:
    """Whether a process is there and no mere remembrance of one."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_demo_answers_sweeps_and_ends_when_it_is_told(site):
    demo = site(DJANGO_SETTINGS_MODULE="portal.settings.demo")
    demo.serve()
    status, _headers, text = demo.get("/readyz")
    assert (status, '"status": "ok"' in text) == (200, True)
    status, headers, text = demo.get("/")
    assert status == 200
    assert "ログイン" in text
    assert "Server" not in headers
    assert demo.get("/static/css/portal.css")[0] == 200
    assert demo.get("/demo/mail/")[0] == 200
    printed = demo.log.read_text()
    assert f"Madoguchi: http://localhost:{demo.port}/" in printed
    assert "Sample accounts" not in printed, "there are none in this demo"
    children = demo.children()
    assert children, "documents are made in a process of their own"
    assert demo.terminate() == 0
    assert "Traceback" not in demo.log.read_text()
    wait_until(lambda: not any(alive(pid) for pid in children))
    assert demo.get("/healthz")[0] == 0


def test_an_installation_behind_a_proxy_answers_https_without_a_loop(site, tmp_path):
    (tmp_path / "as_in_production.py").write_text(PRODUCTION)
    city = site(
        DJANGO_SETTINGS_MODULE="as_in_production",
        SECRET_KEY=secrets.token_hex(40),
        ALLOWED_HOSTS="portal.city.example",
        PORTAL_URL="https://portal.city.example",
        DATABASE_URL=f"sqlite:///{tmp_path / DATABASE}",
        MAIL_URL="memorymail://",
        MAIL_FROM="portal@city.example",
    )
    city.manage("collectstatic --no-input")
    # Health checks come from inside, without the proxy's name for the site.
    city.environment["ALLOWED_HOSTS"] = "portal.city.example,127.0.0.1"
    city.serve()
    status, headers, _text = city.get("/", Host="portal.city.example")
    assert (status, headers["Location"]) == (301, "https://portal.city.example/")
    status, headers, text = city.get("/", Host="portal.city.example", X_Forwarded_Proto="https")
    assert (status, "ログイン" in text) == (200, True)
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    status, headers, _text = city.get("/accounts/login/", Host="portal.city.example", X_Forwarded_Proto="https")
    assert status == 200
    assert headers["Set-Cookie"].startswith("__Host-csrftoken=")
    assert "Secure" in headers["Set-Cookie"]
    assert city.get("/demo/mail/", Host="portal.city.example", X_Forwarded_Proto="https")[0] == 404
    assert city.get("/", Host="evil.example", X_Forwarded_Proto="https")[0] == 400
    assert city.terminate() == 0
