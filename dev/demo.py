"""Start the embedded demo on its own data in var/demo, or start over: `python dev/demo.py start|reset`.

The port comes from the environment variable PORT; DEMO_DIR moves the data, and with MFA_FOR_STAFF=required staff need
a second factor. A lock that is held while the demo runs, and that dies with it, keeps a second one and a reset away
from its data.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import TextIO

import django
from django.core.management import call_command
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dev import running  # noqa: E402
from dev.environment import without_installation  # noqa: E402

DATA = Path(os.environ.get("DEMO_DIR") or ROOT / "var" / "demo").resolve()


def main() -> None:
    if sys.argv[1:] not in (["start"], ["reset"]):
        sys.exit(__doc__)
    lock = running.lock(DATA, "The demo")
    if sys.argv[1] == "reset":
        if DATA.exists():
            shutil.rmtree(DATA)
        print("The demo's data is deleted; `make demo` starts with a new sample city.")
    else:
        _start(lock, running.free_port("demo"))


def _start(lock: TextIO, port: int) -> None:
    """Prepare the database and the sample city, then become the server; the lock goes with it."""
    environment = without_installation() | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
        "DATA_DIR": str(DATA),
        "PORT": str(port),
        "MFA_FOR_STAFF": os.environ.get("MFA_FOR_STAFF", "optional"),
    }
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    running.sign(lock, port)

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
