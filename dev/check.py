"""Every check that needs no server: style, types, migrations, deployment, architecture, requirements.

    python dev/check.py [name ...]

All are run, also after one failed; the last lines name those that did. Needs no network.
"""

import os
import re
import secrets
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dev.environment import without_installation  # noqa: E402

REQUIREMENTS = ROOT / "requirements"
# How installers are told where packages come from: an option, a variable, an entry of a configuration file.
PACKAGE_SOURCE = re.compile(
    r"(?<![\w-])--(?:extra-|default-)?index\b|--find[-]links\b|\b(?:PIP|UV)_\w*(?:INDEX|FIND_LINKS)"
    r"|\[\[?tool\.uv\.index|^\s*(?:index-url|find-links|registry)\s*="
)
NOT_OURS = {".git", ".venv", "var", "staticfiles", "test-results", "__pycache__", "node_modules"}
NOT_OURS |= {".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}


class Pin(NamedTuple):
    """One line of a compiled requirements file, and whether the project asks for it itself."""

    version: str
    hashed: bool
    declared: bool


def _run(*arguments: str, **environment: str) -> bool:
    """Run a module of this environment's Python in the project's folder."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=without_installation() | environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0


def _with_test_settings(*arguments: str) -> bool:
    with tempfile.TemporaryDirectory(prefix="madoguchi-check-") as folder:
        return _run(
            *arguments,
            DJANGO_SETTINGS_MODULE="portal.settings.test",
            DATABASE_URL=f"sqlite:///{folder}/db.sqlite3",
            TMPDIR=folder,
        )


def _deployment() -> bool:
    """Django's deployment checks on the production settings, with an environment made up for this moment."""
    with tempfile.TemporaryDirectory(prefix="madoguchi-check-") as folder:
        return _run(
            "manage.py", "check", "--deploy", "--fail-level", "WARNING",
            DJANGO_SETTINGS_MODULE="portal.settings.production",
            SECRET_KEY=secrets.token_hex(40),
            ALLOWED_HOSTS="portal.example.jp",
            PORTAL_URL="https://portal.example.jp",
            DATABASE_URL=f"postgres://portal:{secrets.token_hex(8)}@db.example.jp:5432/portal",
            CLAMD_ADDRESS="tcp://clamav.example.jp:3310",
            REDIS_URL="redis://redis.example.jp:6379/0",
            MAIL_URL=f"smtp+tls://portal:{secrets.token_hex(8)}@mail.example.jp:587",
            MAIL_FROM="portal@example.jp",
            DATA_DIR=folder,
        )  # fmt: skip


def _requirements() -> bool:
    """Whether requirements/*.txt could have been compiled from pyproject.toml as it is now.

    A real compilation needs the network; this sees a dependency that was added, removed or re-bounded since, a set
    that contradicts the one it contains, and a pin without a hash.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = {"base": project["project"]["dependencies"]}
    wanted["test"] = wanted["base"] + [line for line in groups["test"] if isinstance(line, str)]
    wanted["dev"] = wanted["test"] + [line for line in groups["dev"] if isinstance(line, str)]
    wanted["bench"] = wanted["dev"] + [line for line in groups["bench"] if isinstance(line, str)]
    problems: list[str] = []
    smaller: dict[str, Pin] = {}
    for name, lines in wanted.items():
        pins = dict(_pins(REQUIREMENTS / f"{name}.txt"))
        asked = [Requirement(line) for line in lines]
        names = {canonicalize_name(requirement.name) for requirement in asked}
        for requirement in asked:
            pin = pins.get(canonicalize_name(requirement.name))
            if pin is None or not requirement.specifier.contains(pin.version, prereleases=True):
                problems.append(f"{name}.txt: {requirement} is not met ({pin.version if pin else 'absent'})")
        problems += [
            f"{name}.txt: {pin} is no longer asked for" for pin in pins if pins[pin].declared and pin not in names
        ]
        problems += [f"{name}.txt: {pin} has no hash" for pin in pins if not pins[pin].hashed]
        problems += [
            f"{name}.txt: {pin} differs from the smaller set"
            for pin in smaller
            if pin not in pins or pins[pin].version != smaller[pin].version
        ]
        smaller = pins
    for problem in problems:
        print(problem)
    if problems:
        print("Run `make requirements`.")
    return not problems


def _pins(path: Path) -> Iterator[tuple[str, Pin]]:
    for block in re.split(r"\n(?=\w)", path.read_text()):
        name, separator, rest = block.partition("==")
        if separator:
            version = rest.split(maxsplit=1)[0]
            yield canonicalize_name(name), Pin(version, "--hash=" in rest, "(pyproject.toml" in rest)


def _package_sources() -> bool:
    """Where packages come from is each machine's own affair: no file says it, and no requirement is an address."""
    found = False
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        for name in names:
            path = Path(folder, name)
            if path.is_symlink() or path.stat().st_size > 5_000_000:
                continue
            for number, line in enumerate(path.read_bytes().decode(errors="replace").splitlines(), start=1):
                if PACKAGE_SOURCE.search(line) or (path.parent == REQUIREMENTS and "://" in line):
                    print(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
                    found = True
    return not found


CHECKS: dict[str, Callable[[], bool]] = {
    "format": lambda: _run("-m", "ruff", "format", "--check", "."),
    "lint": lambda: _run("-m", "ruff", "check", "."),
    "templates": lambda: _run("dev/check_templates.py"),
    "requirements": _requirements,
    "package-sources": _package_sources,
    "types": lambda: _with_test_settings("-m", "mypy", "portal", "accounts", "suppliers", "invoices", "bench", "dev"),
    "migrations": lambda: _with_test_settings("manage.py", "makemigrations", "--check", "--dry-run"),
    "deployment": _deployment,
    "architecture": lambda: _with_test_settings("-m", "pytest", "-q", "tests/test_architecture.py"),
}


def main(names: list[str]) -> int:
    if unknown := set(names) - set(CHECKS):
        sys.exit(f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(CHECKS)}.")
    failed = []
    for name in names or CHECKS:
        print(f"== {name}", flush=True)
        if not CHECKS[name]():
            failed.append(name)
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
