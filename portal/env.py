"""The environment variables, read once, checked and typed.

A variable `X` may also be given as `X_FILE`, the path of a file that holds its value.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

_ROOT = Path(__file__).resolve().parent.parent
_WITHOUT_S3 = {
    "S3_BUCKET": "",
    "S3_ENDPOINT_URL": "",
    "S3_REGION": "",
    "S3_PREFIX": "",
    "S3_CREDENTIALS": "keys",
    "S3_ACCESS_KEY_ID": "",
    "S3_SECRET_ACCESS_KEY": "",
}
_WITHOUT_DIRECTORY = {
    "OIDC_ISSUER": "",
    "OIDC_CLIENT_ID": "",
    "OIDC_CLIENT_SECRET": "",
    "OIDC_NAME": "",
    "OIDC_ADDRESSES": "",
    "OIDC_PROVIDES_MFA": "no",
}
# What every installation may leave as it is.
_OPTIONAL = {
    "OLD_SECRET_KEYS": "",
    "MFA_FOR_STAFF": "required",
    "WORK_LEASE_SECONDS": "300",
    "REGISTER_APPLICATION_ID": "",
    "REGISTER_URL": "https://web-api.invoice-kohyo.nta.go.jp",
    "CLAMD_ADDRESS": "",
}
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SHORTEST_LEASE = 60
_INSECURE_KEYS = ("changeme", "insecure", "secret", "example", "default")


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where documents are stored in S3-compatible storage.

    Attributes:
        endpoint_url: Address of the service; empty for Amazon's own.
        prefix: Folder inside the bucket, without slashes at its start and end.
        access_key_id: Empty, like the secret, when the machine's own role is used (`S3_CREDENTIALS=role`).
    """

    name: str
    endpoint_url: str
    region: str
    prefix: str
    access_key_id: str
    secret_access_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Directory:
    """An OpenID Connect provider by which people sign in: the directory of a city, or GビズID.

    Attributes:
        issuer: Its address, exactly as it calls itself.
        name: What people call it (市の職員アカウント).
        domains: For whose addresses it may speak. Whoever keeps it can give a mailbox any address.
        provides_mfa: Whether it asks for a second factor by itself, so that nobody has to set one up here.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    domains: tuple[str, ...]
    provides_mfa: bool


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings of one installation.

    Attributes:
        old_secret_keys: Earlier values of the key, with which sessions and stored secrets can still be read.
        mfa_for_staff: Whether staff of cities and operators have to have a second factor: `required` or `optional`.
        portal_url: Address of the site as its users see it, without a trailing slash; links in mails start with it.
        mail_from: Sender of every mail, `address` or `name <address>`.
        data_dir: Folder of the documents (and of the SQLite file in embedded mode).
        bucket: Where documents are stored instead; None means in `data_dir`.
        redis_url: The broker. Without one, the work runs inside the process that serves the site (`manage.py serve`).
        mail_url: Where mail goes, in django-environ's notation (`smtp+tls://user:password@host:587`).
        work_lease_seconds: How long a worker may hold a piece of work before another takes it over.
        directory: By which people may sign in; None means by password and passkey alone.
        register_application_id: The id from the National Tax Agency for questions to its register of qualified invoice
            issuers. Empty means that the register is not asked.
        register_url: The address of that register, without a trailing slash.
        clamd_address: Where ClamAV's daemon listens, `tcp://host:port` or `unix:///path`; empty means that files are
            not scanned.
        trusted_proxies: How many reverse proxies stand before the site (for the client address in rate limits).
    """

    secret_key: str
    old_secret_keys: tuple[str, ...] = field(repr=False)
    mfa_for_staff: str
    allowed_hosts: tuple[str, ...]
    portal_url: str
    database_url: str
    redis_url: str
    mail_url: str
    mail_from: str
    data_dir: Path
    bucket: Bucket | None
    directory: Directory | None
    register_application_id: str = field(repr=False)
    register_url: str
    clamd_address: str
    trusted_proxies: int
    work_lease_seconds: int
    log_level: str


def read(**defaults: str) -> Environment:
    """Read and check the environment.

    Args:
        defaults: Values for variables that may be missing, by name. Every other variable is required, except `S3_…`
            when documents are stored on disk.

    Raises:
        ImproperlyConfigured: names all variables that are missing or wrong.
    """
    env = environ.FileAwareEnv()
    # Defaults take the same way through the casts as the environment does.
    env.ENVIRON = environ.fileaware_mapping.FileAwareMapping(
        {**_OPTIONAL, **_WITHOUT_S3, **_WITHOUT_DIRECTORY, **defaults, **os.environ}
    )
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
        old_secret_keys=_words(get("OLD_SECRET_KEYS", env.str) or ""),
        mfa_for_staff=get("MFA_FOR_STAFF", env.str),
        allowed_hosts=_words(get("ALLOWED_HOSTS", env.str) or ""),
        portal_url=(get("PORTAL_URL", env.str) or "").rstrip("/"),
        database_url=get("DATABASE_URL", env.str),
        redis_url=get("REDIS_URL", env.str),
        mail_url=get("MAIL_URL", env.str),
        mail_from=get("MAIL_FROM", env.str),
        data_dir=Path(get("DATA_DIR", env.str) or _ROOT),
        bucket=_bucket({name: get(name, env.str) or "" for name in _WITHOUT_S3}, problems),
        directory=_directory({name: get(name, env.str) or "" for name in _WITHOUT_DIRECTORY}, problems),
        register_application_id=get("REGISTER_APPLICATION_ID", env.str),
        register_url=(get("REGISTER_URL", env.str) or "").rstrip("/"),
        clamd_address=get("CLAMD_ADDRESS", env.str) or "",
        trusted_proxies=int(get("TRUSTED_PROXIES", env.int) or 0),
        work_lease_seconds=int(get("WORK_LEASE_SECONDS", env.int) or 0),
        log_level=get("LOG_LEVEL", env.str),
    )
    sender = values.mail_from
    if sender and ("@" not in parseaddr(sender)[1] or len(sender.splitlines()) > 1):
        problems.append(f"MAIL_FROM: {sender!r} is not an address")
    if values.mfa_for_staff not in ("required", "optional"):
        problems.append("MFA_FOR_STAFF must be required or optional")
    problems += _register_problems(values.register_application_id, values.register_url)
    problems += _clamd_problems(values.clamd_address)
    if problems:
        raise ImproperlyConfigured("Environment: " + "; ".join(problems))
    return values


def _words(text: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _bucket(given: dict[str, str], problems: list[str]) -> Bucket | None:
    """The bucket that the `S3_…` variables describe. What is wrong with them is added to `problems`.

    The machine's own role is used only with `S3_CREDENTIALS=role`, because a server may have a role for another
    purpose.
    """
    keys = ("S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")
    if not given["S3_BUCKET"]:
        meant = [name for name in ("S3_ENDPOINT_URL", *keys) if given[name]]
        if meant:
            problems.append(f"S3_BUCKET is missing, but {' and '.join(meant)} is set")
        return None
    if given["S3_CREDENTIALS"] not in ("keys", "role"):
        problems.append("S3_CREDENTIALS must be keys or role")
    elif given["S3_CREDENTIALS"] == "keys":
        problems += [
            f"{name} is missing (S3_CREDENTIALS=role uses the machine's role)" for name in keys if not given[name]
        ]
    else:
        problems += [f"{name} is set, but S3_CREDENTIALS=role does without" for name in keys if given[name]]
    problems += _endpoint_problems(given["S3_ENDPOINT_URL"])
    if not given["S3_ENDPOINT_URL"] and not given["S3_REGION"]:
        problems.append("S3_REGION is missing (or S3_ENDPOINT_URL, for a service other than Amazon's)")
    return Bucket(
        name=given["S3_BUCKET"],
        endpoint_url=given["S3_ENDPOINT_URL"],
        region=given["S3_REGION"],
        prefix=given["S3_PREFIX"].strip("/"),
        access_key_id=given["S3_ACCESS_KEY_ID"],
        secret_access_key=given["S3_SECRET_ACCESS_KEY"],
    )


def _directory(given: dict[str, str], problems: list[str]) -> Directory | None:
    """The provider that the `OIDC_…` variables describe. What is wrong with them is added to `problems`."""
    named = [name for name in _WITHOUT_DIRECTORY if name != "OIDC_PROVIDES_MFA" and given[name]]
    if given["OIDC_PROVIDES_MFA"] not in ("yes", "no"):
        problems.append("OIDC_PROVIDES_MFA must be yes or no")
    if not named:
        return None
    problems += [f"{name} is missing" for name in _WITHOUT_DIRECTORY if not given[name]]
    if given["OIDC_ISSUER"] and not _is_safe_address(given["OIDC_ISSUER"]):
        problems.append("OIDC_ISSUER must be an https:// address without user, question mark or #")
    listed = [each.strip().lower().removeprefix("@") for each in given["OIDC_ADDRESSES"].split(",")]
    domains = tuple(each for each in listed if each)
    if given["OIDC_ADDRESSES"] and not (domains and all(map(_DOMAIN.fullmatch, domains))):
        problems.append("OIDC_ADDRESSES must be domains of mail addresses, separated by commas (city.example.jp)")
    return Directory(
        issuer=given["OIDC_ISSUER"],
        client_id=given["OIDC_CLIENT_ID"],
        client_secret=given["OIDC_CLIENT_SECRET"],
        name=given["OIDC_NAME"],
        domains=domains,
        provides_mfa=given["OIDC_PROVIDES_MFA"] == "yes",
    )


def _is_safe_address(url: str) -> bool:
    """Whether it is one of https, or of this very machine, and holds no more than a place."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return safe and bool(parts.hostname) and not (parts.username or parts.query or parts.fragment)


def _endpoint_problems(url: str) -> list[str]:
    if not url:
        return []
    try:
        parts = urlsplit(url)
    except ValueError as error:
        return [f"S3_ENDPOINT_URL: {error}"]
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ["S3_ENDPOINT_URL must be an http:// or https:// address"]
    # It is shown in the errors of documents.
    return ["S3_ENDPOINT_URL must not hold a user or password"] if parts.username or parts.password else []


def _register_problems(application_id: str, url: str) -> list[str]:
    """What is wrong with the address of the register. Each question has the application id, so it needs https."""
    problems = []
    if application_id and not (application_id.isascii() and application_id.isalnum()):
        problems.append("REGISTER_APPLICATION_ID must be letters and digits")
    if not _is_safe_address(url):
        problems.append("REGISTER_URL must be an https:// address without user, question mark or #")
    return problems


def _clamd_problems(address: str) -> list[str]:
    try:
        parts = urlsplit(address)
        by_wire = parts.scheme == "tcp" and parts.hostname and parts.port and not parts.path and not parts.username
    except ValueError as error:
        return [f"CLAMD_ADDRESS: {error}"]
    by_socket = parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/")
    if address and not by_wire and not by_socket:
        return ["CLAMD_ADDRESS must be tcp://host:port or unix:///path"]
    return []


def require_production(values: Environment) -> None:
    """Check that these settings are safe for real invoices.

    Raises:
        ImproperlyConfigured: a short or well-known key, staff without a second factor, a host list that allows all,
            http, or too short leases.
    """
    problems = []
    if len(values.secret_key) < 50 or any(word in values.secret_key.lower() for word in _INSECURE_KEYS):
        problems.append("SECRET_KEY must be a random text of at least 50 characters")
    if values.mfa_for_staff != "required":
        problems.append("MFA_FOR_STAFF must be required: staff and operators do not sign in with a password alone")
    if not values.allowed_hosts or "*" in values.allowed_hosts:
        problems.append("ALLOWED_HOSTS must name the hosts of this site, not '*'")
    if not values.portal_url.startswith("https://"):
        problems.append("PORTAL_URL must start with https://")
    if values.work_lease_seconds < _SHORTEST_LEASE:
        problems.append(f"WORK_LEASE_SECONDS must be at least {_SHORTEST_LEASE}")
    if problems:
        raise ImproperlyConfigured("Environment: " + "; ".join(problems))
