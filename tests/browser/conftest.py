"""Sites of their own for this run, a Chromium that speaks Japanese, and pages that are watched."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from portal.sample.accounts import PASSWORD
from tests.patience import HANGS_SECONDS

ROOT = Path(__file__).resolve().parent.parent.parent
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass(frozen=True)
class Site:
    """A running portal.

    Attributes:
        data: The folder of its data.
    """

    url: str
    data: Path


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """What `make demo` starts, on a free port and with data of its own."""
    with _running("demo.py", "DEMO_DIR", tmp_path_factory.mktemp("demo")) as site:
        yield site


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demo in which staff and operators need a second factor, as in production."""
    with _running("demo.py", "DEMO_DIR", tmp_path_factory.mktemp("strict"), MFA_FOR_STAFF="required") as site:
        yield site


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """What `make full` starts: web, workers, beat, PostgreSQL, Redis, S3 and mail as processes of their own."""
    with _running("full.py", "FULL_DIR", tmp_path_factory.mktemp("full")) as site:
        yield site


@contextmanager
def _running(script: str, folder_variable: str, folder: Path, **variables: str) -> Iterator[Site]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # A server of another user must be able to walk to its data.
    for above in (folder, *folder.parents[:2]):
        above.chmod(above.stat().st_mode | 0o011)
    log = (folder / "log").open("w+")
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "dev" / script), "start"],
        env=os.environ | {"PORT": str(port), folder_variable: str(folder / "data")} | variables,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    site = Site(f"http://localhost:{port}", folder / "data")
    try:
        _wait_until_ready(site.url, process, log)
        yield site
    finally:
        process.terminate()
        process.wait(HANGS_SECONDS)
    log.seek(0)
    complaints = [line for line in log if '"level": "ERROR"' in line or '"level": "CRITICAL"' in line]
    log.close()
    assert not complaints, complaints


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]", log: Any) -> None:
    deadline = time.monotonic() + 3 * HANGS_SECONDS  # the whole of it is a dozen processes, one after the other
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=HANGS_SECONDS) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    log.seek(0)
    pytest.fail(f"the portal did not start:\n{log.read()}")


# The library's own limits, 5 s for what is expected and 30 s for what is awaited, are for a machine with nothing to do.
BROWSER_MILLISECONDS = 120_000
expect.set_options(timeout=BROWSER_MILLISECONDS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {
        "executable_path": "/usr/bin/chromium",
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        "env": os.environ | {"LANG": "ja_JP.UTF-8", "LANGUAGE": "ja"},
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "ja-JP", "timezone_id": "Asia/Tokyo"}


@dataclass
class Visitor:
    """A person at a browser. Every complaint of the browser is kept, and every page can be checked for barriers."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> "Visitor":
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        return self

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text} {message.location.get('url', '')}")

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.page.context.clear_cookies()
        self.page.goto("/accounts/login/")
        self.page.get_by_label("メールアドレス").fill(email)
        self.page.get_by_label("パスワード", exact=False).first.fill(password)
        self.check()
        self.page.locator("main").get_by_role("button", name="ログイン").click()
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)
        self.check()

    def check(self) -> None:
        """This page has no barrier that axe finds, fits its window, and the browser had nothing to complain about."""
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate(Path(AXE_FILE_PATH).read_text())
        violations = self.page.evaluate(
            "async tags => (await axe.run(document, {runOnly: {type: 'tag', values: tags}})).violations"
            ".map(v => v.id + ': ' + v.nodes.map(n => n.html).slice(0, 3).join(' | '))",
            AXE_TAGS,
        )
        assert not violations, f"{self.page.url}: {violations}"
        overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{self.page.url} is {overflow} px wider than its window"
        assert not self.complaints, f"{self.page.url}: {self.complaints}"


@pytest.fixture
def visitor_at(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[[Site, int], Visitor]]:
    """Somebody at a browser window of a given width, on a given site."""
    visitors: list[Visitor] = []

    def visit(site: Site, width: int) -> Visitor:
        context = new_context(base_url=site.url, viewport={"width": width, "height": 900})
        context.set_default_timeout(BROWSER_MILLISECONDS)
        visitors.append(Visitor(context.new_page()).watch())
        return visitors[-1]

    yield visit
    for visitor in visitors:
        assert not visitor.complaints, visitor.complaints
