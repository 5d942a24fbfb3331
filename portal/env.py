"""The environment, read once and typed.

A variable `X` may also be given as `X_FILE`, the path of a file that holds its value.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

_ROOT = Path(__file__).resolve().parent.parent
_INSECURE_KEYS = ("changeme", "insecure", "secret", "example", "default")


@dataclass(frozen=True, slots=True)
class Environment:
    """What an installation decides.

    Attributes:
        portal_url: Address of the site as its users see it, without a trailing slash; links in mails start with it.
        data_dir: Folder of the documents (and of the SQLite file in embedded mode).
        redis_url: The broker; without one the work runs inside the serving process (`manage.py serve`).
        mail_url: Where mail goes, in django-environ's notation (`smtp+tls://user:password@host:587`).
        trusted_proxies: How many reverse proxies stand before the site (for the client address in rate limits).
    """

    secret_key: str
    allowed_hosts: tuple[str, ...]
    portal_url: str
    database_url: str
    redis_url: str
    mail_url: str
    mail_from: str
    data_dir: Path
    trusted_proxies: int
    log_level: str


def read(**defaults: str) -> Environment:
    """Read and check the environment.

    Args:
        defaults: Values for variables that may be absent, by their name. Whatever has no default is required.

    Raises:
        ImproperlyConfigured: naming every variable that is missing or malformed, all at once.
    """
    env = environ.FileAwareEnv()
    # Defaults take the same way through the casts as the environment does.
    env.ENVIRON = environ.fileaware_mapping.FileAwareMapping({**defaults, **os.environ})
    problems: list[str] = []

    def get(name: str, cast: Callable[..., T]) -> T:
        try:
            value = cast(name)
        except OSError as error:
            problems.append(f"{name}_FILE: {error}")
            return None  # type: ignore[return-value]  # never used: the problems are raised below
        except (ImproperlyConfigured, ValueError) as error:
            problems.append(f"{name}: {error}" if name in env.ENVIRON else f"{name} is missing")
            return None  # type: ignore[return-value]  # never used: the problems are raised below
        # A file with a secret usually ends with a line break.
        return value.strip() if isinstance(value, str) else value  # type: ignore[return-value]

    values = Environment(
        secret_key=get("SECRET_KEY", env.str),
        allowed_hosts=tuple(host.strip() for host in get("ALLOWED_HOSTS", env.list) or ()),
        portal_url=(get("PORTAL_URL", env.str) or "").rstrip("/"),
        database_url=get("DATABASE_URL", env.str),
        redis_url=get("REDIS_URL", env.str),
        mail_url=get("MAIL_URL", env.str),
        mail_from=get("MAIL_FROM", env.str),
        data_dir=Path(get("DATA_DIR", env.str) or _ROOT),
        trusted_proxies=int(get("TRUSTED_PROXIES", env.int) or 0),
        log_level=get("LOG_LEVEL", env.str),
    )
    if problems:
        raise ImproperlyConfigured("Environment: " + "; ".join(problems))
    return values


def require_production(values: Environment) -> None:
    """Refuse what must never serve real invoices.

    Raises:
        ImproperlyConfigured: a short or well-known key, an open host list, or plain http.
    """
    problems = []
    if len(values.secret_key) < 50 or any(word in values.secret_key.lower() for word in _INSECURE_KEYS):
        problems.append("SECRET_KEY must be a random text of at least 50 characters")
    if not values.allowed_hosts or "*" in values.allowed_hosts:
        problems.append("ALLOWED_HOSTS must name the hosts of this site, not '*'")
    if not values.portal_url.startswith("https://"):
        problems.append("PORTAL_URL must start with https://")
    if problems:
        raise ImproperlyConfigured("Environment: " + "; ".join(problems))
