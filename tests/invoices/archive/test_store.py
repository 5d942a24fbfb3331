"""The store of documents: written once, checked at every reading."""

import hashlib
from uuid import UUID

import pytest
from django.core.exceptions import SuspiciousFileOperation

from invoices.archive import store
from invoices.archive.store import DamagedDocumentError
from portal.lib.files import KeyTakenError
from tests.racing import race

CITY, INVOICE = UUID(int=1), UUID(int=2)
DATA = b"%PDF-1.7 the original"


@pytest.fixture
def key() -> str:
    return store.document_key(CITY, INVOICE, DATA)


def test_the_key_names_city_invoice_and_content(key):
    assert key == f"{CITY}/{INVOICE}/{hashlib.sha256(DATA).hexdigest()}"


def test_two_cities_never_share_a_file():
    assert store.document_key(CITY, INVOICE, DATA) != store.document_key(UUID(int=3), INVOICE, DATA)


def test_what_was_kept_comes_back(key, documents_folder):
    store.keep(key, DATA)
    assert store.fetch(key) == DATA
    assert [path.read_bytes() for path in documents_folder.rglob("*") if path.is_file()] == [DATA]


def test_the_same_bytes_may_be_kept_again(key, documents_folder):
    store.keep(key, DATA)
    store.keep(key, DATA)
    assert len([path for path in documents_folder.rglob("*") if path.is_file()]) == 1


def test_other_bytes_never_replace_what_is_there(key, documents_folder):
    store.keep(key, DATA)
    with pytest.raises(KeyTakenError):
        store.keep(key, b"%PDF-1.7 a forgery")
    assert store.fetch(key) == DATA
    assert len([path for path in documents_folder.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    "change", [lambda data: data[:-1], lambda data: data + b" ", lambda data: b"", lambda data: data.swapcase()]
)
def test_a_changed_file_is_found_at_the_next_reading(change, key, documents_folder):
    store.keep(key, DATA)
    path = documents_folder / key
    path.chmod(0o600)
    path.write_bytes(change(DATA))
    with pytest.raises(DamagedDocumentError, match=key):
        store.fetch(key)


def test_a_missing_file_is_not_an_empty_one(key):
    with pytest.raises(FileNotFoundError):
        store.fetch(key)


def test_a_key_never_leads_out_of_the_store():
    with pytest.raises(SuspiciousFileOperation):
        store.keep("../outside", DATA)


def test_writers_of_one_key_at_once_leave_one_whole_file(key, documents_folder):
    large = DATA * 100_000
    key = store.document_key(CITY, INVOICE, large)
    outcomes = race(*[lambda: store.keep(key, large)] * 8)
    assert outcomes == [None] * 8
    assert [path.read_bytes() == large for path in documents_folder.rglob("*") if path.is_file()] == [True]
