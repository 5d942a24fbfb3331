"""Start the embedded demo on its own data in var/demo, or start over: `python demo.py start|reset`.

The port comes from the environment variable PORT; DEMO_DIR moves the data. A lock that is held while the demo runs,
and that dies with it, keeps a second one and a reset away from its data.
"""

import fcntl
import os
import shutil
import socket
import sys
from pathlib import Path
from typing import TextIO

import django
from django.core.management import call_command
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from environment import without_installation  # noqa: E402

DATA = Path(os.environ.get("DEMO_DIR") or ROOT / "var" / "demo").resolve()
LOCK = DATA.with_name(f"{DATA.name}.lock")


def main() -> None:
    if sys.argv[1:] not in (["start"], ["reset"]):
        sys.exit(__doc__)
    lock = _lock()
    if sys.argv[1] == "reset":
        if DATA.exists():
            shutil.rmtree(DATA)
        print("The demo's data is deleted; `make demo` starts with a new sample city.")
    else:
        _start(lock, _port())


def _lock() -> TextIO:
    """Take the demo's lock, or end with a message that says where the running one is."""
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    lock = LOCK.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        sys.exit(f"The demo is running ({lock.read().strip() or 'starting'}). Stop it with Ctrl-C first.")
    return lock


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {text!r}.")
    port = int(text)
    try:
        socket.create_connection(("localhost", port), timeout=1).close()
    except OSError:
        return port
    sys.exit(f"Port {port} is taken by another program. Choose another: make demo PORT={port + 1}")


def _start(lock: TextIO, port: int) -> None:
    """Prepare the database and the sample city, then become the server; the lock goes with it."""
    environment = without_installation() | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
        "DATA_DIR": str(DATA),
        "PORT": str(port),
    }
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    lock.truncate(0)
    lock.write(f"process {os.getpid()}, http://localhost:{port}\n")
    lock.flush()

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_sample")
    connections.close_all()

    os.set_inheritable(lock.fileno(), True)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)])


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped.")
