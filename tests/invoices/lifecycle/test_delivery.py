"""Delivery: pending work that may be done twice, late, after a crash, and has the effect of once."""

import hashlib
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from accounts.models import OutgoingMail
from invoices.archive import store
from invoices.archive.store import DamagedDocumentError
from invoices.documents import schema
from invoices.documents.pdf import isolation
from invoices.enums import Action, Status
from invoices.lifecycle import corrections, delivery, issuing
from invoices.models import Document, Invoice
from invoices.tasks import deliver as deliver_task
from portal.lib import jobs
from portal.lib.files import WriteOnceFileStorage
from tests.racing import race

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


class ForgetfulStorage(WriteOnceFileStorage):
    """A disk that gives back other bytes than it was given."""

    def fetch(self, key: str) -> bytes:
        return super().fetch(key)[:-1]


class BrokenStorage(WriteOnceFileStorage):
    """A disk that is not there."""

    def put(self, key: str, data: bytes) -> None:
        raise OSError("no space left on device")


@pytest.fixture
def document(issued_invoice) -> Document:
    return Document.objects.get(invoice=issued_invoice)


@pytest.fixture
def store_in(settings):
    """Exchange the store for another kind over the same folder."""

    def exchange(backend: type[WriteOnceFileStorage]) -> None:
        documents = settings.STORAGES["documents"] | {"BACKEND": f"{backend.__module__}.{backend.__qualname__}"}
        settings.STORAGES = settings.STORAGES | {"documents": documents}

    return exchange


def make_due(document: Document) -> None:
    """Let the time of back-off or lease pass."""
    past = Now() - timedelta(seconds=1)
    rows = Document.objects.filter(pk=document.pk)
    rows.update(next_attempt_at=past)
    rows.exclude(leased_until=None).update(leased_until=past)


def files(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_delivery_stores_the_pdf_and_puts_the_invoice_into_the_inbox(
    document, issued_invoice, reviewer, documents_folder
):
    assert delivery.deliver(document.pk)
    document.refresh_from_db()
    issued_invoice.refresh_from_db()
    data = store.fetch(document.key)
    assert data.startswith(b"%PDF-")
    assert document.key == f"{issued_invoice.municipality_id}/{issued_invoice.pk}/{hashlib.sha256(data).hexdigest()}"
    assert (document.sha256, document.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert document.stored_at is not None
    assert document.done_at is not None
    assert (document.attempts, document.leased_until, document.last_error) == (1, None, "")
    assert issued_invoice.status == Status.UNOPENED
    assert issued_invoice.delivered_at is not None
    assert [event.action for event in issued_invoice.events.all()] == [Action.ISSUE, Action.DELIVER]
    assert len(files(documents_folder)) == 1
    assert [mail.recipient for mail in OutgoingMail.objects.all()] == ["reviewer@city.example"]


def test_the_task_run_twice_has_the_effect_of_once(document, issued_invoice, reviewer, documents_folder):
    deliver_task(str(document.pk))
    first = Document.objects.values().get()
    deliver_task(str(document.pk))
    assert Document.objects.values().get() == first
    assert issued_invoice.events.filter(action=Action.DELIVER).count() == 1
    assert OutgoingMail.objects.count() == 1
    assert len(files(documents_folder)) == 1


def test_an_unknown_row_is_no_work(db):
    assert not delivery.deliver("01999999-0000-7000-8000-000000000000")


def test_an_invoice_cancelled_while_it_was_sent_keeps_its_document_and_is_not_delivered(
    document, issued_invoice, supplier_owner, reviewer
):
    corrections.cancel(invoice_id=issued_invoice.pk, actor=supplier_owner)
    assert delivery.deliver(document.pk)
    document.refresh_from_db()
    issued_invoice.refresh_from_db()
    assert store.fetch(document.key).startswith(b"%PDF-")
    assert document.done_at is not None
    assert (issued_invoice.status, issued_invoice.delivered_at) == (Status.CANCELLED, None)
    assert not OutgoingMail.objects.exists()
    assert not Invoice.objects.visible_to(reviewer).exists()


def test_a_failure_is_recorded_and_tried_again_later(document, issued_invoice, store_in):
    store_in(BrokenStorage)
    assert not delivery.deliver(document.pk)
    document.refresh_from_db()
    assert document.attempts == 1
    assert document.last_error == "OSError: no space left on device"
    assert (document.done_at, document.dead_at, document.leased_until, document.stored_at) == (None, None, None, None)
    now = Document.objects.annotate(now=Now()).values_list("now", flat=True).get()
    assert document.created_at + jobs.BACK_OFF <= document.next_attempt_at <= now + jobs.BACK_OFF
    assert not delivery.deliver(document.pk), "it is not due yet"
    assert Document.objects.get().attempts == 1
    issued_invoice.refresh_from_db()
    assert issued_invoice.status == Status.SENT


def test_after_a_failure_the_next_attempt_succeeds(document, issued_invoice, store_in):
    store_in(BrokenStorage)
    delivery.deliver(document.pk)
    store_in(WriteOnceFileStorage)
    make_due(document)
    assert delivery.deliver(document.pk)
    document.refresh_from_db()
    issued_invoice.refresh_from_db()
    assert (document.attempts, document.last_error) == (2, "")
    assert issued_invoice.status == Status.UNOPENED


def test_from_the_third_failure_on_each_raises_an_alarm_and_the_document_is_not_given_up(
    document, issued_invoice, store_in, caplog
):
    store_in(BrokenStorage)
    alarms = []
    for _attempt in range(4):
        make_due(document)
        caplog.clear()
        assert not delivery.deliver(document.pk)
        alarms.append([record.message for record in caplog.records if record.levelname == "CRITICAL"])
    assert alarms == [[], [], ["invoices.deliver keeps failing"], ["invoices.deliver keeps failing"]]
    document.refresh_from_db()
    assert (document.attempts, document.dead_at) == (4, None)
    store_in(WriteOnceFileStorage)
    make_due(document)
    assert delivery.deliver(document.pk)
    issued_invoice.refresh_from_db()
    assert issued_invoice.status == Status.UNOPENED


def test_the_fiftieth_failure_is_the_last(document, issued_invoice, store_in, caplog):
    store_in(BrokenStorage)
    Document.objects.update(attempts=49)
    assert not delivery.deliver(document.pk)
    document.refresh_from_db()
    assert document.attempts == 50
    assert document.dead_at is not None
    assert [record.message for record in caplog.records if record.levelname == "CRITICAL"] == [
        "invoices.deliver is dead"
    ]
    store_in(WriteOnceFileStorage)
    make_due(document)
    assert not delivery.deliver(document.pk)
    issued_invoice.refresh_from_db()
    assert issued_invoice.status == Status.SENT


def test_a_store_that_gives_back_other_bytes_is_an_error(document, issued_invoice, store_in):
    store_in(ForgetfulStorage)
    assert not delivery.deliver(document.pk)
    document.refresh_from_db()
    issued_invoice.refresh_from_db()
    assert DamagedDocumentError.__name__ in document.last_error
    assert document.stored_at is None
    assert issued_invoice.status == Status.SENT


def test_a_leased_row_is_left_to_its_worker(document):
    Document.objects.update(attempts=1, leased_until=Now() + jobs.LEASE)
    assert not delivery.deliver(document.pk)
    assert Document.objects.get().attempts == 1


def test_an_expired_lease_is_taken_over(document, issued_invoice):
    Document.objects.update(attempts=1, leased_until=Now() - timedelta(seconds=1))
    assert delivery.deliver(document.pk)
    issued_invoice.refresh_from_db()
    assert issued_invoice.status == Status.UNOPENED
    assert Document.objects.get().attempts == 2


@pytest.mark.parametrize("station", ["kept", "stored", "delivered"])
def test_a_worker_that_died_in_the_middle_is_followed_by_one_that_finishes(
    station, document, issued_invoice, reviewer, documents_folder
):
    """The record of the success is lost, the work itself is not."""
    if station == "delivered":
        delivery.deliver(document.pk)
        assert Invoice.objects.get().status == Status.UNOPENED
    else:
        data = isolation.render(schema.load(issued_invoice.snapshot))
        key = store.document_key(issued_invoice.municipality_id, issued_invoice.pk, data)
        store.keep(key, data)
        stored_at = Now() if station == "stored" else None
        Document.objects.update(attempts=1, key=key, sha256=key.rsplit("/", 1)[1], size=len(data), stored_at=stored_at)
    before = Document.objects.get()
    Document.objects.update(done_at=None, leased_until=Now() - timedelta(seconds=1))
    assert delivery.deliver(document.pk)
    after = Document.objects.get()
    assert (after.key, after.sha256, after.size) == (before.key, before.sha256, before.size)
    assert after.stored_at == before.stored_at if before.stored_at else after.stored_at is not None
    assert (after.attempts, after.done_at is not None) == (2, True)
    assert store.fetch(after.key).startswith(b"%PDF-")
    assert len(files(documents_folder)) == 1
    assert Invoice.objects.get().status == Status.UNOPENED
    assert issued_invoice.events.filter(action=Action.DELIVER).count() == 1
    assert OutgoingMail.objects.count() == 1


def test_the_document_shows_what_was_frozen_and_not_what_the_masters_say_now(
    draft, supplier, department, supplier_owner, documents_folder
):
    invoice = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    then = isolation.render(schema.load(invoice.snapshot))
    for row in (supplier, department):
        row.name = "改名"
        row.save()
    assert delivery.deliver(Document.objects.get().pk)
    assert store.fetch(Document.objects.get().key) == then
    assert len(files(documents_folder)) == 1


@pytest.mark.django_db(transaction=True)
def test_workers_that_take_the_same_document_at_once_deliver_it_once(
    document, issued_invoice, reviewer, documents_folder
):
    outcomes = race(*[lambda: delivery.deliver(document.pk)] * 2)
    assert sorted(outcomes) == [False, True]
    assert issued_invoice.events.filter(action=Action.DELIVER).count() == 1
    assert OutgoingMail.objects.count() == 1
    assert Document.objects.get().attempts == 1
    assert len(files(documents_folder)) == 1


@pytest.mark.django_db(transaction=True)
def test_an_invoice_cancelled_at_the_moment_of_its_delivery_is_either_delivered_first_or_never(
    new_draft, supplier_owner, reviewer
):
    for _round in range(5):
        draft = new_draft()
        invoice = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=1)
        document = Document.objects.get(invoice=invoice)
        delivered, cancelled = race(
            lambda: delivery.deliver(document.pk),  # noqa: B023
            lambda: corrections.cancel(invoice_id=invoice.pk, actor=supplier_owner),  # noqa: B023
        )
        assert delivered is True
        assert not isinstance(cancelled, Exception)
        actions = list(invoice.events.values_list("action", flat=True))
        assert actions in (["issue", "deliver", "cancel"], ["issue", "cancel"])
        invoice.refresh_from_db()
        assert invoice.status == Status.CANCELLED
        assert (invoice.delivered_at is not None) == ("deliver" in actions)
        assert Document.objects.get(invoice=invoice).stored_at is not None
