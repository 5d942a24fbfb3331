"""Production settings with something missing: every process says which, and does not start."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.installation import ROOT
from tests.patience import HANGS_SECONDS

pytestmark = [pytest.mark.faults, pytest.mark.slow]

WHOLE = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "SECRET_KEY": secrets.token_hex(40),
    "ALLOWED_HOSTS": "portal.city.example",
    "PORTAL_URL": "https://portal.city.example",
    "DATABASE_URL": "postgres://portal:word@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "MAIL_URL": "smtp://127.0.0.1:1",
    "MAIL_FROM": "portal@city.example",
    "DATA_DIR": "/nowhere/at/all",
}
PROCESSES = {
    "manage": ("-m", "django", "check"),
    "web": ("-m", "gunicorn", "--config", "python:portal.gunicorn"),
    "worker": ("-m", "celery", "-q", "-A", "portal", "worker"),
    "beat": ("-m", "celery", "-q", "-A", "portal", "beat"),
}


def start(process: str, missing: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    names = {*WHOLE, *(f"{name}_FILE" for name in WHOLE)}
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, *PROCESSES[process]],
        cwd=folder,
        env=inherited
        | {name: value for name, value in WHOLE.items() if name != missing}
        | {"BIND": "127.0.0.1:0", "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=HANGS_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "MAIL_URL"])
@pytest.mark.parametrize("process", sorted(PROCESSES))
def test_a_missing_variable_is_named_and_nothing_starts(process, missing, tmp_path):
    refused = start(process, missing, tmp_path)
    assert refused.returncode != 0
    assert f"{missing} is missing" in refused.stdout + refused.stderr


@pytest.mark.parametrize("process", ["worker", "beat"])
def test_without_a_broker_a_worker_and_a_beat_say_what_to_do(process, tmp_path):
    refused = start(process, "REDIS_URL", tmp_path)
    assert refused.returncode == 1
    assert "REDIS_URL is missing" in refused.stderr
    assert "Traceback" not in refused.stderr
