"""For the test suite; the database comes from DATABASE_URL (default: a SQLite file)."""

import os
import tempfile
import zlib
from pathlib import Path

from portal import env
from portal.settings import common
from portal.settings.common import *  # noqa: F403

# Each checkout has a folder of its own, so that two of them can be tested at the same time.
_checkout = zlib.crc32(str(Path(__file__).resolve()).encode())
_folder = Path(tempfile.gettempdir()) / f"madoguchi-test-{_checkout:08x}"
_folder.mkdir(exist_ok=True)
globals().update(
    common.configure(
        env.read(
            SECRET_KEY="only-for-tests",
            ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
            PORTAL_URL="http://testserver",
            DATABASE_URL=f"sqlite:///{_folder / 'unused.sqlite3'}",
            REDIS_URL="",
            MAIL_URL="memorymail://",
            MAIL_FROM="noreply@madoguchi.example",
            DATA_DIR=str(_folder),
            TRUSTED_PROXIES="0",
            MFA_FOR_STAFF="optional",
            LOG_LEVEL="WARNING",
        )
    )
)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    # A file, not memory: threads of one test must meet on a real database with real locks.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}  # noqa: F405
elif template := os.environ.get("TEST_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}  # noqa: F405
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
STATIC_ROOT = _folder / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of one that is not there
WHITENOISE_USE_FINDERS = True
SAMPLE_ALLOWED = True
