"""Install the system packages that are missing: `python dev/install_system.py demo|full|test [--look]`.

Runs before anything of the project is installed: standard library only. On Debian and Ubuntu it calls apt-get, as root
or through sudo; elsewhere it says what to install and stops. It looks for the things themselves, not for package names.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple


class Need(NamedTuple):
    """A Debian package and how to see that what it brings is there."""

    package: str
    present: Callable[[], bool]


def _library(name: str) -> Callable[[], bool]:
    def loads() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return loads


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _font(family: str) -> Callable[[], bool]:
    def listed() -> bool:
        if not shutil.which("fc-list"):
            return False
        listing = subprocess.run(["fc-list", ":", "family"], capture_output=True, check=False)
        return family in listing.stdout.decode(errors="replace")

    return listed


def _one_of(*patterns: str) -> Callable[[], bool]:
    return lambda: any(True for pattern in patterns for _ in Path("/").glob(pattern))


DEMO = [
    Need(f"python3.{sys.version_info.minor}-venv", lambda: find_spec("ensurepip") is not None),
    Need("libpango-1.0-0", _library("libpango-1.0.so.0")),
    Need("libpangoft2-1.0-0", _library("libpangoft2-1.0.so.0")),
    # Pango does not bring this one; without it every PDF takes forty times as long.
    Need("libharfbuzz-subset0", _library("libharfbuzz-subset.so.0")),
    Need("fontconfig", _program("fc-list")),
    Need("fonts-morisawa-bizud-gothic", _font("BIZ UDGothic")),
    Need("fonts-ipamj-mincho", _font("IPAmjMincho")),
]
FULL = [
    *DEMO,
    Need("postgresql", lambda: _program("postgres")() or _one_of("usr/lib/postgresql/*/bin/postgres")()),
    Need("redis-server", _program("redis-server")),
]
TEST = [
    *FULL,
    Need("chromium", _program("chromium")),
    Need("chromium-l10n", _one_of("usr/lib/chromium/locales/ja.pak", "usr/share/chromium/locales/ja.pak")),
    Need("fonts-noto-cjk", _font("Noto Sans CJK JP")),
    Need("poppler-utils", _program("pdftotext")),
    Need("qpdf", _program("qpdf")),
    Need("nginx-light", _program("nginx", "/usr/sbin/nginx")),
]
SETS = {"demo": DEMO, "full": FULL, "test": TEST}


def main(purpose: str, *, only_look: bool) -> int:
    missing = [need.package for need in SETS[purpose] if not need.present()]
    if only_look or not missing:
        print("\n".join(missing), end="\n" if missing else "")
        return 1 if missing else 0
    print("Missing on this machine:", " ".join(missing), flush=True)
    prefix = _as_root()
    if not shutil.which("apt-get") or prefix is None:
        print(
            "Please install these Debian packages, or what your system calls them, and start again"
            + (f":\n  apt-get install {' '.join(missing)}" if shutil.which("apt-get") else "."),
            file=sys.stderr,
        )
        return 1
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    # A third party's package list that cannot be fetched is no obstacle, so only the installation decides.
    subprocess.run([*apt, "update"], stdin=subprocess.DEVNULL, check=False)
    installed = subprocess.run(
        [*apt, "install", "-y", "--no-install-recommends", *missing], stdin=subprocess.DEVNULL, check=False
    )
    # Look in a new process: this one may remember that a library was not there.
    look = subprocess.run(
        [sys.executable, __file__, purpose, "--look"], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False
    )
    still_missing = look.stdout.decode().split()
    if still_missing:
        reason = " (apt-get failed, see above)" if installed.returncode else ""
        print(f"Could not be installed{reason}: {' '.join(still_missing)}", file=sys.stderr)
    return look.returncode


def _as_root() -> list[str] | None:
    """What to put before a command that needs root; None when there is no way."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    # Without a terminal nobody can type a password: then only a sudo that asks for none will do.
    return ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in SETS:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], only_look="--look" in sys.argv[2:]))
