"""The files of a deployment, as far as they can be judged without a container engine."""

import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.deployment_checks import virus_scanner
from tests.patience import HANGS_SECONDS

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = ROOT / "docker-compose.yml"
EXAMPLE = ROOT / ".env.example"
OWN = {"migrate", "web", "worker", "worker-bulk", "beat"}
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")
_VARIABLE = re.compile(r"\$\{(\w+)(?::?[-?]([^}]*))?\}")


def compose() -> dict[str, Any]:
    text: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return text


def example() -> dict[str, str]:
    """What .env.example sets, commented lines included."""
    lines = re.findall(r"^#?([A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE)
    return dict(lines)


def filled_in() -> dict[str, str]:
    """What a careful operator makes of .env.example."""
    return example() | {
        "SECRET_KEY": secrets.token_hex(40),
        "POSTGRES_PASSWORD": secrets.token_hex(20),
        "REDIS_PASSWORD": secrets.token_hex(20),
        "S3_ACCESS_KEY_ID": secrets.token_hex(10),
        "S3_SECRET_ACCESS_KEY": secrets.token_hex(20),
        "ALLOWED_HOSTS": "portal.city.example",
        "PORTAL_URL": "https://portal.city.example",
        "MAIL_FROM": "portal@city.example",
    }


def resolved(text: str, values: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda match: values.get(match[1]) or match[2] or "", text)


def own_environment(values: dict[str, str]) -> dict[str, str]:
    environment = compose()["services"]["web"]["environment"]
    return {name: resolved(text, values) for name, text in environment.items()}


def clean_environment() -> dict[str, str]:
    names = {*example(), *compose()["services"]["web"]["environment"], "DATA_DIR"}
    return {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in names}


def test_every_part_of_an_installation_is_a_service():
    assert set(compose()["services"]) == OWN | {"postgres", "redis", "s3", "mail", "clamav"}


def images() -> dict[str, str]:
    """Every image that is not ours, by where it is named."""
    services = compose()["services"]
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    return {name: services[name]["image"] for name in set(services) - OWN} | dict(zip("12", bases, strict=True))


def test_the_images_of_others_are_pinned_to_a_version_and_to_their_bytes():
    for name, image in images().items():
        assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+[\w.-]*@sha256:[0-9a-f]{64}", image), name
    assert images()["1"] == images()["2"]


def networks(service: str) -> set[str]:
    return set(compose()["services"][service]["networks"])


def reached_from(service: str) -> set[str]:
    """The services that share a network with it."""
    return {other for other in compose()["services"] if networks(other) & networks(service)} - {service}


def test_a_proxy_that_joins_the_front_reaches_the_site_alone():
    assert {service for service in compose()["services"] if "front" in networks(service)} == {"web"}


def test_database_broker_and_store_are_reached_by_those_alone_who_need_them():
    assert reached_from("s3") == {"web", "worker", "worker-bulk"}
    assert reached_from("postgres") == OWN
    assert reached_from("redis") == OWN - {"migrate"}
    assert reached_from("mail") == {"worker", "worker-bulk"}


def test_the_scanner_for_viruses_is_reached_by_the_site_and_reaches_its_signatures_alone():
    assert reached_from("clamav") == {"web"}
    assert networks("clamav") == {"scan", "updates"}


def test_database_broker_and_store_reach_nothing_outside():
    inside = {name for name, network in compose()["networks"].items() if (network or {}).get("internal")}
    for service in ("postgres", "redis", "s3", "migrate", "beat"):
        assert networks(service) <= inside, service
        assert "ports" not in compose()["services"][service]
    assert set(compose()["networks"]) == {network for service in compose()["services"] for network in networks(service)}


def test_the_broker_asks_for_a_password():
    values = filled_in()
    redis = compose()["services"]["redis"]
    assert resolved(redis["command"][-1], values) == resolved(redis["environment"]["REDISCLI_AUTH"], values)
    assert [redis["command"][-2], resolved(redis["command"][-1], values)] == ["--requirepass", values["REDIS_PASSWORD"]]
    assert own_environment(values)["REDIS_URL"] == f"redis://:{values['REDIS_PASSWORD']}@redis:6379/0"


def test_every_service_that_stays_has_a_health_check():
    stay = {name: service for name, service in compose()["services"].items() if name != "migrate"}
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "HEALTHCHECK" in dockerfile
    assert "/healthz" in dockerfile
    assert {name for name, service in stay.items() if "healthcheck" not in service} == {"web"}, "web has the image's"


def test_what_must_survive_lies_in_a_named_volume():
    services = compose()["services"]
    used = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", ())}
    assert used == set(compose()["volumes"])
    assert services["postgres"]["volumes"]
    assert services["s3"]["volumes"]


def test_no_service_can_take_the_memory_or_the_processes_of_the_others():
    for name, service in compose()["services"].items():
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name
        assert service["pids_limit"] > 0, name
        assert all(":size=" in folder for folder in service.get("tmpfs", ())), name


def test_nothing_is_open_to_the_network_but_through_this_machine():
    for service in compose()["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_every_variable_of_the_composition_is_in_the_example():
    assert {match[1] for match in _VARIABLE.finditer(COMPOSE.read_text())} == set(example())


def test_no_secret_is_committed_and_each_that_is_missing_is_named():
    given = example()
    for name in SECRETS:
        assert given[name] == ""
        assert f"${{{name}:?{name} is missing" in COMPOSE.read_text()


def test_the_example_filled_in_is_an_environment_that_production_starts_with():
    started = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=clean_environment()
        | own_environment(filled_in())
        | {"DJANGO_SETTINGS_MODULE": "portal.settings.production", "DATA_DIR": "/data"},
        capture_output=True,
        text=True,
        timeout=HANGS_SECONDS,
        check=False,
    )
    assert started.returncode == 0, started.stderr


def test_an_installation_without_a_scanner_for_viruses_hears_of_it(settings):
    settings.CLAMD_ADDRESS = ""
    assert [each.id for each in virus_scanner(None)] == ["portal.W001"]
    settings.CLAMD_ADDRESS = "tcp://clamav:3310"
    assert virus_scanner(None) == []


def compose_command() -> list[str]:
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            version = subprocess.run([*command, "version"], capture_output=True, check=False, timeout=HANGS_SECONDS)
            if version.returncode == 0:
                return command
    pytest.skip("there is no docker compose on this machine")


def config(tmp_path: Path, values: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    file = tmp_path / "env"
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    return subprocess.run(
        [*compose_command(), "--file", str(COMPOSE), "--env-file", str(file), "config"],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=HANGS_SECONDS,
        check=False,
    )


def test_compose_understands_the_file(tmp_path):
    understood = config(tmp_path, filled_in())
    assert understood.returncode == 0, understood.stderr
    assert set(yaml.safe_load(understood.stdout)["services"]) == {
        name for name, service in compose()["services"].items() if "profiles" not in service
    }


@pytest.mark.parametrize("name", [*SECRETS, "MAIL_URL"])
def test_compose_names_a_variable_that_is_missing(name, tmp_path):
    refused = config(tmp_path, filled_in() | {name: ""})
    assert refused.returncode != 0
    assert f"{name} is missing" in refused.stderr


def test_the_image_holds_every_package_of_the_portal():
    copied = set(re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    packages = {path.parent.name for path in ROOT.glob("[a-z]*/__init__.py")} - {"tests"}
    assert copied == packages | {"templates", "static"}
    allowed = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert copied <= allowed


def test_the_image_installs_what_the_renderer_needs():
    dockerfile = (ROOT / "Dockerfile").read_text()
    needs = subprocess.run(
        [sys.executable, "-c", "import install_system as s; print(*[need.package for need in s.DEMO])"],
        cwd=ROOT / "dev",
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for package in needs:
        assert package in dockerfile or package.startswith("python3."), package
