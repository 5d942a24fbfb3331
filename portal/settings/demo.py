"""The embedded demo: SQLite, files on disk, no broker, sample accounts. All its data is in DATA_DIR."""

import os
import secrets
from pathlib import Path

from portal import env
from portal.settings import common
from portal.settings.common import *  # noqa: F403

DATA_DIR = Path(os.environ.get("DATA_DIR", common.BASE_DIR / "var" / "demo"))
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _own_key() -> str:
    """A random key for this demo, kept beside its data so that people stay signed in over a restart."""
    path = DATA_DIR / "secret-key"
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return path.read_text()


_port = os.environ.get("PORT", "8000")
globals().update(
    common.configure(
        env.read(
            SECRET_KEY=_own_key(),
            ALLOWED_HOSTS="localhost,127.0.0.1",
            PORTAL_URL=f"http://localhost:{_port}",
            DATABASE_URL=f"sqlite:///{DATA_DIR / 'madoguchi.sqlite3'}",
            REDIS_URL="",
            MAIL_URL="filemail://",
            MAIL_FROM="請求書窓口 <noreply@madoguchi.example>",
            DATA_DIR=str(DATA_DIR),
            TRUSTED_PROXIES="0",
            MFA_FOR_STAFF="optional",
            LOG_LEVEL="WARNING",
        )
    )
)
# The demo sends no mail into the world: every mail is a file, and /demo/mail/ shows them.
EMAIL_FILE_PATH = DATA_DIR / "mail"
DEMO = True
SAMPLE_ALLOWED = True
DEBUG = False
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
