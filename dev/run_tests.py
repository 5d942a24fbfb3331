"""Run the test suite against private servers: on PostgreSQL, on SQLite and in the browser.

    python dev/run_tests.py [--fast] [--only PART ...] [-- arguments for pytest]

Every server, file and process belongs to this run and is gone at its end, also after a failure or Ctrl-C.
The last line is a plain total. Exit status 1: a test failed, a part broke off or a part ran no test.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dev.descendants import adopt_orphans, descendants, end_descendants  # noqa: E402
from dev.environment import without_installation  # noqa: E402
from dev.servers import PostgresServer, RedisServer, ServerError, temporary_base  # noqa: E402

_COMPLETE = (0, 1, 5)  # pytest's status when all passed, some failed, none were found
_INTERRUPTED = "interrupted"
PATIENCE_SECONDS = 20
GRACE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One run of pytest: which tests, on which database, in how many processes."""

    title: str
    marks: str
    database: str
    options: tuple[str, ...] = ()


# The files in the order of tests/conftest.py. The servers go with the run, so nobody need empty them at its end.
PARALLEL = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "--reuse-db")
PARTS = {
    "postgresql": Part("PostgreSQL", "not browser", "postgresql", PARALLEL),
    "sqlite": Part("SQLite", "both_db and not browser", "sqlite", PARALLEL),
    "browser": Part("Browser", "browser", "postgresql", (*PARALLEL, "--screenshot", "only-on-failure")),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one part came to; `broken` says why pytest could not finish, if it could not."""

    passed: int
    failed: int
    skipped: int
    seconds: float
    broken: str = ""

    @property
    def ran(self) -> int:
        return self.passed + self.failed


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the test suite against private servers.")
    parser.add_argument("--fast", action="store_true", help="on PostgreSQL alone, without faults and what is slow")
    parser.add_argument("--only", action="append", choices=PARTS, help="only this part (may be repeated)")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    options = parser.parse_args()
    wanted = options.only or (["postgresql"] if options.fast else list(PARTS))

    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _end)
    adopt_orphans()

    outcomes: dict[str, Outcome] = {}
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-test-", dir=temporary_base()))
    folder.chmod(0o711)
    try:
        with ExitStack() as running:
            addresses = _start_servers(running, folder)
            if "postgresql" in wanted:
                _migrate(addresses["postgresql"], folder)
            for name in wanted:
                outcomes[name] = _run_part(PARTS[name], addresses, folder, fast=options.fast, extra=options.pytest)
                if outcomes[name].broken == _INTERRUPTED:
                    break
    except (ServerError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        pass  # the summary says what did not run
    finally:
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.SIG_IGN)
        left = end_descendants(GRACE_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)
    return _summary(wanted, outcomes, left=left, folder=folder)


def _end(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _start_servers(running: ExitStack, folder: Path) -> dict[str, str]:
    postgres = running.enter_context(PostgresServer(folder / "postgresql"))
    redis = running.enter_context(RedisServer(folder / "redis"))
    return {"postgresql": postgres.url, "sqlite": f"sqlite:///{folder / 'db.sqlite3'}", "redis": redis.url}


def _migrate(database: str, folder: Path) -> None:
    """Make the database from which the tests' own ones are copied: to migrate takes half a minute, to copy nothing."""
    environment = without_installation() | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "DATABASE_URL": database,
        "TMPDIR": str(folder),
    }
    command = [sys.executable, "manage.py", "migrate", "--no-input", "-v0"]
    subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=True)


def _run_part(part: Part, addresses: dict[str, str], folder: Path, *, fast: bool, extra: list[str]) -> Outcome:
    marks = f"({part.marks}) and not faults and not slow" if fast else part.marks
    report = folder / f"{part.title}.xml"
    options = (*part.options, *(("--hypothesis-profile", "fast") if fast else ()), *extra)
    command = [sys.executable, "-m", "pytest", "-m", marks, f"--junitxml={report}", *options]
    temporary = folder / f"{part.title}-files"
    temporary.mkdir()
    environment = without_installation() | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "DATABASE_URL": addresses[part.database],
        "TEST_REDIS_URL": addresses["redis"],
        "TMPDIR": str(temporary),
        "TEST_TEMPLATE": PostgresServer.database if part.database == "postgresql" else "",
        "PYTHONDONTWRITEBYTECODE": "",  # some hundred processes are started, and each would compile this project anew
    }
    print(f"\n== {part.title}: pytest -m '{marks}' {' '.join(options)}", flush=True)
    started = time.monotonic()
    # In a group of its own, so that Ctrl-C reaches it once, from here, and it can clean up and report.
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, process_group=0)
    broken = ""
    try:
        process.wait()
    except KeyboardInterrupt:
        _interrupt(process)
        broken = _INTERRUPTED
    if not broken and process.returncode not in _COMPLETE:
        broken = f"pytest ended with status {process.returncode}"
    return _outcome(report, time.monotonic() - started, broken)


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(PATIENCE_SECONDS)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _outcome(report: Path, seconds: float, broken: str) -> Outcome:
    """Count from pytest's own report. A test that fails and then fails to clean up stands there twice: it is one."""
    try:
        cases = ElementTree.parse(report).iter("testcase")
    except (OSError, ElementTree.ParseError):
        return Outcome(0, 0, 0, seconds, broken=broken or "pytest left no report")
    worst: dict[tuple[str, str], int] = {}
    for case in cases:
        key = (case.get("classname", ""), case.get("name", ""))
        bad = case.find("failure") is not None or case.find("error") is not None
        grade = 2 if bad else 0 if case.find("skipped") is not None else 1
        worst[key] = max(grade, worst.get(key, 0))
    grades = list(worst.values())
    return Outcome(grades.count(1), grades.count(2), grades.count(0), seconds, broken=broken)


def _summary(wanted: list[str], outcomes: dict[str, Outcome], *, left: list[str], folder: Path) -> int:
    print()
    good = True
    for name in wanted:
        outcome = outcomes.get(name)
        if outcome is None:
            print(f"{PARTS[name].title:<11} did not run")
            good = False
            continue
        skipped = f", {outcome.skipped} skipped" if outcome.skipped else ""
        remark = outcome.broken or ("" if outcome.ran else "no test ran, which counts as a failure")
        counts = f"{outcome.passed} passed, {outcome.failed} failed{skipped} ({outcome.seconds:.0f} s)"
        print(f"{PARTS[name].title:<11} {outcome.ran} tests ran: {counts}{'; ' + remark if remark else ''}")
        good = good and outcome.ran > 0 and not outcome.failed and not outcome.broken
    for name in set(PARTS) - set(wanted):
        print(f"{PARTS[name].title:<11} not asked for")
    if left:
        print("Tests left these processes behind; they have been ended:", *left, sep="\n  ")
    if remaining := descendants():
        print("These processes could not be ended:", *remaining.values(), sep="\n  ")
        good = False
    elif folder.exists():
        print(f"{folder} could not be removed.")
        good = False
    elif Path("/proc/self").exists():
        print("No process and no file is left behind.")
    passed = sum(outcome.passed for outcome in outcomes.values())
    failed = sum(outcome.failed for outcome in outcomes.values())
    if not good and not failed:
        print("Not a success although no test failed: see above.")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
