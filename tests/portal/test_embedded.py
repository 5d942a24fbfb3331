"""Embedded mode: the serving process does its pending work itself."""

from uuid import UUID

import pytest
from django.core import mail as sent_mail

from accounts.models import OutgoingMail
from invoices.archive import store
from invoices.enums import Status
from invoices.lifecycle import issuing
from invoices.models import Document
from portal import work
from portal.embedded import EmbeddedRunner
from portal.lib import jobs
from portal.models import Heartbeat
from tests.patience import wait_until

NOBODY = UUID("01999999-0000-7000-8000-000000000000")

pytestmark = [pytest.mark.both_db, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def start():
    """Runners that are stopped whatever becomes of the test."""
    runners: list[EmbeddedRunner] = []

    def run(sweep_seconds: float) -> EmbeddedRunner:
        runners.append(EmbeddedRunner(sweep_seconds=sweep_seconds))
        runners[-1].start()
        return runners[-1]

    yield run
    for runner in runners:
        runner.stop()


def test_an_issued_invoice_is_delivered_and_its_mail_sent_by_messages_alone(start, draft, supplier_owner, reviewer):
    start(sweep_seconds=600)
    wait_until(lambda: work.last_sweep_age() is not None)  # the one sweep of the start is over
    invoice = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    wait_until(lambda: OutgoingMail.objects.filter(done_at__isnull=False).exists())
    invoice.refresh_from_db()
    assert invoice.status == Status.UNOPENED
    assert store.fetch(Document.objects.get().key).startswith(b"%PDF-")
    (letter,) = sent_mail.outbox
    assert letter.to == ["reviewer@city.example"]
    assert invoice.number in letter.subject
    assert OutgoingMail.objects.get().body == ""


def test_what_was_issued_while_nobody_worked_is_found_by_the_sweep(start, issued_invoice, reviewer):
    assert Document.objects.get().attempts == 0
    start(sweep_seconds=0.2)
    wait_until(lambda: OutgoingMail.objects.filter(done_at__isnull=False).exists())
    issued_invoice.refresh_from_db()
    assert issued_invoice.status == Status.UNOPENED


def test_a_stopped_runner_takes_no_more_messages(start, draft, supplier_owner):
    runner = start(sweep_seconds=600)
    wait_until(lambda: work.last_sweep_age() is not None)
    runner.stop()
    issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    assert Document.objects.get().attempts == 0


def test_an_unknown_task_does_not_end_the_thread(start, issued_invoice):
    start(sweep_seconds=600)
    wait_until(lambda: work.last_sweep_age() is not None)
    document = Document.objects.get()
    jobs.publish("no.such.task", document.pk)
    jobs.publish(document.task_name, document.pk)
    wait_until(lambda: Document.objects.filter(done_at__isnull=False).exists())


def test_a_queue_that_is_never_empty_does_not_keep_the_sweep_waiting(start):
    runner = start(sweep_seconds=0.1)
    wait_until(lambda: work.last_sweep_age() is not None)
    first = Heartbeat.objects.get().at
    for _n in range(2000):
        jobs.publish("invoices.deliver", NOBODY)
    wait_until(lambda: not runner._messages.empty() and Heartbeat.objects.get().at > first)
