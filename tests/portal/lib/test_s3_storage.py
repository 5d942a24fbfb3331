"""The bucket: written once, by whoever comes first, and never waited for without end."""

import base64
import hashlib
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile

from dev.servers import free_port
from portal.lib import s3
from portal.lib.files import KeyTakenError
from portal.lib.s3 import OverwritesError, StoreError, WriteOnceS3Storage
from tests.object_store import ObjectStore
from tests.patience import within
from tests.racing import losers, race, winners

KEY = "city-a/invoice-1/0123"
DATA = b"%PDF-1.7 the original"
OTHER = b"%PDF-1.7 a forgery"


@pytest.fixture
def service() -> Iterator[ObjectStore]:
    with ObjectStore() as running:
        yield running


@pytest.fixture
def storage(service) -> WriteOnceS3Storage:
    return WriteOnceS3Storage(**service.options)


@pytest.fixture
def hung_url() -> Iterator[str]:
    """The system takes connections for it, and nobody ever reads from them."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def storage_at(url: str, **options: Any) -> WriteOnceS3Storage:
    return WriteOnceS3Storage(
        **{"bucket_name": "b", "endpoint_url": url, "access_key": "portal", "secret_key": "secret-word"} | options
    )


def test_what_was_put_comes_back_and_lies_under_the_prefix(storage, service):
    storage.put(KEY, DATA)
    assert storage.fetch(KEY) == DATA
    assert service.documents() == {f"city/{KEY}": DATA}


def test_without_a_prefix_the_key_is_the_name(service):
    WriteOnceS3Storage(**service.options | {"location": ""}).put(KEY, DATA)
    assert KEY in service.documents()


@pytest.mark.parametrize("data", [b"", bytes(range(256)) * 20_000])
def test_nothing_and_five_megabytes_come_back_whole(data, storage):
    storage.put(KEY, data)
    assert storage.fetch(KEY) == data


def test_the_service_keeps_the_hash_of_what_it_was_given(storage, service):
    storage.put(KEY, DATA)
    head = service.client.head_object(Bucket=service.bucket, Key=f"city/{KEY}", ChecksumMode="ENABLED")
    assert base64.b64decode(head["ChecksumSHA256"]) == hashlib.sha256(DATA).digest()


def test_the_same_bytes_may_be_put_again(storage, service):
    storage.put(KEY, DATA)
    storage.put(KEY, DATA)
    assert service.documents() == {f"city/{KEY}": DATA}


def test_other_bytes_never_replace_what_is_there(storage, service):
    storage.put(KEY, DATA)
    with pytest.raises(KeyTakenError, match=KEY):
        storage.put(KEY, OTHER)
    assert service.documents() == {f"city/{KEY}": DATA}


def test_another_process_finds_the_key_taken_too(storage, service):
    storage.put(KEY, DATA)
    with pytest.raises(KeyTakenError):
        WriteOnceS3Storage(**service.options).put(KEY, OTHER)
    assert storage.fetch(KEY) == DATA


def test_djangos_own_save_does_not_overwrite_either(storage, service):
    storage.put(KEY, DATA)
    assert storage.save(KEY, ContentFile(OTHER)) != KEY
    assert storage.fetch(KEY) == DATA


def test_a_missing_object_is_not_an_empty_one(storage):
    with pytest.raises(FileNotFoundError):
        storage.fetch(KEY)


def test_a_missing_bucket_is_not_a_missing_document(service):
    lost = WriteOnceS3Storage(**service.options | {"bucket_name": "no-such-bucket"})
    for step in (lambda: lost.fetch(KEY), lambda: lost.put(KEY, DATA), lost.check):
        with pytest.raises(StoreError, match=r"NoSuchBucket \(404\)"):
            step()


@pytest.mark.parametrize("key", ["../outside", "a/../../outside", "/outside", "a/.."])
def test_a_key_never_leads_out_of_the_prefix(key, storage, service):
    with pytest.raises(SuspiciousFileOperation):
        storage.put(key, DATA)
    with pytest.raises(SuspiciousFileOperation):
        storage.fetch(key)
    assert service.documents() == {}


def test_of_writers_at_once_with_different_bytes_one_wins_and_the_others_are_told(service):
    storages = [WriteOnceS3Storage(**service.options) for _n in range(6)]
    outcomes = race(*[lambda n=n, storage=storage: storage.put(KEY, b"%d" % n) for n, storage in enumerate(storages)])
    assert len(winners(outcomes)) == 1
    assert {type(error) for error in losers(outcomes)} == {KeyTakenError}
    assert service.documents() == {f"city/{KEY}": b"%d" % outcomes.index(None)}


def test_threads_of_one_process_share_a_storage(storage, service):
    outcomes = race(*[lambda: storage.put(KEY, DATA)] * 6)
    assert outcomes == [None] * 6
    assert service.documents() == {f"city/{KEY}": DATA}


def test_a_conflict_with_a_write_under_way_is_tried_again(storage, service, monkeypatch):
    monkeypatch.setattr(s3, "_CONFLICT_PAUSE_SECONDS", 0)
    service.conflicts = 3
    storage.put(KEY, DATA)
    assert storage.fetch(KEY) == DATA


def test_conflicts_without_end_are_an_error_and_not_an_endless_loop(storage, service, monkeypatch):
    monkeypatch.setattr(s3, "_CONFLICT_PAUSE_SECONDS", 0)
    service.conflicts = 1_000
    with pytest.raises(StoreError, match="conflicting writes"):
        storage.put(KEY, DATA)
    assert len(service.writes) < 10
    assert service.documents() == {}


def test_nothing_is_written_to_a_service_that_would_overwrite(storage, service):
    service.ignores_conditions = True
    service.replace(f"city/{KEY}", DATA)
    with pytest.raises(OverwritesError, match="If-None-Match"):
        storage.put(KEY, OTHER)
    assert service.documents() == {f"city/{KEY}": DATA}
    with pytest.raises(OverwritesError):
        storage.check()


def test_a_service_that_learnt_the_condition_is_written_to(storage, service):
    service.ignores_conditions = True
    with pytest.raises(OverwritesError):
        storage.put(KEY, DATA)
    service.ignores_conditions = False
    storage.put(KEY, DATA)
    assert storage.fetch(KEY) == DATA


def test_the_proof_is_asked_for_once_in_a_process(storage, service):
    for number in range(3):
        storage.put(f"{KEY}{number}", DATA)
    storage.check()
    probes = [path for path in service.writes if path.endswith("write-once-probe")]
    assert len(probes) == 2
    WriteOnceS3Storage(**service.options).check()
    probes = [path for path in service.writes if path.endswith("write-once-probe")]
    assert len(probes) == 3, "a later process finds the object of the first"


def test_a_refusal_names_the_step_and_no_secret(service):
    service.refuses = True
    storage = WriteOnceS3Storage(**service.options | {"access_key": "AKIDEXAMPLE", "secret_key": "secret-word"})
    with pytest.raises(StoreError) as refused:
        storage.fetch(KEY)
    assert str(refused.value) == "GetObject: AccessDenied (403)"
    with pytest.raises(StoreError) as refused:
        storage.put(KEY, DATA)
    assert str(refused.value) == "PutObject: AccessDenied (403)"


def test_a_service_that_is_away_is_an_error_at_once():
    storage = storage_at(f"http://127.0.0.1:{free_port()}")
    with within(s3.CONNECT_SECONDS):
        with pytest.raises(StoreError):
            storage.put(KEY, DATA)
        with pytest.raises(StoreError):
            storage.fetch(KEY)
        with pytest.raises(StoreError):
            storage.check()


@pytest.mark.faults
def test_a_hung_service_is_left_after_the_time_out(hung_url, monkeypatch):
    monkeypatch.setattr(s3, "READ_SECONDS", 0.5)
    storage = storage_at(hung_url)
    for step in (lambda: storage.put(KEY, DATA), lambda: storage.fetch(KEY)):
        started = time.monotonic()
        with within(s3.TRIES * s3.READ_SECONDS), pytest.raises(StoreError, match="ReadTimeoutError"):
            step()
        assert time.monotonic() - started >= s3.TRIES * s3.READ_SECONDS


def test_the_time_outs_end_long_before_a_task_is_killed(settings):
    whole = 3 * s3.TRIES * (s3.CONNECT_SECONDS + s3.READ_SECONDS)  # proof, write, read back
    assert whole < settings.CELERY_TASK_TIME_LIMIT


@pytest.mark.faults
def test_a_check_of_a_hung_service_ends_within_its_limit(hung_url):
    storage = storage_at(hung_url)
    with within(s3.CHECK_SECONDS), pytest.raises(StoreError):
        storage.check()


def test_a_check_passes_when_somebody_removed_the_object_of_the_proof(storage, service):
    storage.check()
    service.client.delete_object(Bucket=service.bucket, Key="city/write-once-probe")
    storage.check()
