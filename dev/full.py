"""Start here, without Docker, every process that docker-compose.yml starts: `python dev/full.py start|reset`.

PostgreSQL, Redis, an S3 service and a catcher of mails belong to this run alone and listen on free loopback ports; the
site listens on PORT. The data lie in var/full (FULL_DIR moves it) and are found again at the next start.
"""

import hashlib
import os
import secrets
import shutil
import signal
import sys
import time
import urllib.request
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dev import running  # noqa: E402
from dev.descendants import adopt_orphans, end_descendants  # noqa: E402
from dev.environment import without_installation  # noqa: E402
from dev.parts import Part, PartError, Parts, say  # noqa: E402
from dev.servers import PostgresServer, RedisServer, ServerError, free_port  # noqa: E402
from portal.sample.accounts import ACCOUNTS, PASSWORD  # noqa: E402

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DATA = Path(os.environ.get("FULL_DIR") or ROOT / "var" / "full").resolve()
TEMPORARY = DATA / "tmp"
BUCKET = "documents"

MANAGE = (sys.executable, "manage.py")
GUNICORN = (sys.executable, "-m", "gunicorn", "--config", "python:portal.gunicorn")
CELERY = (sys.executable, "-m", "celery", "-q", "-A", "portal")
# Shorter than an installation's 30 s: what is cut off here is taken up again after its lease.
SOON = ("--", "worker.soft_shutdown_timeout=1")


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
    # Also SIGINT: what a shell starts in the background is told to pay no attention to it.
    for ending in ENDINGS:
        signal.signal(ending, _interrupt)
    adopt_orphans()
    parts = Parts()
    problem = ""
    try:
        _start(parts, port)
        while True:
            time.sleep(0.5)
            parts.watch()
    except KeyboardInterrupt:
        pass
    except (PartError, ServerError) as error:
        problem = str(error)
    finally:
        for ending in ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        print("\nStopping.", flush=True)
        parts.stop()
        end_descendants(grace_seconds=0.5)
        shutil.rmtree(TEMPORARY, ignore_errors=True)
    sys.exit(problem or 0)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _start(parts: Parts, port: int) -> None:
    """Start the servers, prepare the data, then start what serves and works."""
    postgres = PostgresServer(_postgres_folder(), durable=True)
    redis = RedisServer(DATA / "redis")
    for server in (postgres, redis):
        parts.start(server)
        say(server.name, f"listens on 127.0.0.1:{server.port}; its log is {server.folder / 'server.log'}")
    s3_port, mail_port = free_port(), free_port()
    environment = _environment(port) | {
        "DATABASE_URL": postgres.url,
        "REDIS_URL": redis.url,
        "S3_ENDPOINT_URL": f"http://127.0.0.1:{s3_port}",
        "MAIL_URL": f"smtp://127.0.0.1:{mail_port}",
    }

    def part(name: str, *command: str) -> Part:
        return Part(name, *command, environment=environment)

    parts.start(part("s3", sys.executable, "dev/object_store.py", str(s3_port), BUCKET, str(DATA / "documents")))
    parts.start(part("mail", sys.executable, "dev/mail_catcher.py", str(mail_port), str(DATA / "mail")))
    parts.wait_for("The S3 service", lambda: _answers(f"http://127.0.0.1:{s3_port}/{BUCKET}"))

    parts.finish(part("migrate", *MANAGE, "migrate", "--no-input", "-v0"))
    parts.finish(part("static", *MANAGE, "collectstatic", "--no-input", "-v0"))
    parts.finish(part("sample", *MANAGE, "load_sample"))

    parts.start(part("web", *GUNICORN))
    parts.start(part("worker", *CELERY, "worker", "-Q", "interactive", "-c", "1", "-n", "interactive@%h", *SOON))
    parts.start(part("worker-bulk", *CELERY, "worker", "-Q", "bulk", "-c", "1", "-n", "bulk@%h", *SOON))
    parts.start(part("beat", *CELERY, "beat", "-s", str(DATA / "beat-schedule")))
    url = f"http://localhost:{port}"
    parts.wait_for("The site", lambda: _answers(f"{url}/healthz"))
    parts.wait_for("The first sweep", lambda: _answers(f"{url}/readyz"), pause=5)

    lines = [f"Madoguchi: {url}/", f"Sample accounts (password of all: {PASSWORD})"]
    lines += [f"  {email:<36} {role}" for role, email in ACCOUNTS]
    lines += [f"Mails: {url}/demo/mail/, as files in {DATA / 'mail'}", "Ctrl-C stops everything; the data stay."]
    print("\n" + "\n".join(lines) + "\n\n", end="", flush=True)


def _environment(port: int) -> dict[str, str]:
    """What every process is told, apart from the addresses of the servers."""
    lease = {name: value for name, value in os.environ.items() if name == "WORK_LEASE_SECONDS"}
    key = DATA / "secret-key"
    TEMPORARY.mkdir(parents=True, exist_ok=True)
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
        "TMPDIR": str(TEMPORARY),
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
    except OSError:
        return False


if __name__ == "__main__":
    main()
