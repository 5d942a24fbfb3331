"""Delivery into a bucket: the same promises as on disk, and an outage of the service only delays."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from dev.servers import free_port
from invoices.archive import store
from invoices.archive.store import DamagedDocumentError
from invoices.documents import schema
from invoices.documents.pdf import isolation
from invoices.enums import Status
from invoices.lifecycle import delivery
from invoices.models import Document
from tests.object_store import ObjectStore
from tests.racing import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def use_bucket(settings):
    """Let documents go to a service from here on."""

    def use(**options) -> None:
        documents = {"BACKEND": "portal.lib.s3.WriteOnceS3Storage", "OPTIONS": options}
        settings.STORAGES = settings.STORAGES | {"documents": documents}

    return use


@pytest.fixture
def service(use_bucket) -> Iterator[ObjectStore]:
    with ObjectStore() as running:
        use_bucket(**running.options)
        yield running


@pytest.fixture
def document(issued_invoice) -> Document:
    return Document.objects.get(invoice=issued_invoice)


def make_due(document: Document) -> None:
    Document.objects.filter(pk=document.pk).update(next_attempt_at=Now() - timedelta(seconds=1))


def test_the_pdf_lies_in_the_bucket_and_the_invoice_in_the_inbox(
    service, document, issued_invoice, reviewer, client_of, documents_folder
):
    assert delivery.deliver(document.pk)
    document.refresh_from_db()
    issued_invoice.refresh_from_db()
    ((name, data),) = service.documents().items()
    assert data.startswith(b"%PDF-")
    assert name == f"city/{issued_invoice.municipality_id}/{issued_invoice.pk}/{hashlib.sha256(data).hexdigest()}"
    assert store.fetch(document.key) == data
    assert document.stored_at is not None
    assert issued_invoice.status == Status.UNOPENED
    assert not documents_folder.exists()


def test_after_a_worker_that_died_between_the_object_and_its_record_nothing_new_is_written(
    service, document, issued_invoice
):
    data = isolation.render(schema.load(issued_invoice.snapshot))
    store.keep(store.document_key(issued_invoice.municipality_id, issued_invoice.pk, data), data)
    before = service.documents()
    Document.objects.update(attempts=1, leased_until=Now() - timedelta(seconds=1))
    assert delivery.deliver(document.pk)
    assert service.documents() == before
    assert len(before) == 1


def test_an_object_that_somebody_replaced_is_found_at_the_next_reading(service, document):
    delivery.deliver(document.pk)
    document.refresh_from_db()
    service.replace(f"city/{document.key}", b"%PDF-1.7 a forgery")
    with pytest.raises(DamagedDocumentError, match=document.key):
        store.fetch(document.key)


def test_an_object_that_somebody_put_there_first_is_neither_replaced_nor_taken_for_the_document(
    service, document, issued_invoice
):
    data = isolation.render(schema.load(issued_invoice.snapshot))
    key = store.document_key(issued_invoice.municipality_id, issued_invoice.pk, data)
    service.replace(f"city/{key}", b"%PDF-1.7 a forgery")
    assert not delivery.deliver(document.pk)
    document.refresh_from_db()
    issued_invoice.refresh_from_db()
    assert document.last_error.startswith("KeyTakenError")
    assert (document.stored_at, issued_invoice.status) == (None, Status.SENT)
    assert list(service.documents().values()) == [b"%PDF-1.7 a forgery"]


def test_while_the_service_is_away_the_document_waits_and_is_delivered_afterwards(
    service, use_bucket, document, issued_invoice
):
    use_bucket(**service.options | {"endpoint_url": f"http://127.0.0.1:{free_port()}"})
    assert not delivery.deliver(document.pk)
    document.refresh_from_db()
    issued_invoice.refresh_from_db()
    assert document.last_error.startswith("StoreError: EndpointConnectionError")
    assert (document.attempts, document.dead_at, document.stored_at) == (1, None, None)
    assert issued_invoice.status == Status.SENT
    use_bucket(**service.options)
    make_due(document)
    assert delivery.deliver(document.pk)
    issued_invoice.refresh_from_db()
    assert issued_invoice.status == Status.UNOPENED
    assert len(service.documents()) == 1


def test_into_a_service_that_would_overwrite_nothing_is_delivered(service, document, issued_invoice):
    service.ignores_conditions = True
    assert not delivery.deliver(document.pk)
    document.refresh_from_db()
    issued_invoice.refresh_from_db()
    assert document.last_error.startswith("OverwritesError")
    assert issued_invoice.status == Status.SENT
    assert service.documents() == {}


@pytest.mark.django_db(transaction=True)
def test_of_workers_at_once_one_delivers_and_one_object_is_there(service, document, reviewer):
    outcomes = race(*[lambda: delivery.deliver(document.pk)] * 2)
    assert sorted(outcomes) == [False, True]
    assert len(service.documents()) == 1
