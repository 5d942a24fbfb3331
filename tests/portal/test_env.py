"""The environment: read once, typed, and refused by name when something is missing or unsafe."""

import os
import secrets
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import env

ROOT = Path(__file__).resolve().parent.parent.parent
WHOLE = {
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "portal.city.example, www.city.example",
    "PORTAL_URL": "https://portal.city.example/",
    "DATABASE_URL": "postgres://portal:word@db.city.example/portal",
    "REDIS_URL": "redis://redis.city.example/0",
    "MAIL_URL": "smtp+tls://portal:word@mail.city.example:587",
    "MAIL_FROM": "portal@city.example",
    "DATA_DIR": "/srv/madoguchi",
    "TRUSTED_PROXIES": "2",
    "LOG_LEVEL": "INFO",
}


@pytest.fixture
def environment(monkeypatch):
    """Exactly these variables, and none of the machine's."""

    def put(**values: str) -> None:
        for name in WHOLE:
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(f"{name}_FILE", raising=False)
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return put


def test_a_whole_environment_is_read_and_typed(environment):
    environment(**WHOLE)
    values = env.read()
    assert values.allowed_hosts == ("portal.city.example", "www.city.example")
    assert values.portal_url == "https://portal.city.example"
    assert values.data_dir == Path("/srv/madoguchi")
    assert values.trusted_proxies == 2
    assert values.secret_key == WHOLE["SECRET_KEY"]


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_missing_variable_is_named(name, environment):
    environment(**{key: value for key, value in WHOLE.items() if key != name})
    with pytest.raises(ImproperlyConfigured, match=f"{name} is missing"):
        env.read()


def test_everything_that_is_missing_is_named_at_once(environment):
    environment()
    with pytest.raises(ImproperlyConfigured) as refused:
        env.read()
    for name in WHOLE:
        assert f"{name} is missing" in str(refused.value)


def test_a_default_stands_in_for_a_missing_variable_and_is_typed_like_one(environment):
    environment(**{key: value for key, value in WHOLE.items() if key not in ("ALLOWED_HOSTS", "TRUSTED_PROXIES")})
    values = env.read(ALLOWED_HOSTS="one.example,two.example", TRUSTED_PROXIES="1")
    assert (values.allowed_hosts, values.trusted_proxies) == (("one.example", "two.example"), 1)


def test_the_environment_goes_before_a_default(environment):
    environment(**WHOLE)
    assert env.read(TRUSTED_PROXIES="7").trusted_proxies == 2


def test_a_malformed_variable_is_named(environment):
    environment(**WHOLE | {"TRUSTED_PROXIES": "zwei"})
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES"):
        env.read()


def test_a_secret_may_lie_in_a_file(environment, tmp_path):
    file = tmp_path / "key"
    file.write_text("a key from a file\n")
    environment(**{key: value for key, value in WHOLE.items() if key != "SECRET_KEY"}, SECRET_KEY_FILE=str(file))
    assert env.read().secret_key == "a key from a file"


def test_a_secret_file_that_is_not_there_is_named(environment, tmp_path):
    environment(
        **{key: value for key, value in WHOLE.items() if key != "SECRET_KEY"},
        SECRET_KEY_FILE=str(tmp_path / "absent"),
    )
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        env.read()


def test_a_safe_environment_is_taken_for_production(environment):
    environment(**WHOLE)
    env.require_production(env.read())


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"secret_key": ""}, "SECRET_KEY"),
        ({"secret_key": "k" * 49}, "SECRET_KEY"),
        ({"secret_key": "changeme" * 10}, "SECRET_KEY"),
        ({"secret_key": "django-insecure-" + "k" * 50}, "SECRET_KEY"),
        ({"allowed_hosts": ()}, "ALLOWED_HOSTS"),
        ({"allowed_hosts": ("*",)}, "ALLOWED_HOSTS"),
        ({"allowed_hosts": ("portal.city.example", "*")}, "ALLOWED_HOSTS"),
        ({"portal_url": "http://portal.city.example"}, "PORTAL_URL"),
        ({"portal_url": ""}, "PORTAL_URL"),
    ],
)
def test_what_must_never_serve_real_invoices_is_refused_by_name(change, named, environment):
    environment(**WHOLE)
    with pytest.raises(ImproperlyConfigured, match=named):
        env.require_production(replace(env.read(), **change))


def test_all_refusals_are_told_at_once(environment):
    environment(**WHOLE)
    unsafe = replace(env.read(), secret_key="short", allowed_hosts=("*",), portal_url="http://x.example")
    with pytest.raises(ImproperlyConfigured) as refused:
        env.require_production(unsafe)
    assert all(name in str(refused.value) for name in ("SECRET_KEY", "ALLOWED_HOSTS", "PORTAL_URL"))


def start_production(**changes: str) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in WHOLE}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=inherited | WHOLE | {"DJANGO_SETTINGS_MODULE": "portal.settings.production"} | changes,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_production_starts_with_a_safe_environment_and_not_with_a_weak_key():
    assert start_production().returncode == 0
    refused = start_production(SECRET_KEY="secret")
    assert refused.returncode != 0
    assert "SECRET_KEY must be a random text" in refused.stderr
