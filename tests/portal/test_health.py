"""Health checks, and the request id that ties an answer to its log lines."""

import logging
import re
import socket
import threading
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dev.servers import free_port
from invoices.models import InvoiceEvent
from portal import work
from portal.lib.request_id import RequestIdFilter, cleaned_client_id, client_request_id, request_id
from portal.models import Heartbeat
from portal.web import health
from tests import clamd
from tests.object_store import ObjectStore
from tests.patience import HANGS_SECONDS, within

pytestmark = pytest.mark.django_db


def test_a_process_that_answers_is_healthy_for_anybody(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


def test_a_site_that_sweeps_is_ready(client):
    started = time.monotonic()
    work.sweep()
    response = client.get("/readyz")
    assert response.status_code == 200
    answer = response.json()
    assert (answer["status"], answer["checks"]) == ("ok", {"database": True, "storage": True, "sweep": True})
    assert 0 <= answer["last_sweep_seconds"] <= time.monotonic() - started + 1


def test_a_scanner_that_is_away_is_said_and_makes_no_site_unready(client, settings):
    work.sweep()
    settings.CLAMD_ADDRESS = ""
    assert client.get("/readyz").json()["virus_scanner"] == "off"
    with clamd.running() as daemon:
        settings.CLAMD_ADDRESS = daemon.address
        assert client.get("/readyz").json()["virus_scanner"] == "ok"
    response = client.get("/readyz")
    assert (response.status_code, response.json()["virus_scanner"]) == (200, "away")


def test_a_site_that_never_swept_is_not_ready_and_says_so(client):
    response = client.get("/readyz")
    assert response.status_code == 503
    answer = response.json()
    assert (answer["status"], answer["last_sweep_seconds"]) == ("unavailable", None)
    assert answer["checks"] == {"database": True, "storage": True, "sweep": False}


def test_what_is_lacking_is_a_warning_in_the_log_and_no_error_at_every_probe(client, caplog):
    client.get("/readyz")
    said = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert said == [("WARNING", "not ready: sweep")]


@pytest.mark.parametrize(("age", "status"), [(work.SWEEP_LATE_SECONDS / 2, 200), (work.SWEEP_LATE_SECONDS, 503)])
def test_a_late_sweep_makes_it_unready(age, status, client):
    Heartbeat.objects.create(name=work.SWEEP, at=timezone.now() - timedelta(seconds=age))
    assert client.get("/readyz").status_code == status


def use_store(settings, backend: str, **options) -> None:
    settings.STORAGES = settings.STORAGES | {"documents": {"BACKEND": backend, "OPTIONS": options}}


def test_a_folder_that_cannot_be_made_makes_it_unready(client, settings, documents_folder):
    work.sweep()
    documents_folder.write_text("where the folder should be")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["storage"]) == (503, False)


def test_a_bucket_that_answers_is_ready(client, settings, monkeypatch):
    monkeypatch.setattr(health, "STORAGE_SECONDS", HANGS_SECONDS)  # on a busy machine it answers late
    work.sweep()
    with ObjectStore() as service:
        use_store(settings, "portal.lib.s3.WriteOnceS3Storage", **service.options)
        assert client.get("/readyz").status_code == 200
        service.refuses = True
        response = client.get("/readyz")
        assert (response.status_code, response.json()["checks"]["storage"]) == (503, False)


def test_a_bucket_that_would_overwrite_makes_it_unready(client, settings):
    work.sweep()
    with ObjectStore() as service:
        service.ignores_conditions = True
        use_store(settings, "portal.lib.s3.WriteOnceS3Storage", **service.options)
        assert client.get("/readyz").json()["checks"]["storage"] is False


@pytest.mark.faults
def test_a_hung_bucket_makes_it_unready_within_its_limit(client, settings):
    work.sweep()
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        use_store(
            settings,
            "portal.lib.s3.WriteOnceS3Storage",
            bucket_name="b", endpoint_url=url, access_key="portal", secret_key="word",
        )  # fmt: skip
        with within(health.STORAGE_SECONDS):
            response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["storage"]) == (503, False)


@pytest.mark.faults
def test_a_hung_disk_makes_it_unready_and_holds_one_thread_however_often_it_is_asked(client, settings):
    work.sweep()
    use_store(settings, "tests.portal.test_health.HungStorage")
    before = threading.active_count()
    try:
        for _n in range(2):
            with within(health.STORAGE_SECONDS):
                assert client.get("/readyz").json()["checks"]["storage"] is False
        assert threading.active_count() == before + 1
    finally:
        HungStorage.go_on.set()
    for thread in threading.enumerate():
        if thread.name == "readyz-storage":
            thread.join(5)
    assert client.get("/readyz").json()["checks"]["storage"] is True


class HungStorage:
    """A disk of the network whose server went away."""

    go_on = threading.Event()

    def check(self) -> None:
        self.go_on.wait(30)


@pytest.mark.faults
def test_a_broker_that_is_away_makes_it_unready_and_is_not_an_error_page(client, settings):
    work.sweep()
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": True, "storage": True, "sweep": True, "broker": False}


def test_every_answer_carries_a_request_id(client):
    first, second = (client.get("/healthz")["X-Request-ID"] for _n in range(2))
    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert first != second


@pytest.mark.parametrize("given", ["proxy-0123456789", "short", "a" * 999, "line\x0bbreak", "<script>"])
def test_the_id_of_a_request_is_our_own_whatever_its_sender_calls_it(given, client):
    answered = client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", answered)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("proxy-0123456789", "proxy-0123456789"),
        ("Root=1-67891233:abc.d_e", "Root1-67891233:abc.d_e"),
        ("a" * 999, "a" * 64),
        ('line\n"} {"level": "CRITICAL', "linelevel:CRITICAL"),
        ("日本", ""),
    ],
)
def test_what_a_sender_calls_its_request_is_cleaned_and_bounded(given, kept):
    assert cleaned_client_id(given) == kept


def test_log_lines_tell_our_id_from_the_senders():
    tokens = request_id.set("our-own"), client_request_id.set("theirs")
    try:
        record = logging.makeLogRecord({})
        RequestIdFilter().filter(record)
    finally:
        request_id.reset(tokens[0])
        client_request_id.reset(tokens[1])
    assert (record.request_id, record.client_request_id) == ("our-own", "theirs")


def test_refusals_carry_a_request_id_too(client):
    response = Client().get("/m/01999999-0000-7000-8000-000000000000/")
    assert response.status_code == 302
    assert response["X-Request-ID"]
    assert client.get("/nowhere-at-all/")["X-Request-ID"]


def test_the_request_id_is_written_into_the_events_that_the_request_causes(client_of, unopened_invoice, reviewer):
    response = client_of(reviewer).post(
        f"/m/{reviewer.id}/invoices/{unopened_invoice.pk}/open/", headers={"X-Request-ID": "req-abcdef-1234"}
    )
    assert response.status_code == 302
    assert InvoiceEvent.objects.get(action="open").request_id == response["X-Request-ID"] != "req-abcdef-1234"
