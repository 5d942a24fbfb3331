"""The environment: read once, typed, and refused by name when something is missing or unsafe."""

import os
import secrets
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage.handler import StorageHandler

from portal import env
from portal.lib.s3 import WriteOnceS3Storage
from portal.settings import common
from tests.patience import HANGS_SECONDS

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
BUCKET = {
    "S3_BUCKET": "documents",
    "S3_ENDPOINT_URL": "https://s3.city.example",
    "S3_REGION": "jp-west-1",
    "S3_PREFIX": "/portal/",
    "S3_ACCESS_KEY_ID": "portal",
    "S3_SECRET_ACCESS_KEY": "word",
}

DIRECTORY = {
    "OIDC_ISSUER": "https://login.city.example/staff",
    "OIDC_CLIENT_ID": "madoguchi",
    "OIDC_CLIENT_SECRET": "word",
    "OIDC_NAME": "市の職員アカウント",
    "OIDC_ADDRESSES": "city.example, @Fire.City.example,",
}
OPTIONAL = [
    *DIRECTORY,
    "OIDC_PROVIDES_MFA",
    "S3_CREDENTIALS",
    "REGISTER_APPLICATION_ID",
    "REGISTER_URL",
    "OLD_SECRET_KEYS",
    "MFA_FOR_STAFF",
]


@pytest.fixture
def environment(monkeypatch):
    """Exactly these variables, and none of the machine's."""

    def put(**values: str) -> None:
        for name in (*WHOLE, *BUCKET, *OPTIONAL):
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


def test_without_a_bucket_documents_lie_in_the_data_folder(environment):
    environment(**WHOLE, S3_BUCKET="", S3_ENDPOINT_URL="")
    values = env.read()
    assert values.bucket is None
    documents = common.configure(values)["STORAGES"]["documents"]
    assert documents["BACKEND"] == "portal.lib.files.WriteOnceFileStorage"
    assert documents["OPTIONS"] == {"location": Path("/srv/madoguchi/documents")}


def test_with_a_bucket_documents_lie_there(environment, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("a secret from a file\n")
    environment(
        **WHOLE,
        **{name: value for name, value in BUCKET.items() if name != "S3_SECRET_ACCESS_KEY"},
        S3_SECRET_ACCESS_KEY_FILE=str(secret),
    )
    values = env.read()
    assert values.bucket is not None
    assert values.bucket.prefix == "portal"
    assert "a secret" not in repr(values.bucket)
    storage = StorageHandler(common.configure(values)["STORAGES"])["documents"]
    assert isinstance(storage, WriteOnceS3Storage)
    assert (storage.bucket_name, storage.location, storage.endpoint_url, storage.region_name) == (
        "documents",
        "portal",
        "https://s3.city.example",
        "jp-west-1",
    )
    assert (storage.access_key, storage.secret_key) == ("portal", "a secret from a file")


@pytest.mark.parametrize("name", ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"])
def test_a_bucket_without_a_key_is_refused_by_name(name, environment):
    environment(**WHOLE, **{key: value for key, value in BUCKET.items() if key != name})
    with pytest.raises(ImproperlyConfigured, match=f"{name} is missing"):
        env.read()


def test_keys_of_another_program_are_not_taken(environment, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of another program")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of another program")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of another program")
    environment(**WHOLE, S3_BUCKET="documents", S3_ENDPOINT_URL="https://s3.city.example")
    with pytest.raises(ImproperlyConfigured, match="S3_ACCESS_KEY_ID is missing"):
        env.read()
    environment(**WHOLE, **BUCKET)
    storage = StorageHandler(common.configure(env.read())["STORAGES"])["documents"]
    assert (storage.access_key, storage.security_token) == ("portal", None)


def test_the_machines_own_role_is_used_when_that_is_said(environment):
    environment(**WHOLE, S3_BUCKET="documents", S3_REGION="ap-northeast-1", S3_CREDENTIALS="role")
    options = common.configure(env.read())["STORAGES"]["documents"]["OPTIONS"]
    assert (options["access_key"], options["secret_key"], options["endpoint_url"]) == (None, None, None)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"S3_CREDENTIALS": "role"}, "S3_ACCESS_KEY_ID is set, but S3_CREDENTIALS=role"),
        ({"S3_CREDENTIALS": "guess"}, "S3_CREDENTIALS must be keys or role"),
        ({"S3_BUCKET": ""}, "S3_BUCKET is missing, but S3_ENDPOINT_URL"),
        ({"S3_ENDPOINT_URL": "s3.city.example"}, "S3_ENDPOINT_URL must be"),
        ({"S3_ENDPOINT_URL": "https://[broken"}, "S3_ENDPOINT_URL: "),
        ({"S3_ENDPOINT_URL": "https://portal:word@s3.city.example"}, "S3_ENDPOINT_URL must not hold"),
        ({"S3_ENDPOINT_URL": "", "S3_REGION": ""}, "S3_REGION is missing"),
    ],
)
def test_a_bucket_that_cannot_be_meant_so_is_refused_by_name(change, named, environment):
    environment(**WHOLE | BUCKET | change)
    with pytest.raises(ImproperlyConfigured, match=named):
        env.read()


@pytest.mark.parametrize("sender", ["請求書窓口", "noreply", "a@b.example\nBcc: c@d.example"])
def test_a_sender_that_is_no_address_is_refused(sender, environment):
    environment(**WHOLE | {"MAIL_FROM": sender})
    with pytest.raises(ImproperlyConfigured, match="MAIL_FROM"):
        env.read()


def test_a_sender_may_have_a_name(environment):
    environment(**WHOLE | {"MAIL_FROM": "請求書窓口 <noreply@city.example>"})
    assert env.read().mail_from == "請求書窓口 <noreply@city.example>"


def test_without_an_application_id_the_register_is_not_asked(environment):
    environment(**WHOLE)
    settings = common.configure(env.read())
    assert settings["REGISTER_APPLICATION_ID"] == ""
    assert settings["REGISTER_URL"] == "https://web-api.invoice-kohyo.nta.go.jp"


def test_the_application_id_may_lie_in_a_file_and_is_not_shown(environment, tmp_path):
    file = tmp_path / "id"
    file.write_text("K4pp1\n")
    environment(**WHOLE, REGISTER_APPLICATION_ID_FILE=str(file), REGISTER_URL="https://register.example/")
    values = env.read()
    assert (values.register_application_id, values.register_url) == ("K4pp1", "https://register.example")
    assert "K4pp1" not in repr(values)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"REGISTER_APPLICATION_ID": "K4pp1&x=y"}, "REGISTER_APPLICATION_ID"),
        ({"REGISTER_APPLICATION_ID_FILE": "/nowhere/id"}, "REGISTER_APPLICATION_ID_FILE"),
        ({"REGISTER_URL": ""}, "REGISTER_URL"),
        ({"REGISTER_URL": "http://register.example"}, "REGISTER_URL"),
        ({"REGISTER_URL": "ftp://127.0.0.1"}, "REGISTER_URL"),
        ({"REGISTER_URL": "https://"}, "REGISTER_URL"),
        ({"REGISTER_URL": "https://user:word@register.example"}, "REGISTER_URL"),
        ({"REGISTER_URL": "https://register.example/?id=K4pp1"}, "REGISTER_URL"),
        ({"REGISTER_URL": "https://[broken"}, "REGISTER_URL"),
    ],
)
def test_an_application_id_or_register_that_cannot_be_meant_so_is_refused_by_name(change, named, environment):
    environment(**WHOLE | change)
    with pytest.raises(ImproperlyConfigured, match=named) as refused:
        env.read()
    assert "K4pp1" not in str(refused.value)
    assert "word" not in str(refused.value)


def test_the_register_may_be_one_on_this_machine(environment):
    environment(**WHOLE, REGISTER_URL="http://127.0.0.1:8080/register/")
    assert env.read().register_url == "http://127.0.0.1:8080/register"


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
        timeout=HANGS_SECONDS,
        check=False,
    )


def test_production_starts_with_a_safe_environment_and_not_with_a_weak_key():
    assert start_production().returncode == 0
    refused = start_production(SECRET_KEY="secret")
    assert refused.returncode != 0
    assert "SECRET_KEY must be a random text" in refused.stderr


@pytest.mark.parametrize("address", ["", "tcp://clamav:3310", "tcp://[::1]:3310", "unix:///run/clamav/clamd.ctl"])
def test_a_scanner_listens_at_a_port_or_a_socket_file(address, environment):
    environment(**WHOLE, CLAMD_ADDRESS=address)
    assert common.configure(env.read())["CLAMD_ADDRESS"] == address


@pytest.mark.parametrize(
    "address", ["clamav", "clamav:3310", "tcp://clamav", "tcp://clamav:99999", "http://clamav:3310", "unix://clamd.ctl"]
)
def test_an_address_that_no_scanner_can_have_is_refused_by_name(address, environment):
    environment(**WHOLE, CLAMD_ADDRESS=address)
    with pytest.raises(ImproperlyConfigured, match="CLAMD_ADDRESS"):
        env.read()


def test_staff_need_a_second_factor_unless_the_environment_says_otherwise(environment):
    environment(**WHOLE)
    assert common.configure(env.read())["SECOND_FACTOR_COMPULSORY"] is True
    environment(**WHOLE, MFA_FOR_STAFF="optional")
    assert common.configure(env.read())["SECOND_FACTOR_COMPULSORY"] is False
    with pytest.raises(ImproperlyConfigured, match="MFA_FOR_STAFF must be required"):
        env.require_production(env.read())
    environment(**WHOLE, MFA_FOR_STAFF="never")
    with pytest.raises(ImproperlyConfigured, match="MFA_FOR_STAFF"):
        env.read()


def test_old_keys_of_the_installation_are_read_in_their_order(environment):
    environment(**WHOLE, OLD_SECRET_KEYS="one, two,")
    assert common.configure(env.read())["SECRET_KEY_FALLBACKS"] == ["one", "two"]


def test_a_directory_is_one_when_it_is_named_whole(environment):
    environment(**WHOLE)
    assert env.read().directory is None
    environment(**WHOLE, **DIRECTORY)
    found = common.configure(env.read())["DIRECTORY"]
    assert (found.issuer, found.name, found.provides_mfa) == (DIRECTORY["OIDC_ISSUER"], "市の職員アカウント", False)
    assert found.domains == ("city.example", "fire.city.example")
    assert "word" not in repr(found)
    environment(**WHOLE, **DIRECTORY, OIDC_PROVIDES_MFA="yes")
    assert common.configure(env.read())["DIRECTORY"].provides_mfa is True


@pytest.mark.parametrize("name", DIRECTORY)
def test_a_directory_that_is_named_in_part_is_refused_by_name(environment, name):
    environment(**WHOLE, **{each: value for each, value in DIRECTORY.items() if each != name})
    with pytest.raises(ImproperlyConfigured, match=f"{name} is missing"):
        env.read()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"OIDC_ISSUER": "http://login.city.example"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://login.city.example/?a=b"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://[broken"}, "OIDC_ISSUER"),
        ({"OIDC_PROVIDES_MFA": "on"}, "OIDC_PROVIDES_MFA"),
        *[
            ({"OIDC_ADDRESSES": text}, "OIDC_ADDRESSES")
            for text in ("*", ",", "jp", "a@city.example", "city.example;b")
        ],
    ],
)
def test_a_directory_that_cannot_be_is_refused(environment, wrong, named):
    environment(**WHOLE, **DIRECTORY | wrong)
    with pytest.raises(ImproperlyConfigured, match=named):
        env.read()
